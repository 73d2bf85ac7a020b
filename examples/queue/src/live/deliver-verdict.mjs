import { UnrecoverableError } from 'bullmq';
import { Webhook } from 'standardwebhooks';

const TIMEOUT_MS = 10_000;

/**
 * Makes what does the jobs of the second queue: a signed POST of the verdict, as standardwebhooks.com says. Whatever
 * is not answered with 2xx is tried again, under the same `webhook-id`, which is the receiver's idempotency key.
 */
export function createDeliveryJob({ url, secret, verdicts }) {
  const webhook = new Webhook(secret);
  return async ({ data: { id } }) => {
    const verdict = await verdicts.get(id);
    if (verdict === undefined) throw new UnrecoverableError('VERDICT_EXPIRED');
    const { judgedAt, ...rest } = verdict;
    const body = JSON.stringify({ type: 'comment.judged', timestamp: judgedAt, data: { id, ...rest } });
    const messageId = `verdict-${encodeURIComponent(id)}`;
    const sentAt = new Date();
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'webhook-id': messageId,
        'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
        'webhook-signature': webhook.sign(messageId, sentAt, body),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw Object.assign(new Error('Not taken'), { code: `HTTP_${response.status}` });
  };
}
