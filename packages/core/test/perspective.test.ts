import fc from 'fast-check';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { warningsOf } from '../../../test/warnings-of.js';
import {
  createPerspectiveApi,
  feedbackCsv,
  type PerspectiveAnswer,
  type PerspectiveOptions,
  ToxicityGuardError,
} from '../src/index.js';
import { sentencesOf } from '../src/wire/perspective-sentences.js';
import { all, wordClassifier } from './guard-classifier.js';

const analyzing = (text: string, more: object = {}) => ({
  operation: 'analyze' as const,
  body: { comment: { text }, requestedAttributes: { TOXICITY: {} }, ...more },
});
const suggesting = (text: string, scores: Record<string, number>, more: object = {}) => ({
  operation: 'suggestscore' as const,
  body: {
    comment: { text },
    attributeScores: Object.fromEntries(
      Object.entries(scores).map(([name, value]) => [name, { summaryScore: { value } }]),
    ),
    ...more,
  },
});
const errorOf = ({ status, body }: PerspectiveAnswer) => ({ http: status, ...JSON.parse(body).error });
const linesOf = async (store: object) => {
  let csv = '';
  for await (const line of feedbackCsv(store)) csv += line;
  return csv.trimEnd().split('\n');
};
const HEAD = 'text,toxic,severe_toxic,obscene,threat,insult,identity_hate';

describe('createPerspectiveApi', () => {
  it.each([
    [{ keys: [] }, 'Expected `keys` to have at least one key, got `[…]` (array)'],
    [{ keys: [''] }, 'Expected `keys[0]` to be a string that is not empty, got `""` (string)'],
    [{ rootUrl: 'here' }, 'be an address that begins with http:// or https://'],
    [{ rootUrl: 'ftp://here' }, 'be an address that begins with http:// or https://'],
    [{ unsupportedAttributes: 'ignore' }, "be 'error' or 'drop'"],
    [{ feedback: {} }, 'Expected `feedback.store` to be a store'],
    [{ feedback: { store: {} } }, 'Expected `feedback.store.get` to be a function'],
    [
      { feedback: { store: new Map(), ttlMs: 0 } },
      'Expected `feedback.ttlMs` to be a whole number of 1 or more',
    ],
    [{ unsuportedLanguages: 'judge' }, 'Did you mean `unsupportedLanguages`?'],
  ])('refuses %o', (options, message) => {
    expect(() => createPerspectiveApi(options as unknown as PerspectiveOptions)).toThrow(TypeError);
    expect(() => createPerspectiveApi(options as unknown as PerspectiveOptions)).toThrow(message);
  });

  it('reads bytes, text and what was parsed alike', async () => {
    const api = createPerspectiveApi({ classifier: wordClassifier() });
    const { body } = analyzing('RUDE');
    const text = JSON.stringify(body);
    const answers = [];
    for (const each of [body, text, Buffer.from(text)]) {
      answers.push((await api.answer({ operation: 'analyze', body: each })).body);
    }
    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0] as string).attributeScores.TOXICITY.summaryScore.value).toBe(0.6);
  });

  it('tells the classifier which community a comment is of, if it can be one', async () => {
    const told: unknown[] = [];
    const api = createPerspectiveApi({
      classifier: wordClassifier((_, { community }) => told.push(community)),
    });
    for (const communityId of ['chess', '', 'x'.repeat(300)]) {
      expect((await api.answer(analyzing('fine', { communityId }))).status).toBe(200);
    }
    expect(told).toEqual(['chess', undefined, undefined]);
  });

  it('closes the classifier that it made, and no other', async () => {
    const classifier = wordClassifier();
    await createPerspectiveApi({ classifier }).close();
    expect(classifier.closes).toBe(0);
    const own = createPerspectiveApi();
    expect((await own.ready()).id).toMatch(/./);
    await own.close();
    let answer: PerspectiveAnswer | undefined;
    await warningsOf(async () => (answer = await own.answer(analyzing('fine'))));
    expect(answer?.status).toBe(503);
  });

  it('answers any JSON value with JSON, and quotes no text in an error', async () => {
    const api = createPerspectiveApi({ classifier: wordClassifier() });
    const value = fc.jsonValue({ maxDepth: 3 });
    const field = fc.constantFrom(
      'comment',
      'languages',
      'requestedAttributes',
      'context',
      'text',
      '__proto__',
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(value, fc.dictionary(field, value)), async (body) => {
        const { status, body: text } = await api.answer({ operation: 'analyze', body });
        expect(status).toBe(400);
        expect(JSON.parse(text).error.code).toBe(400);
      }),
    );
    const secret = await api.answer({ operation: 'analyze', body: { comment: 'my secret text' } });
    expect(secret.body).not.toContain('secret');
  });
});

describe('faults of the classifier', () => {
  const failing = (error: unknown) =>
    createPerspectiveApi({
      classifier: wordClassifier(() => {
        throw error;
      }),
    });

  it.each([
    ['OVERLOADED', 429, 'RESOURCE_EXHAUSTED'],
    ['DEADLINE_EXCEEDED', 504, 'DEADLINE_EXCEEDED'],
    ['TEXT_TOO_LONG', 400, 'INVALID_ARGUMENT'],
    ['ABORTED', 499, 'CANCELLED'],
  ] as const)('%s is answered with %i, and nobody is warned', async (code, http, status) => {
    const api = failing(new ToxicityGuardError(code, 'a file of ours'));
    const warnings = await warningsOf(async () => {
      const error = errorOf(await api.answer(analyzing('fine')));
      expect(error).toMatchObject({ http, code: http, status });
      expect(JSON.stringify(error)).not.toContain('a file of ours');
    });
    expect(warnings).toEqual([]);
  });

  it('anything else is answered with 503, and the process is warned once, without the text', async () => {
    const api = failing(new Error('no, not "fine"'));
    const warnings = await warningsOf(async () => {
      for (let time = 0; time < 2; time++) {
        expect(errorOf(await api.answer(analyzing('fine')))).toEqual({
          http: 503,
          code: 503,
          message: 'The service is currently unavailable.',
          status: 'UNAVAILABLE',
        });
      }
    });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('answered with 503: threw Error');
    expect(warnings[0]).not.toContain('fine');
  });

  it.each([
    ['no score', { ...all(0), toxic: undefined }],
    ['a score that is no number', { ...all(0), threat: Number.NaN }],
  ])('%s is not taken for harmless', async (_, scores) => {
    const classifier = wordClassifier();
    const api = createPerspectiveApi({
      classifier: {
        ...classifier,
        classify: async () => ({ scores: scores as never, spans: [], model: 'm' }),
      },
    });
    let answer: PerspectiveAnswer | undefined;
    await warningsOf(async () => (answer = await api.answer(analyzing('fine'))));
    expect(answer?.status).toBe(503);
  });

  it('waits no longer than the deadline, and lets no more wait than it may', async () => {
    const never = wordClassifier(() => new Promise(() => undefined));
    const api = createPerspectiveApi({ classifier: never, deadlineMs: 50, maxConcurrent: 1, maxQueued: 0 });
    const first = api.answer(analyzing('fine'));
    expect(errorOf(await api.answer(analyzing('fine')))).toMatchObject({ http: 429 });
    expect(errorOf(await first)).toMatchObject({ http: 504 });
  });

  it('gives up where the client has gone', async () => {
    const never = wordClassifier(() => new Promise(() => undefined));
    const gone = new AbortController();
    const answer = createPerspectiveApi({ classifier: never }).answer(analyzing('fine'), {
      signal: gone.signal,
    });
    gone.abort();
    expect((await answer).status).toBe(499);
  });
});

describe('the parts of a comment', () => {
  it('lie in it in order, without white space around them, and are at most 200 or so', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', '.', '!', ' ', '\n', '😀', '\ud83d', '。'),
      maxLength: 900,
    });
    fc.assert(
      fc.property(text, (given) => {
        const spans = sentencesOf(given);
        expect(spans.length).toBeGreaterThan(0);
        expect(spans.length).toBeLessThanOrEqual(201);
        let last = 0;
        for (const [begin, end] of spans) {
          expect(begin).toBeGreaterThanOrEqual(last);
          expect(end).toBeLessThanOrEqual(given.length);
          if (spans.length > 1) expect(given.slice(begin, end)).toBe(given.slice(begin, end).trim());
          last = end;
        }
      }),
    );
  });

  it.each([
    ['one. two! Three? (four.) five', ['one.', 'two!', 'Three?', '(four.)', 'five']],
    ['a line\n\nand another', ['a line', 'and another']],
    ['version 1.2 of example.com', ['version 1.2 of example.com']],
    ['  "why?"  \t because… ', ['"why?"', 'because…']],
  ])('of %j', (text, parts) => {
    expect(sentencesOf(text).map(([begin, end]) => text.slice(begin, end))).toEqual(parts);
  });

  it('are joined in a text of very many', () => {
    expect(sentencesOf('No. '.repeat(5_000)).length).toBeLessThanOrEqual(200);
  });
});

describe('feedback', () => {
  const withStore = (store: Map<string, unknown> | Keyv, ttlMs?: number) =>
    createPerspectiveApi({ classifier: wordClassifier(), feedback: { store, ttlMs } });

  it('is answered and not kept where no store is given', async () => {
    const api = createPerspectiveApi({ classifier: wordClassifier() });
    expect((await api.answer(suggesting('fine', { TOXICITY: 0 }))).status).toBe(200);
  });

  it.each([
    ['a Map', () => new Map<string, unknown>()],
    ['a Keyv', () => new Keyv()],
    ['a Keyv with a namespace', () => new Keyv({ namespace: 'feedback' })],
  ])('is kept in %s and comes out as a log', async (_, make) => {
    const store = make();
    await store.set('something else', 'of the application');
    const api = withStore(store);
    await api.answer(suggesting('he said "hi",\nand left', { TOXICITY: 0, INSULT: 0.2 }));
    await api.answer(suggesting('RUDE', { TOXICITY: 1, PROFANITY: 1, SPAM: 1 }));
    // Later words on the same text count.
    await api.answer(suggesting('RUDE', { PROFANITY: 0, THREAT: 0.5 }));
    await api.answer(suggesting('approved', { APPROVED: 1 }));
    await api.answer(suggesting('deleted', { DELETED: 1 }));
    await api.answer(suggesting('not deleted', { DELETED: 0 }));
    await api.answer(suggesting('only spam', { SPAM: 1 }));
    const [head, ...rows] = await linesOf(store);
    expect(head).toBe(HEAD);
    expect(
      rows
        .join('\n')
        .split(/\n(?=")/)
        .sort(),
    ).toEqual([
      '"RUDE",1,,0,1,,',
      '"approved",0,,,,,',
      '"deleted",1,,,,,',
      '"he said ""hi"",\nand left",0,,,,0,',
    ]);
  });

  it('is not kept where the request says so', async () => {
    const store = new Map<string, unknown>();
    const answer = await withStore(store).answer(suggesting('fine', { TOXICITY: 0 }, { doNotStore: true }));
    expect(answer.status).toBe(200);
    expect(store.size).toBe(0);
  });

  it('is never made of comments to analyze', async () => {
    const store = new Map<string, unknown>();
    expect((await withStore(store).answer(analyzing('RUDE'))).status).toBe(200);
    expect(store.size).toBe(0);
  });

  it('gives the store its time to live, and keeps to it where the store does not', async () => {
    const given: unknown[] = [];
    class Recording extends Map<string, unknown> {
      override set(key: string, value: unknown, ttl?: number): this {
        given.push(ttl);
        return super.set(key, value);
      }
    }
    const store = new Recording();
    await withStore(store).answer(suggesting('for long', { TOXICITY: 0 }));
    await withStore(store, 5_000).answer(suggesting('for short', { TOXICITY: 0 }));
    expect(given).toEqual([7_776_000_000, 5_000]);
    for (const [key, entry] of store) {
      if ((entry as { text: string }).text === 'for short') {
        store.set(key, { ...(entry as object), until: Date.now() - 1 });
      }
    }
    expect(await linesOf(store)).toEqual([HEAD, '"for long",0,,,,,']);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('lost "fine"'))],
    ['says that it failed', () => false],
  ])('is refused where the store %s, and the warning has no text', async (_, set) => {
    const store = { get: () => undefined, set, delete: () => true };
    const api = createPerspectiveApi({ classifier: wordClassifier(), feedback: { store } });
    const warnings = await warningsOf(async () => {
      expect((await api.answer(suggesting('fine', { TOXICITY: 0 }))).status).toBe(503);
    });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain('fine');
  });

  it('comes out of no store that cannot list what it has', async () => {
    await expect(linesOf({ get: () => 1 })).rejects.toThrow(TypeError);
  });
});
