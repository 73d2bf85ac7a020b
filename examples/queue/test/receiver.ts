import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { SECRET } from './namespace.js';

/** A webhook as it came in. */
export interface Delivery {
  readonly webhookId: string;
  readonly body: string;
  readonly data: {
    readonly id: string;
    readonly action: string;
    readonly labels: string[];
    readonly model: string;
  };
}

/** Somebody's server that takes verdicts. */
export interface Receiver {
  readonly url: string;
  readonly deliveries: readonly Delivery[];
  /** What it answers from now on, after it has checked the signature. */
  answer: (delivery: Delivery) => number;
  /** On how many comments verdicts have come. */
  comments(): number;
  /** Resolves once verdicts on `count` comments have come. */
  reached(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const webhook = new Webhook(SECRET);
  const deliveries: Delivery[] = [];
  const comments = new Set<string>();
  const waiting = new Set<() => void>();
  const server = createServer(async (req, res) => {
    const body = await text(req);
    const { data } = webhook.verify(body, req.headers as Record<string, string>) as Pick<Delivery, 'data'>;
    const delivery = { webhookId: String(req.headers['webhook-id']), body, data };
    deliveries.push(delivery);
    comments.add(data.id);
    res.writeHead(receiver.answer(delivery)).end();
    for (const tell of waiting) tell();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    deliveries,
    answer: () => 204,
    comments: () => comments.size,
    reached: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (comments.size < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
