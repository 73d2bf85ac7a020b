import express from 'express';
import { Webhook } from 'standardwebhooks';

/**
 * Makes the Express handlers that take verdicts: 401 unless the workers have signed it within the last five minutes,
 * 204 when `onVerdict` has taken it. It may come more than once, always the same. Mount them before `express.json()`:
 * what is signed is the bytes.
 */
export function verdictReceiver({ secret, onVerdict }) {
  const webhook = new Webhook(secret);
  return [
    express.raw({ type: 'application/json', limit: '100kb' }),
    async (req, res) => {
      let event;
      try {
        event = webhook.verify(req.body, req.headers);
      } catch {
        return res.sendStatus(401);
      }
      await onVerdict(event.data);
      return res.sendStatus(204);
    },
  ];
}
