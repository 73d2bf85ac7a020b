import type { PerspectiveOptions } from '@toxicity-guard/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wordClassifier } from '../../packages/core/test/guard-classifier.js';
import { CASES } from './cases.js';
import { type RunningServer, SERVERS, type StartServer } from './servers.js';

/** One server for all cases of the same options. */
function serversOf(start: StartServer): {
  of(options?: PerspectiveOptions): Promise<RunningServer>;
  stop(): Promise<void>;
} {
  const running = new Map<string, Promise<RunningServer>>();
  return {
    of(options = {}) {
      const key = JSON.stringify(options);
      const server = running.get(key) ?? start({ classifier: wordClassifier(), ...options });
      running.set(key, server);
      return server;
    },
    async stop() {
      for (const server of running.values()) await (await server).stop();
    },
  };
}

const isRaw = (body: unknown): body is string => typeof body === 'string' || body === undefined;

describe.each(SERVERS)('the Perspective API on %s', (_, start) => {
  const servers = serversOf(start);
  afterAll(() => servers.stop());

  it.each(CASES)(
    '$name',
    async ({ operation = 'analyze', options, body, query, headers, status = 200, answer }) => {
      const { url } = await servers.of(options);
      const response = await fetch(`${url}/v1alpha1/comments:${operation}${query ? `?${query}` : ''}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: isRaw(body) ? body : JSON.stringify(body) }),
      });
      expect(await response.json()).toEqual(answer);
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')?.toLowerCase()).toBe('application/json; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-store');
    },
  );

  describe('and beside it', () => {
    let server: RunningServer;
    beforeAll(async () => {
      server = await servers.of();
    });

    it('the routes of the application, with their guard', async () => {
      const post = (text: string) =>
        fetch(`${server.url}/comments`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ comment: text }),
        });
      expect((await post('a nice day')).status).toBe(201);
      expect((await post('REFUSE')).status).toBe(422);
    });

    it('nothing at paths that only begin like it', async () => {
      for (const path of ['/v1alpha1/comments', '/v1alpha1/commentsxyz', '/v1alpha1/comments:analyzed']) {
        expect((await fetch(server.url + path, { method: 'POST' })).status, path).toBe(404);
      }
      expect((await fetch(`${server.url}/v1alpha1/comments:analyze`)).status).toBe(404);
    });
  });

  it('names the model that judged, and breaks lines where that is asked', async () => {
    const { url } = await servers.of();
    const response = await fetch(`${url}/v1alpha1/comments:analyze?prettyPrint=true`, {
      method: 'POST',
      body: JSON.stringify({ comment: { text: 'fine' }, requestedAttributes: { TOXICITY: {} } }),
    });
    expect(response.headers.get('toxicity-model')).toBe('words-1');
    expect(await response.text()).toMatch(/^\{\n {2}"attributeScores": \{\n/);
  });

  it('tells where it is, below a prefix too', async () => {
    const server = await start({ classifier: wordClassifier(), keys: ['a key'] }, '/below/this');
    const discover = (query: string) => fetch(`${server.url}/below/this/$discovery/rest?${query}`);
    const response = await discover('version=v1alpha1');
    expect(await response.json()).toMatchObject({
      kind: 'discovery#restDescription',
      rootUrl: `${server.url}/below/this/`,
      servicePath: '',
    });
    expect((await discover('version=v1alpha1&key=a%20key')).status).toBe(200);
    expect((await discover('version=v1alpha1&key=another')).status).toBe(400);
    expect((await discover('version=v2')).status).toBe(404);
    const analyzed = await fetch(`${server.url}/below/this/v1alpha1/comments:analyze?key=a%20key`, {
      method: 'POST',
      body: JSON.stringify({ comment: { text: 'fine' }, requestedAttributes: { TOXICITY: {} } }),
    });
    expect(analyzed.status).toBe(200);
    await server.stop();
  });

  it('tells the address that it is given', async () => {
    const server = await start({ classifier: wordClassifier(), rootUrl: 'https://perspective.example/api' });
    const response = await fetch(`${server.url}/$discovery/rest?version=v1alpha1`);
    expect(await response.json()).toMatchObject({ rootUrl: 'https://perspective.example/api/' });
    await server.stop();
  });
});
