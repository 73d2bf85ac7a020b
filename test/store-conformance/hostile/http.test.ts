import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type KeyvVocabularyOptions, keyvVocabulary } from '@toxicity-guard/core';
import { toxicityGuard } from '@toxicity-guard/express';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { heardBy } from '../heard.js';
import { PLANTED, plantedFolder, pushModel } from '../models.js';
import { DEADLINE_MS, FAULTS } from './faults.js';
import { HostileStore } from './hostile-store.js';

const TOXIC = `the ${PLANTED} river`;

/** A server whose vocabulary is in a store that can be made to fail. */
async function serve(options: KeyvVocabularyOptions, failure: 'open' | 'closed' = 'closed') {
  const model = await plantedFolder();
  const store = new HostileStore();
  await pushModel(store, model, '1');
  const breaker = { failures: 2, resetMs: 0 };
  const vocabulary = keyvVocabulary(store, { deadlineMs: DEADLINE_MS, breaker, ...options });
  const guard = toxicityGuard({ classifier: { model, vocabulary }, failure, deadlineMs: 60_000 });
  const app = express();
  let handled = 0;
  app.use(express.json(), guard);
  app.post('/comments', (req, res) => {
    handled++;
    res.status(201).json(req.toxicity);
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await guard.close();
    await vocabulary.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    store,
    ready: () => guard.ready(),
    handled: () => handled,
    post: (comment: string) =>
      fetch(`http://127.0.0.1:${port}/comments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ comment }),
      }),
  };
}

describe.each(FAULTS.map((fault) => [fault.does, fault] as const))('a server whose store %s', (_, fault) => {
  it('answers 503 and when to come back, and 422 and 201 when it is back', async () => {
    const unheard = await heardBy(async () => {
      for (const begins of ['before', 'after'] as const) {
        const { store, ready, post, handled } = await serve({ mode: 'onDemand' });
        if (begins === 'after') await ready();
        store.fault = fault;
        const answers = await Promise.all([TOXIC, 'a kind stone', TOXIC].map(post));
        for (const answer of answers) {
          expect(answer.status).toBe(503);
          expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
          expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
          const body = await answer.text();
          expect(JSON.parse(body)).toMatchObject({ status: 503 });
          expect(body).not.toContain(PLANTED);
        }
        expect(handled()).toBe(0);
        store.fault = undefined;
        expect((await post(TOXIC)).status).toBe(422);
        expect((await post('a kind stone')).status).toBe(201);
      }
    });
    expect(unheard).toEqual([]);
  });

  it('judges on and marks it where that is chosen', async () => {
    const unheard = await heardBy(async () => {
      const { store, ready, post } = await serve({ mode: 'onDemand', onUnavailable: 'degrade' });
      await ready();
      expect(await (await post('a kind stone')).json()).toMatchObject({ degraded: false });
      store.fault = fault;
      const answer = await post('a very kind river');
      expect(answer.status).toBe(201);
      expect(await answer.json()).toMatchObject({ action: 'allow', degraded: true });
      store.fault = undefined;
      expect(await (await post('a very kind river')).json()).toMatchObject({ degraded: false });
      expect((await post(TOXIC)).status).toBe(422);
    });
    expect(unheard).toEqual([]);
  });

  it('lets pass and marks it under `failure: open`', async () => {
    const { store, post } = await serve({}, 'open');
    store.fault = fault;
    const answer = await post(TOXIC);
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({ action: 'unavailable' });
  });
});
