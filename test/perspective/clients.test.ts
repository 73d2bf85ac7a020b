import { createRequire } from 'node:module';
import { join } from 'node:path/posix';
import { Discovery } from 'googleapis-common';
import Perspective from 'perspective-api-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wordClassifier } from '../../packages/core/test/guard-classifier.js';
import { describeWith } from '../requirements.js';
import { pythonClients } from './python.js';
import { type RunningServer, SERVERS } from './servers.js';

const GOOGLE = 'https://commentanalyzer.googleapis.com';
const KEY = 'a key of ours';
const TEXT = 'How RUDE!';
const whole = (value: number) => ({
  spanScores: [{ begin: 0, end: TEXT.length, score: { value, type: 'PROBABILITY' } }],
  summaryScore: { value, type: 'PROBABILITY' },
});
const english = { languages: ['en'], detectedLanguages: ['en'] };

/** What `discoverAPI` makes of the discovery document. */
interface CommentAnalyzer {
  readonly comments: Record<
    'analyze' | 'suggestscore',
    (params: { key: string; resource: object }) => Promise<{ data: Record<string, unknown>; status: number }>
  >;
}

describe.each(SERVERS)('clients of the Perspective API, asking %s', (_, start) => {
  let server: RunningServer;
  const store = new Map<string, unknown>();

  beforeAll(async () => {
    server = await start({ classifier: wordClassifier(), keys: [KEY], feedback: { store } });
  });
  afterAll(() => server.stop());

  it("Google's for Node", async () => {
    const discovery = new Discovery({ debug: false, includePrivate: false });
    const found = await discovery.discoverAPI(`${server.url}/$discovery/rest?version=v1alpha1`);
    const { comments } = found({}, {}) as unknown as CommentAnalyzer;
    const resource = { comment: { text: TEXT }, requestedAttributes: { TOXICITY: {}, INSULT: {} } };
    const { data } = await comments.analyze({ key: KEY, resource });
    expect(data).toEqual({ attributeScores: { TOXICITY: whole(0.6), INSULT: whole(0) }, ...english });

    store.clear();
    const scores = { comment: { text: TEXT }, attributeScores: { TOXICITY: { summaryScore: { value: 1 } } } };
    expect((await comments.suggestscore({ key: KEY, resource: scores })).data).toEqual({
      detectedLanguages: ['en'],
    });
    expect(store.size).toBe(1);

    const refused = comments.analyze({ key: KEY, resource: { ...resource, languages: ['fr'] } });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      message: 'Attribute TOXICITY does not support request languages: fr',
    });
    await expect(comments.analyze({ key: 'wrong', resource })).rejects.toThrow('API key not valid');
  });

  it('perspective-api-client', async () => {
    // The copy of the client: it has the address written in, so its requests are sent elsewhere.
    const require = createRequire(createRequire(import.meta.url).resolve('perspective-api-client'));
    const { interceptors } = require('axios');
    const moved = interceptors.request.use((config: { url: string }) => ({
      ...config,
      url: config.url.replace(GOOGLE, server.url),
    }));
    try {
      const client = new Perspective({ apiKey: KEY });
      expect(await client.analyze(TEXT)).toEqual({ attributeScores: { TOXICITY: whole(0.6) }, ...english });
      const analyzed = await client.analyze(
        { comment: { text: `<p>${TEXT}</p>` }, requestedAttributes: { INSULT: { scoreThreshold: 0.5 } } },
        { doNotStore: false },
      );
      expect(analyzed).toEqual(english);
      await expect(client.analyze(TEXT, { attributes: ['spam'] })).rejects.toMatchObject({
        name: 'ResponseError',
        message: 'Attribute SPAM does not support request languages: en',
      });
      await expect(new Perspective({ apiKey: 'wrong' }).analyze(TEXT)).rejects.toThrow('API key not valid');
    } finally {
      interceptors.request.eject(moved);
    }
  });

  it('Coral, by its setting `endpoint`', async () => {
    const send = async (operation: string, body: object) => {
      const url = new URL(`${server.url}/v1alpha1`);
      url.pathname = join(url.pathname, `/${operation}`);
      url.searchParams.set('key', KEY);
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { ok: response.ok, data: (await response.json()) as Record<string, unknown> };
    };
    const { ok, data } = await send('comments:analyze', {
      comment: { text: TEXT },
      doNotStore: true,
      requestedAttributes: { TOXICITY: {} },
      languages: ['en'],
    });
    expect(ok).toBe(true);
    expect(data.attributeScores).toMatchObject({ TOXICITY: { summaryScore: { value: 0.6 } } });

    store.clear();
    const feedback = await send('comments:suggestscore', {
      comment: { text: TEXT },
      context: { entries: [{ text: '{"url":"https://news.example/story"}' }] },
      attributeScores: { DELETED: { summaryScore: { value: 1 } } },
      languages: ['en'],
      communityId: 'Coral:https://news.example',
      clientToken: 'comment:1',
    });
    expect(feedback).toEqual({
      ok: true,
      data: { clientToken: 'comment:1', detectedLanguages: ['en'], requestedLanguages: ['en'] },
    });
    expect(store.size).toBe(1);
  });

  it("Discourse's plugin, with its address in the place of Google's", async () => {
    const response = await fetch(`${server.url}/v1alpha1/comments:analyze?key=${encodeURIComponent(KEY)}`, {
      method: 'POST',
      headers: { Accept: '*/*', 'Content-Type': 'application/json', 'User-Agent': 'Discourse/3.5.0' },
      body: JSON.stringify({
        comment: { text: TEXT },
        doNotStore: true,
        sessionId: 'https://forum.example_1',
        requestedAttributes: { SEVERE_TOXICITY: { scoreType: 'PROBABILITY' } },
      }),
    });
    expect(await response.json()).toEqual({ attributeScores: { SEVERE_TOXICITY: whole(0) }, ...english });
  });
});

describeWith('python', "Python's clients of the Perspective API", (python) => {
  let ask: (...args: string[]) => Promise<unknown>;
  beforeAll(async () => {
    ask = await pythonClients(python);
  }, 300_000);

  it.each(SERVERS)(
    'ask %s',
    async (_, start) => {
      const server = await start({ classifier: wordClassifier(), keys: [KEY] });
      const found = await ask(server.url, KEY, TEXT);
      await server.stop();
      expect(found).toEqual({
        google: {
          analyzed: { attributeScores: { TOXICITY: whole(0.6), INSULT: whole(0) }, ...english },
          suggested: { detectedLanguages: ['en'] },
          refused: {
            status: 400,
            reason: 'Attribute TOXICITY does not support request languages: fr',
            types: ['LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE', 'LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE'],
          },
          wrongKey: [400, 'API key not valid. Please pass a valid API key.'],
        },
        perspective: {
          score: { TOXICITY: 0.6, THREAT: 0 },
          spans: { attributeScores: { TOXICITY: whole(0.6) }, ...english },
          suggested: { clientToken: 't', detectedLanguages: ['en'] },
          refused: 'Comment must be non-empty.',
        },
        PyPerspective: {
          score: 0.6,
          spans: [TEXT],
          languages: [['en'], ['en']],
          wrongKey: 'InvalidAuthKey',
        },
      });
    },
    60_000,
  );
});
