import diagnostics_channel from 'node:diagnostics_channel';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isToxicityGuardError, ToxicityGuardError } from '../src/errors.js';
import type { Decision, GuardRequest } from '../src/guard/decision.js';
import { createGuard, type Guard } from '../src/guard/guard.js';
import { markOf, mistakeOf } from '../src/guard/mark.js';
import type { GuardOptions } from '../src/guard/options.js';
import { toFragment } from '../src/guard/problem.js';
import type { DecisionMessage } from '../src/guard/report.js';
import { scores, type WordClassifier, wordClassifier } from './guard-classifier.js';

const toxic: GuardRequest = { body: { comment: 'please REFUSE this' } };
const rude: GuardRequest = { body: { comment: 'somewhat RUDE' } };
const clean: GuardRequest = { body: { comment: 'a kind word' } };

function setUp(
  options: GuardOptions = {},
  classifier = wordClassifier(),
): { guard: Guard; classifier: WordClassifier } {
  return { guard: createGuard({ classifier, ...options }), classifier };
}

const judge = (
  request: GuardRequest,
  options: GuardOptions = {},
  classifier = wordClassifier(),
): Promise<Decision> => setUp(options, classifier).guard.judge(request);

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  vi.useRealTimers();
});

/** The warnings that `run` brings about. */
async function warningsOf(run: () => Promise<unknown>): Promise<string[]> {
  const warnings: string[] = [];
  const hear = (warning: Error) => warnings.push(`${warning.name}: ${warning.message}`);
  process.on('warning', hear);
  await run();
  await settled();
  process.off('warning', hear);
  return warnings;
}

describe('a decision', () => {
  it('allows', async () => {
    expect(await judge(clean)).toStrictEqual({
      action: 'allow',
      mode: 'reject',
      findings: [],
      unsupported: [],
      status: null,
      problem: null,
      retryAfter: null,
      error: null,
      model: 'words-1',
      degraded: false,
    });
  });

  it('refuses', async () => {
    expect(await judge(toxic)).toStrictEqual({
      action: 'reject',
      mode: 'reject',
      findings: [
        {
          in: 'body',
          pointer: '/comment',
          action: 'reject',
          reason: 'scores',
          scores: scores({ toxic: 0.95, insult: 0.92 }),
          labels: ['toxic', 'insult'],
          spans: [[7, 13]],
          language: 'en',
          supported: true,
        },
      ],
      unsupported: [],
      status: 422,
      problem: {
        type: 'urn:toxicity-guard:problem:toxic-content',
        title: 'Content refused',
        status: 422,
        detail: '1 text was refused as toxic.',
        code: 'TOXIC_CONTENT',
        errors: [
          { detail: 'Judged toxic, insult.', in: 'body', pointer: '#/comment', labels: ['toxic', 'insult'] },
        ],
      },
      retryAfter: null,
      error: null,
      model: 'words-1',
      degraded: false,
    });
  });

  it('flags and lets pass', async () => {
    const decision = await judge(rude);
    expect(decision).toMatchObject({ action: 'flag', status: null, problem: null });
    expect(decision.findings).toMatchObject([{ action: 'flag', labels: ['toxic'] }]);
  });

  it('puts what is refused first, and names only that in the problem', async () => {
    const decision = await judge({ body: { a: 'RUDE', b: 'REFUSE', c: 'RUDE', d: 'REFUSE', e: 'fine' } });
    expect(decision.findings.map(({ pointer }) => pointer)).toEqual(['/b', '/d', '/a', '/c']);
    expect(decision.problem?.errors?.map(({ pointer }) => pointer)).toEqual(['#/b', '#/d']);
    expect(decision.problem?.detail).toBe('2 texts were refused as toxic.');
  });

  it('is plain data that can be cloned and told as JSON', async () => {
    for (const request of [clean, toxic, rude]) {
      const decision = await judge(request);
      expect(structuredClone(decision)).toStrictEqual(decision);
      expect(JSON.parse(JSON.stringify(decision))).toStrictEqual(decision);
    }
  });

  it('does not let the refusal grow with the request', async () => {
    const { findings, problem } = await judge({ body: Array.from({ length: 300 }, () => 'REFUSE') });
    expect(findings).toHaveLength(300);
    expect(problem?.errors).toHaveLength(50);
    expect(problem?.detail).toBe('300 texts were refused as toxic.');
  });

  it('never holds the text or, in its problem, the scores', async () => {
    const decision = await judge(toxic);
    expect(JSON.stringify(decision)).not.toContain('REFUSE');
    expect(JSON.stringify(decision.problem)).not.toMatch(/0\.9|score/);
  });

  it('judges an array, a string and a form alike', async () => {
    expect((await judge({ body: ['fine', 'REFUSE'] })).problem?.errors).toMatchObject([{ pointer: '#/1' }]);
    expect((await judge({ body: 'REFUSE' })).problem?.errors).toMatchObject([{ pointer: '#' }]);
    const form = Object.assign(Object.create(null), { comment: 'REFUSE' }) as object;
    expect((await judge({ body: form })).status).toBe(422);
  });

  it.each([
    ['/a b', '#/a%20b'],
    ['/é', '#/%C3%A9'],
    ['/a#b%', '#/a%23b%25'],
    ['/a"^|<>`{}[]\\', '#/a%22%5E%7C%3C%3E%60%7B%7D%5B%5D%5C'],
    ['/\uD800x', '#/%EF%BF%BDx'],
    ['/🙂', '#/%F0%9F%99%82'],
  ])('writes the pointer %o as %s', (pointer, fragment) => {
    expect(toFragment(pointer)).toBe(fragment);
  });

  it('asks for spans only where a text is flagged', async () => {
    const asked: unknown[] = [];
    await judge(
      { body: ['fine', 'RUDE'] },
      {},
      wordClassifier((text, { spans }) => {
        const given = scores(text === 'RUDE' ? { toxic: 0.6 } : {});
        asked.push(typeof spans === 'function' && spans(given));
      }),
    );
    expect(asked).toEqual([[], ['toxic']]);
  });

  it('judges many texts in their order', async () => {
    const body = Array.from({ length: 1_000 }, (_, index) =>
      index % 100 === 99 ? `${index} REFUSE` : `${index}`,
    );
    const { guard, classifier } = setUp();
    const { findings } = await guard.judge({ body });
    expect(findings.map(({ pointer }) => pointer)).toEqual([
      '/99',
      '/199',
      '/299',
      '/399',
      '/499',
      '/599',
      '/699',
      '/799',
      '/899',
      '/999',
    ]);
    expect(classifier.seen).toEqual(body);
  });
});

describe('nothing to judge', () => {
  it.each<[string, GuardRequest, GuardOptions?]>([
    ['no body', {}],
    ['null', { body: null }],
    ['an empty object', { body: {} }],
    ['an empty text', { body: '' }],
    ['numbers', { body: { n: 1 } }],
    ['a part that is not chosen', { query: { q: 'REFUSE' } }],
    ['only secrets', { body: { password: 'REFUSE' } }],
    ['a body where only the query is judged', toxic, { fields: { query: true } }],
    [
      'an announced body that is absent, where only the query is judged',
      {
        headers: { 'content-type': 'application/json', 'content-length': '9' },
        bodyMissing: 'unparsed',
      },
      { fields: { query: true } },
    ],
    ['a function that names nothing', toxic, { fields: () => [] }],
  ])('is allowed without the model, and nobody is told: %s', async (_, request, options) => {
    const onDecision = vi.fn();
    const { guard, classifier } = setUp({ ...options, onDecision });
    expect(await guard.judge(request)).toMatchObject({ action: 'allow', model: null });
    expect(classifier).toMatchObject({ loads: 0, seen: [] });
    expect(onDecision).not.toHaveBeenCalled();
  });

  it('asks no function for the mode where there is no body', async () => {
    const mode = vi.fn(() => 'flag' as const);
    await judge({}, { mode });
    expect(mode).not.toHaveBeenCalled();
  });
});

describe('modes', () => {
  it.each([
    ['reject', toxic, 'reject', 422],
    ['reject', rude, 'flag', null],
    ['flag', toxic, 'flag', null],
    ['flag', rude, 'flag', null],
    ['shadow', toxic, 'reject', null],
    ['shadow', rude, 'flag', null],
  ] as const)('%s of %o says %s and answers %s', async (mode, request, action, status) => {
    const decision = await judge(request, { mode });
    expect(decision).toMatchObject({ mode, action, status });
    expect(decision.problem === null).toBe(status === null);
  });

  it('may depend on the request, as thresholds may', async () => {
    const { guard } = setUp({
      mode: ({ route }) => (route === 'POST /drafts' ? 'flag' : undefined),
      thresholds: async ({ route }) => (route === 'POST /kids' ? { reject: 0.5 } : undefined),
    });
    expect(await guard.judge({ ...toxic, route: 'POST /drafts' })).toMatchObject({
      mode: 'flag',
      status: null,
    });
    expect(await guard.judge({ ...toxic, route: 'POST /x' })).toMatchObject({ mode: 'reject', status: 422 });
    expect(await guard.judge({ ...rude, route: 'POST /x' })).toMatchObject({ action: 'flag' });
    expect(await guard.judge({ ...rude, route: 'POST /kids' })).toMatchObject({ action: 'reject' });
  });
});

describe('faults', () => {
  const failing = (error: unknown) => wordClassifier(() => Promise.reject(error));

  it.each<[string, unknown, string, number, number | null]>([
    [
      'of the model',
      new ToxicityGuardError('MODEL_UNREADABLE', 'The file x is cut off.'),
      'MODEL_UNREADABLE',
      503,
      30,
    ],
    ['of the classifier', new RangeError('SECRET'), 'CLASSIFIER_FAILED', 503, 10],
    ['that are no error', 'SECRET', 'CLASSIFIER_FAILED', 503, 10],
    [
      'of a long text',
      new ToxicityGuardError('TEXT_TOO_LONG', 'The text is too long.'),
      'TEXT_TOO_LONG',
      413,
      null,
    ],
  ])('%s become a decision', async (_, error, code, status, retryAfter) => {
    const decision = await judge(clean, {}, failing(error));
    expect(decision).toMatchObject({ action: 'unavailable', status, retryAfter, findings: [], model: null });
    expect(decision).toMatchObject({ error: { code }, problem: { status, code } });
    expect(JSON.stringify(decision)).not.toContain('SECRET');
  });

  it('are told to the client without the message, which may name files', async () => {
    const { error, problem } = await judge(
      clean,
      {},
      failing(new ToxicityGuardError('MODEL_UNREADABLE', '/srv/model')),
    );
    expect(error?.message).toBe('/srv/model');
    expect(problem).toStrictEqual({
      type: 'urn:toxicity-guard:problem:unavailable',
      title: 'Content could not be checked',
      status: 503,
      detail: 'The content of the request could not be checked for toxicity. Try again later.',
      code: 'MODEL_UNREADABLE',
    });
  });

  it('are known as ours across copies of the package', () => {
    class ToxicityGuardError extends Error {
      override readonly name = 'ToxicityGuardError';
      readonly code = 'TEXT_TOO_LONG';
    }
    expect(isToxicityGuardError(new ToxicityGuardError())).toBe(true);
    expect(isToxicityGuardError(Object.assign(new Error('x'), { code: 'TEXT_TOO_LONG' }))).toBe(false);
  });

  it('pass and are marked where failure is open', async () => {
    const decision = await judge(clean, { failure: 'open' }, failing(new Error('x')));
    expect(decision).toMatchObject({ action: 'unavailable', status: null, problem: null, retryAfter: null });
    expect(decision.error?.code).toBe('CLASSIFIER_FAILED');
  });

  const throwing = () => {
    throw new Error('SECRET');
  };
  const json = { 'content-type': 'application/json', 'content-length': '9' };
  const senders: [string, GuardRequest, GuardOptions, string, number][] = [
    ['too much text', { body: 'a'.repeat(11) }, { maxTextLength: 10 }, 'TEXT_TOO_LONG', 413],
    ['too many texts', { body: ['a', 'b', 'c'] }, { maxFields: 2 }, 'TOO_MANY_FIELDS', 413],
    ['no parser', { headers: json, bodyMissing: 'unparsed' }, {}, 'BODY_NOT_PARSED', 500],
    [
      'a type no parser took',
      { headers: json, bodyMissing: 'declined', body: {} },
      {},
      'UNSUPPORTED_BODY',
      415,
    ],
    ['a fields function that throws', clean, { fields: throwing }, 'FIELDS_FAILED', 500],
    ['a thresholds function that throws', clean, { thresholds: throwing }, 'POLICY_FAILED', 500],
    ['a mode function that throws', clean, { mode: throwing }, 'POLICY_FAILED', 500],
  ];

  it.each(senders)(
    'that a sender can bring about refuse under both policies: %s',
    async (_, request, options, code, status) => {
      for (const failure of ['closed', 'open'] as const) {
        const decision = await judge(request, { ...options, failure });
        expect(decision).toMatchObject({
          action: 'unavailable',
          mode: 'reject',
          status,
          error: { code },
          problem: { code },
        });
        expect(JSON.stringify(decision)).not.toContain('SECRET');
      }
    },
  );

  it.each(['flag', 'shadow'] as const)("never answer in the handler's place in mode %s", async (mode) => {
    for (const [, request, options, code] of senders.slice(0, -1)) {
      expect(await judge(request, { ...options, mode })).toMatchObject({
        action: 'unavailable',
        mode,
        status: null,
        problem: null,
        error: { code },
      });
    }
    expect(await judge(clean, { mode }, failing(new Error('x')))).toMatchObject({
      action: 'unavailable',
      problem: null,
    });
  });

  it.each([
    ['a label is missing', { ...scores(), threat: undefined }],
    ['a score is NaN', scores({ insult: Number.NaN })],
    ['a score is no number', { ...scores(), toxic: '0.1' }],
    ['a score is out of range', scores({ toxic: 95 })],
    ['there are none', undefined],
  ])('of a classifier whose answer is wrong do not pass: %s', async (_, given) => {
    const classifier = wordClassifier();
    classifier.classify = async () => ({ scores: given as never, spans: [], model: 'x' });
    expect(await judge(clean, {}, classifier)).toMatchObject({
      error: { code: 'CLASSIFIER_FAILED' },
      status: 503,
    });
    expect(await judge({ body: ['a', 'b'] }, {}, classifier)).toMatchObject({
      error: { code: 'CLASSIFIER_FAILED' },
    });
  });

  it('of a classifier that answers too few texts do not pass', async () => {
    const classifier = wordClassifier();
    classifier.classifyMany = async (texts) =>
      Promise.all(texts.slice(1).map((text) => classifier.classify(text)));
    expect(await judge({ body: ['a', 'b', 'c'] }, {}, classifier)).toMatchObject({
      error: { code: 'CLASSIFIER_FAILED' },
    });
  });

  it('of loading are forgotten', async () => {
    const classifier = wordClassifier();
    const load = classifier.ready;
    classifier.ready = () => Promise.reject(new ToxicityGuardError('MODEL_UNREADABLE', 'Not there yet.'));
    const { guard } = setUp({}, classifier);
    expect(await guard.judge(toxic)).toMatchObject({ status: 503 });
    await expect(guard.ready()).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
    classifier.ready = load;
    expect(await guard.judge(toxic)).toMatchObject({ status: 422 });
    expect(await guard.ready()).toMatchObject({ id: 'words-1' });
  });
});

describe('a body that cannot be seen', () => {
  const announced = (type: string | undefined, length = '9') => ({
    ...(type !== undefined && { 'content-type': type }),
    'content-length': length,
  });

  it.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/vnd.api+json',
    'application/x-www-form-urlencoded',
    'text/plain',
    'text/html;charset=x',
    'application/xml',
    'image/svg+xml',
  ])('of type %s is an error', async (type) => {
    expect(await judge({ headers: announced(type), bodyMissing: 'unparsed' })).toMatchObject({
      status: 500,
      error: { code: 'BODY_NOT_PARSED' },
    });
    const chunked = { 'content-type': type, 'transfer-encoding': 'chunked' };
    expect(await judge({ headers: chunked, bodyMissing: 'unparsed' })).toMatchObject({ status: 500 });
    expect(await judge({ headers: announced(type, '0'), bodyMissing: 'unparsed' })).toMatchObject({
      action: 'allow',
    });
    expect(await judge({ headers: { 'content-type': type }, bodyMissing: 'unparsed' })).toMatchObject({
      action: 'allow',
    });
  });

  it.each([
    ['multipart/form-data; boundary=x', 'unparsed', 'An upload passed unjudged'],
    ['application/x-unheard-of', 'unparsed', 'A body of a type that may hold text passed unjudged'],
    [undefined, 'unparsed', 'A body of a type that may hold text passed unjudged'],
    [undefined, 'declined', 'A body of a type that may hold text passed unjudged'],
    ['application/json', 'elsewhere', 'Give `fields` as a function'],
  ] as const)('of type %s, %s, is warned of once a guard', async (type, bodyMissing, message) => {
    const request: GuardRequest = { headers: announced(type), bodyMissing };
    const warnings = await warningsOf(async () => {
      const { guard } = setUp();
      expect(await guard.judge(request)).toMatchObject({ action: 'allow', model: null });
      expect(await guard.judge(request)).toMatchObject({ action: 'allow', model: null });
      await setUp().guard.judge(request);
    });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('ToxicityGuardWarning: ');
    expect(warnings[0]).toContain(message);
  });

  it.each(['image/png', 'video/mp4', 'application/octet-stream', 'application/pdf'])(
    'of type %s holds no text',
    async (type) => {
      const warnings = await warningsOf(async () => {
        expect(await judge({ headers: announced(type), bodyMissing: 'unparsed' })).toMatchObject({
          action: 'allow',
        });
        expect(await judge({ headers: announced(type), body: Buffer.from('x') })).toMatchObject({
          action: 'allow',
        });
      });
      expect(warnings).toEqual([]);
    },
  );

  it.each([
    ['a Buffer', () => Buffer.from('{"comment":"REFUSE"}')],
    ['bytes', () => new Uint8Array(3)],
    ['an ArrayBuffer', () => new ArrayBuffer(3)],
    ['a stream', () => Readable.from(['REFUSE'])],
    ['a web stream', () => new ReadableStream()],
    ['a Blob', () => new Blob(['REFUSE'])],
  ])('because it is %s does not pass in silence', async (_, body) => {
    expect(await judge({ body: body(), headers: announced('application/json') })).toMatchObject({
      status: 500,
      error: { code: 'BODY_NOT_PARSED' },
    });
    expect(await judge({ body: body() })).toMatchObject({ status: 500, error: { code: 'BODY_NOT_PARSED' } });
    const warnings = await warningsOf(() =>
      judge({ body: body(), headers: announced('application/x-unheard-of') }),
    );
    expect(warnings).toHaveLength(1);
  });

  it('is left to a function that chooses, with a word where nothing has read it', async () => {
    const fields = ({ body }: GuardRequest) => [{ pointer: '', text: String(body) }];
    expect(
      await judge({ body: Buffer.from('REFUSE'), headers: announced('application/json') }, { fields }),
    ).toMatchObject({ status: 422 });
    const warnings = await warningsOf(() =>
      judge({ headers: announced('application/json'), bodyMissing: 'unparsed' }, { fields: () => [] }),
    );
    expect(warnings).toEqual([expect.stringContaining('No parser ran before the guard')]);
  });

  it.each(['flag', 'shadow'] as const)('is warned of in mode %s, which lets it pass', async (mode) => {
    const request: GuardRequest = { headers: announced('application/json'), bodyMissing: 'unparsed' };
    expect(await warningsOf(() => judge(request, { mode }))).toEqual([
      expect.stringContaining('No parser ran'),
    ]);
  });
});

describe('budget', () => {
  const never = () => wordClassifier(() => new Promise(() => undefined));

  it('ends at the deadline and tells the classifier', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let signal: AbortSignal | undefined;
    const classifier = wordClassifier((_, options) => {
      signal = options.signal;
      return new Promise(() => undefined);
    });
    const judging = judge(clean, { deadlineMs: 250 }, classifier);
    await settled();
    await vi.advanceTimersByTimeAsync(249);
    expect(signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await judging).toMatchObject({ error: { code: 'DEADLINE_EXCEEDED' }, status: 503, retryAfter: 1 });
    expect(signal?.aborted).toBe(true);
  });

  it.each<[string, GuardOptions]>([
    [
      'a model that never loads',
      { classifier: { ...wordClassifier(), ready: () => new Promise(() => undefined) } },
    ],
    ['a fields function that never answers', { fields: () => new Promise(() => undefined) }],
    ['a mode function that never answers', { mode: () => new Promise(() => undefined) }],
    ['a thresholds function that never answers', { thresholds: () => new Promise(() => undefined) }],
  ])('ends at the deadline for %s', async (_, options) => {
    expect(await judge(clean, { deadlineMs: 5, ...options })).toMatchObject({
      error: { code: 'DEADLINE_EXCEEDED' },
      mode: 'reject',
      status: 503,
    });
  });

  it('leaves no timer behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await judge(clean);
    await judge(
      clean,
      {},
      wordClassifier(() => Promise.reject(new Error('x'))),
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not outlived by a rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    let fail: (error: Error) => void = () => undefined;
    const classifier = wordClassifier(
      () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    );
    expect(await judge(clean, { deadlineMs: 5 }, classifier)).toMatchObject({ action: 'unavailable' });
    fail(new Error('late'));
    await settled();
    await settled();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('judges so many at a time, keeps so many waiting in order, and turns the rest away at once', async () => {
    const open: (() => void)[] = [];
    const classifier = wordClassifier(() => new Promise<void>((resolve) => open.push(resolve)));
    const { guard } = setUp({ maxConcurrent: 2, maxQueued: 2 }, classifier);
    const bodies = ['a', 'b', 'c', 'd'];
    const judging = bodies.map((body) => guard.judge({ body }));
    await settled();
    expect(open).toHaveLength(2);
    expect(await guard.judge({ body: 'e' })).toMatchObject({
      error: { code: 'OVERLOADED' },
      status: 503,
      retryAfter: 1,
    });
    expect(await guard.judge({})).toMatchObject({ action: 'allow' });
    for (let done = 0; done < 4; done++) {
      open[done]?.();
      await settled();
    }
    expect((await Promise.all(judging)).map(({ action }) => action)).toEqual([
      'allow',
      'allow',
      'allow',
      'allow',
    ]);
    expect(classifier.seen).toEqual(bodies);
  });

  it('frees the place of one that gave up, inside or waiting', async () => {
    const classifier = never();
    const { guard } = setUp({ maxConcurrent: 1, maxQueued: 1, deadlineMs: 60_000 }, classifier);
    const gone = [new AbortController(), new AbortController()];
    const judging = gone.map(({ signal }) => guard.judge(clean, { signal }));
    await settled();
    gone[1]?.abort();
    expect(await judging[1]).toMatchObject({ error: { code: 'ABORTED' } });
    gone[0]?.abort();
    expect(await judging[0]).toMatchObject({ error: { code: 'ABORTED' } });
    classifier.before = () => undefined;
    expect(await guard.judge(clean)).toMatchObject({ action: 'allow' });
  });

  it('refuses under both policies what was given up: the sender may have sent it and gone', async () => {
    const signal = AbortSignal.abort();
    for (const failure of ['closed', 'open'] as const) {
      const { guard } = setUp({ failure });
      expect(await guard.judge(toxic, { signal })).toMatchObject({ error: { code: 'ABORTED' }, status: 503 });
    }
  });

  it('keeps judgements apart', async () => {
    const { guard } = setUp(
      { maxConcurrent: 3 },
      wordClassifier(() => settled()),
    );
    const decisions = await Promise.all(
      Array.from({ length: 200 }, (_, index) => guard.judge(index % 2 === 0 ? toxic : clean)),
    );
    expect(decisions.every(({ action }, index) => action === (index % 2 === 0 ? 'reject' : 'allow'))).toBe(
      true,
    );
  });

  it('holds the event loop for no more than a moment over 50,000 texts', async () => {
    const body = Array.from({ length: 50_000 }, (_, index) => (index % 3 === 0 ? 'RUDE' : 'short'));
    const { guard } = setUp({ maxFields: 50_000, deadlineMs: 60_000 });
    await guard.judge({ body: body.slice(0, 5_000) });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const decisions = await Promise.all(Array.from({ length: 4 }, () => guard.judge({ body })));
    delay.disable();
    expect(decisions.map(({ findings }) => findings.length)).toEqual(Array(4).fill(16_667));
    // Collecting garbage takes its share; without resting it would be the whole second.
    expect(delay.max / 1e6).toBeLessThan(150);
  });
});

describe('observers', () => {
  it('get every judgement, never its text', async () => {
    const messages: DecisionMessage[] = [];
    const hear = (message: unknown) => messages.push(message as DecisionMessage);
    diagnostics_channel.subscribe('toxicity-guard:decision', hear);
    const onDecision = vi.fn();
    const { guard } = setUp({ onDecision });
    const request = { ...toxic, route: 'POST /comments' };
    const decision = await guard.judge(request);
    await guard.judge({ body: ['a', 'b'] });
    diagnostics_channel.unsubscribe('toxicity-guard:decision', hear);
    expect(onDecision.mock.calls[0]).toEqual([decision, request]);
    expect(messages).toMatchObject([
      { decision, fields: 1, route: 'POST /comments', durationMs: expect.any(Number) },
      { decision: { action: 'allow' }, fields: 2, route: undefined },
    ]);
    expect(JSON.stringify(messages)).not.toContain('REFUSE');
  });

  it('get faults too', async () => {
    const onDecision = vi.fn();
    const decision = await judge(
      clean,
      { onDecision },
      wordClassifier(() => Promise.reject(new Error('x'))),
    );
    expect(onDecision).toHaveBeenCalledExactlyOnceWith(decision, clean);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('SECRET');
      },
    ],
    ['rejects', () => Promise.reject(new Error('SECRET'))],
    ['never ends', () => new Promise(() => undefined)],
    [
      'tampers',
      (decision: Decision) => {
        (decision as { status: null }).status = null;
      },
    ],
  ])('cannot change the answer: one that %s', async (name, onDecision) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const warnings = await warningsOf(async () => {
      const { guard } = setUp({ onDecision });
      expect(await guard.judge(toxic)).toMatchObject({ status: 422 });
      expect(await guard.judge(toxic)).toMatchObject({ status: 422 });
    });
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(warnings).toHaveLength(name === 'never ends' ? 0 : 1);
    expect(warnings.join()).not.toContain('SECRET');
  });
});

describe('options', () => {
  it.each<[object, string]>([
    [
      { treshold: 1 },
      'Expected `options` to have only known keys, got `treshold`. Did you mean `thresholds`?',
    ],
    [{ mode: 'block' }, "Expected `mode` to be 'reject', 'flag' or 'shadow', got `\"block\"` (string)"],
    [{ failure: 'ajar' }, "Expected `failure` to be 'closed' or 'open', got `\"ajar\"` (string)"],
    [
      { deadlineMs: 0 },
      'Expected `deadlineMs` to be a whole number between 1 and 2147483647, got `0` (number)',
    ],
    [{ deadlineMs: 2 ** 31 }, 'Expected `deadlineMs` to be a whole number between 1 and 2147483647'],
    [{ maxConcurrent: 0 }, 'Expected `maxConcurrent` to be a whole number of 1 or more, got `0` (number)'],
    [{ maxQueued: -1 }, 'Expected `maxQueued` to be a whole number of 0 or more, got `-1` (number)'],
    [{ maxFields: '9' }, 'Expected `maxFields` to be a whole number of 1 or more, got `"9"` (string)'],
    [
      { maxTextLength: null },
      'Expected `maxTextLength` to be a whole number of 1 or more, got `null` (null)',
    ],
    [{ onDecision: {} }, 'Expected `onDecision` to be a function, got `{…}` (object)'],
    [{ fields: ['comment'] }, 'Expected `fields[0]` to be a JSON Pointer pattern'],
    [
      { thresholds: { reject: { toxic: 1.5 } } },
      'Expected `thresholds.reject.toxic` to be a number between 0 and 1, got `1.5` (number)',
    ],
    [{ classifier: 'x' }, 'Expected `classifier` to be a classifier or options of one, got `"x"` (string)'],
    [
      { classifier: { classify() {} } },
      'Expected `classifier.classifyMany` to be a function, got `undefined` (undefined)',
    ],
  ])('%o are wrong', (options, message) => {
    expect(() => createGuard(options)).toThrow(TypeError);
    expect(() => createGuard(options)).toThrow(message);
  });

  it('of undefined are absent, and a frozen object is left alone', async () => {
    const options: GuardOptions = Object.freeze({
      classifier: wordClassifier(),
      mode: undefined,
      fields: undefined,
      maxFields: undefined,
      onDecision: undefined,
    });
    expect(await createGuard(options).judge(toxic)).toMatchObject({ mode: 'reject', status: 422 });
  });

  it('are not read again', async () => {
    const thresholds = { reject: { toxic: 0.99, insult: 0.99 } };
    const { guard } = setUp({ thresholds });
    thresholds.reject.toxic = 0;
    expect(await guard.judge(toxic)).toMatchObject({ action: 'flag' });
  });
});

describe('a life', () => {
  it('begins with the first text, or with ready', async () => {
    const { guard, classifier } = setUp();
    expect(classifier.loads).toBe(0);
    expect(await guard.ready()).toMatchObject({ id: 'words-1' });
  });

  it('ends with close, twice if need be, and leaves a classifier that was given', async () => {
    const { guard, classifier } = setUp();
    await guard.judge(clean);
    await guard.close();
    await guard.close();
    expect(classifier.closes).toBe(0);
    expect(await guard.judge(clean)).toMatchObject({ error: { code: 'CLOSED' }, status: 503 });
    expect(await guard.judge({})).toMatchObject({ action: 'allow' });
    await expect(guard.ready()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('ends after what is under way', async () => {
    let answer: () => void = () => undefined;
    const { guard } = setUp(
      {},
      wordClassifier(
        () =>
          new Promise<void>((resolve) => {
            answer = resolve;
          }),
      ),
    );
    const judging = guard.judge(toxic);
    await settled();
    const closed = vi.fn();
    const closing = guard.close().then(closed);
    await settled();
    expect(closed).not.toHaveBeenCalled();
    answer();
    expect(await judging).toMatchObject({ action: 'reject' });
    await closing;
  });
});

describe('a classifier of its own', () => {
  const missing = { model: '/nowhere/at/all' };

  it('is not loaded before there is a text', async () => {
    const guard = createGuard({ classifier: missing });
    expect(await guard.judge({ body: { n: 1 } })).toMatchObject({ action: 'allow' });
    expect(await guard.judge(clean)).toMatchObject({ status: 503, error: { code: 'MODEL_UNREADABLE' } });
    await expect(guard.ready()).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
    await guard.close();
    await guard.close();
  });

  it('has its options checked at once', () => {
    expect(() => createGuard({ classifier: { modl: 'x' } as object })).toThrow(
      /got `modl`. Did you mean `model`/,
    );
    expect(() => createGuard({ classifier: { model: 7 } as object })).toThrow(TypeError);
  });
});

describe('for adapters', () => {
  it('a mark is left where there was text, not in shadow, and the graver of two stays', async () => {
    const [allow, flag, nothing] = [await judge(clean), await judge(rude), await judge({})];
    const shadow = await judge(toxic, { mode: 'shadow' });
    expect(markOf(undefined, allow)).toBe(allow);
    expect(markOf(null, nothing)).toBeUndefined();
    expect(markOf(flag, nothing)).toBe(flag);
    expect(markOf(undefined, shadow)).toBeUndefined();
    expect(markOf(flag, allow)).toBe(flag);
    expect(markOf(allow, flag)).toBe(flag);
    const later = await judge(rude);
    expect(markOf(flag, later)).toBe(later);
  });

  it('a mistake of the server is an error, a refusal is none', async () => {
    const mistake = mistakeOf(await judge({ body: Buffer.from('x') }));
    expect(mistake).toBeInstanceOf(ToxicityGuardError);
    expect(mistake).toMatchObject({ code: 'BODY_NOT_PARSED', status: 500, statusCode: 500, expose: false });
    for (const request of [clean, toxic, rude]) expect(mistakeOf(await judge(request))).toBeNull();
    expect(mistakeOf(await judge(clean, { maxTextLength: 1 }))).toBeNull();
  });
});
