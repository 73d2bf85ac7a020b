import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  createGuard,
  type Decision,
  type GuardOptions,
  type JudgedRequest,
  type JudgeRequestOptions,
  judgeRequest,
} from '../src/index.js';
import { wordClassifier } from './guard-classifier.js';

const guardOf = (options: GuardOptions = {}) => createGuard({ classifier: wordClassifier(), ...options });

function post(body: RequestInit['body'], type?: string, headers: Record<string, string> = {}): Request {
  return new Request('http://site.test/comments?q=RUDE&tag=a&tag=b', {
    method: 'POST',
    body,
    headers: { ...headers, ...(type !== undefined && { 'Content-Type': type }) },
    duplex: 'half',
  } as RequestInit);
}

const judge = (request: Request, options?: JudgeRequestOptions, guard: GuardOptions = {}) =>
  judgeRequest(guardOf(guard), request, options);

const pointersOf = ({ decision }: JudgedRequest) =>
  decision.findings.map(({ in: part, pointer }) => `${part}${pointer}`);

/** A body that comes in pieces. */
function stream(...pieces: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
    },
  });
}

describe('judgeRequest', () => {
  it('does what its example says', async () => {
    const request = post('{"comment":"Have a nice day"}', 'application/json');
    const { decision, response } = await judge(request);
    expect([decision.action, response]).toEqual(['allow', null]);
    expect(await request.json()).toEqual({ comment: 'Have a nice day' });
  });

  it('refuses with exactly this', async () => {
    const { decision, response } = await judge(post('{"comment":"REFUSE"}', 'application/json'));
    expect(decision).toMatchObject({ action: 'reject', status: 422 });
    expect(response?.status).toBe(422);
    expect(Object.fromEntries(response?.headers ?? [])).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/problem+json; charset=utf-8',
    });
    expect(await response?.text()).toBe(JSON.stringify(decision.problem));
  });

  it('says when to come back', async () => {
    const classifier = wordClassifier(() => Promise.reject(new Error('REFUSE')));
    const { response } = await judge(post('{"comment":"fine"}', 'application/json'), {}, { classifier });
    expect(response?.status).toBe(503);
    expect(Object.fromEntries(response?.headers ?? [])).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/problem+json; charset=utf-8',
      'retry-after': '10',
    });
    expect(await response?.text()).not.toContain('REFUSE');
  });

  describe('reads', () => {
    const form = new FormData();
    form.append('comment', 'REFUSE');
    form.append('photo', new Blob(['REFUSE']), 'photo.png');
    form.append('tag', 'fine');
    form.append('tag', 'REFUSE');

    it.each<[string, Request, string[]]>([
      ['JSON', post('{"a":{"b/c":["REFUSE"]}}', 'application/json; charset=utf-8'), ['body/a/b~1c/0']],
      ['JSON of a kind', post('{"comment":"REFUSE"}', 'application/vnd.api+json'), ['body/comment']],
      ['JSON that is a string', post('"REFUSE"', 'Application/JSON'), ['body']],
      ['JSON with escapes', post('{"comment":"\\u0052EFUSE"}', 'application/json'), ['body/comment']],
      [
        'a form',
        post(new URLSearchParams('comment=REFUSE&tag=a&tag=REFUSE')),
        ['body/comment', 'body/tag/1'],
      ],
      ['the texts of a multipart form', post(form), ['body/comment', 'body/tag/1']],
      ['a text', post('please REFUSE this', 'text/plain'), ['body']],
      ['a text of another kind', post('please REFUSE this', 'text/markdown'), ['body']],
      ['a text with a quote in front', post('"REFUSE" he said', 'text/plain'), ['body']],
      [
        'a body in pieces',
        post(stream('{"comment":', '"REF', 'USE"}'), 'application/json'),
        ['body/comment'],
      ],
    ])('%s', async (_name, request, pointers) => {
      const copy = request.clone();
      const judged = await judge(request);
      expect(pointersOf(judged)).toEqual(pointers);
      expect(judged.response?.status).toBe(422);
      expect(request.bodyUsed).toBe(false);
      expect(await request.text()).toBe(await copy.text());
    });

    it.each<[string, Request]>([
      ['that is announced as a picture', post('{"comment":"REFUSE"}', 'image/png')],
      ['that is announced as bytes', post(stream(' \n', '{"comment":"REFUSE"}'), 'application/octet-stream')],
      ['that is announced as text', post('{"comment":"\\u0052EFUSE"}', 'text/plain')],
      ['that is announced as a form', post('{"comment":"REFUSE"}', 'application/x-www-form-urlencoded')],
      [
        'that is announced as a multipart form',
        post('{"comment":"REFUSE"}', 'multipart/form-data; boundary=x'),
      ],
      ['that is announced as XML', post('{"comment":"REFUSE"}', 'application/xml')],
      ['of no type', post(new TextEncoder().encode('{"comment":"REFUSE"}'))],
      [
        'that says it is compressed',
        post('{"comment":"REFUSE"}', 'image/png', { 'Content-Encoding': 'gzip' }),
      ],
      [
        'after a byte order mark in pieces',
        post(stream(Uint8Array.of(0xef), Uint8Array.of(0xbb, 0xbf), '{"comment":"REFUSE"}'), 'image/png'),
      ],
    ])('JSON %s, since request.json() does not look', async (_name, request) => {
      expect(pointersOf(await judge(request))).toEqual(['body/comment']);
      expect(await request.json()).toEqual({ comment: 'REFUSE' });
    });

    it('a form with one name a hundred thousand times', async () => {
      const many = new URLSearchParams(`${'tag=a&'.repeat(100_000)}tag=REFUSE`);
      const judged = await judge(post(many), {}, { maxFields: 200_000, deadlineMs: 60_000 });
      expect(pointersOf(judged)).toEqual(['body/tag/100000']);
    });

    it('query, headers and params where they are chosen', async () => {
      const fields = { query: true, params: true, headers: ['/x-note'] } as const;
      const request = post('{"comment":"REFUSE"}', 'application/json', { 'X-Note': 'RUDE' });
      const judged = await judge(request, { params: { name: 'RUDE' } }, { fields });
      expect(pointersOf(judged)).toEqual(['query/q', 'params/name', 'headers/x-note']);
      expect(judged.response).toBeNull();
    });

    it('no body but the one that it is given', async () => {
      const request = post('{"comment":"REFUSE"}', 'application/json');
      const body = await request.json();
      expect(pointersOf(await judge(request, { body }))).toEqual(['body/comment']);
    });

    it('the request for the functions and hooks of the site', async () => {
      const request = post('{"comment":"fine"}', 'application/json');
      const onDecision = vi.fn();
      await judge(request, { route: 'POST /comments' }, { onDecision });
      expect(onDecision.mock.calls[0]?.[1]).toMatchObject({
        body: { comment: 'fine' },
        query: { q: 'RUDE', tag: ['a', 'b'] },
        headers: { 'content-type': 'application/json' },
        raw: request,
        route: 'POST /comments',
      });
    });
  });

  describe('lets pass without a look', () => {
    it.each<[string, Request]>([
      ['no body', new Request('http://site.test/?q=REFUSE')],
      ['an empty body', post('', 'application/json')],
      ['an empty stream of no type', post(stream())],
      ['malformed JSON', post('{"comment":"REFUSE', 'application/json')],
      ['a picture', post(Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'image/png')],
      ['JSON without text', post('{"n":1}', 'application/json')],
    ])('%s', async (_name, request) => {
      const classifier = wordClassifier();
      const copy = request.clone();
      const { decision, response } = await judge(request, {}, { classifier });
      expect([decision.action, decision.model, response, classifier.seen]).toEqual(['allow', null, null, []]);
      expect(await request.text()).toBe(await copy.text());
    });

    it('but not without a warning where the type may hold text', async () => {
      const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
      const { response } = await judge(post('REFUSE', 'application/x-notes'));
      expect(response).toBeNull();
      expect(await warned).toMatchObject({ name: 'ToxicityGuardWarning' });
    });
  });

  it.each<[string, Request]>([
    ['XML', post('<comment>REFUSE</comment>', 'application/xml')],
    ['lines of JSON', post('{"comment":"fine"}\n{"comment":"REFUSE"}', 'application/x-ndjson')],
    [
      'a compressed form',
      post('comment=REFUSE', 'application/x-www-form-urlencoded', { 'Content-Encoding': 'br' }),
    ],
  ])('answers 415 to %s, which it does not read', async (_name, request) => {
    const { decision, response } = await judge(request, {}, { failure: 'open' });
    expect(response?.status).toBe(415);
    expect(decision.error?.code).toBe('UNSUPPORTED_BODY');
  });

  describe('past maxBodyBytes', () => {
    /** Pieces without an end, and how many of them were asked for. */
    function endless() {
      let pulls = 0;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          pulls++;
          controller.enqueue(new Uint8Array(1_000).fill(0x61));
        },
      });
      return { body, pulls: () => pulls };
    }

    it('answers 413 and reads no further', async () => {
      const { body, pulls } = endless();
      const { decision, response } = await judge(
        post(body, 'text/plain'),
        { maxBodyBytes: 10_000 },
        { failure: 'open' },
      );
      expect(response?.status).toBe(413);
      expect(decision.error?.code).toBe('TEXT_TOO_LONG');
      expect(pulls()).toBeLessThan(20);
    });

    it('takes as many bytes as it says', async () => {
      const options = { maxBodyBytes: 4 };
      expect((await judge(post('fine', 'text/plain'), options)).response).toBeNull();
      expect((await judge(post('fine!', 'text/plain'), options)).response?.status).toBe(413);
    });

    it('lets the handler read on in mode flag, and marks it', async () => {
      const request = post(stream('fi', 'ne'), 'text/plain');
      const { decision, response } = await judge(request, { maxBodyBytes: 1 }, { mode: 'flag' });
      expect(response).toBeNull();
      expect(decision).toMatchObject({ action: 'unavailable', error: { code: 'TEXT_TOO_LONG' } });
      expect(await request.text()).toBe('fine');
    });

    it('is no matter to a guard that does not look at the body', async () => {
      const request = post('fine', 'text/plain');
      expect(
        (await judge(request, { maxBodyBytes: 1 }, { fields: { query: ['/tag'] } })).response,
      ).toBeNull();
    });

    it('is no matter to a picture', async () => {
      const request = post(new Uint8Array(1_000), 'image/png');
      expect((await judge(request, { maxBodyBytes: 1 })).response).toBeNull();
      expect((await request.arrayBuffer()).byteLength).toBe(1_000);
    });
  });

  it('is 1 MiB unless it is told otherwise', async () => {
    const mebibyte = 'a'.repeat(2 ** 20);
    const guard = { maxTextLength: 2 ** 21 };
    expect((await judge(post(mebibyte, 'text/plain'), {}, guard)).response).toBeNull();
    expect((await judge(post(`${mebibyte}a`, 'text/plain'), {}, guard)).response?.status).toBe(413);
  });

  describe('a mistake of the server', () => {
    it('rejects, for the framework to tell: a body that has been read', async () => {
      const request = post('{"comment":"REFUSE"}', 'application/json');
      await request.text();
      await expect(judge(request)).rejects.toMatchObject({
        name: 'ToxicityGuardError',
        code: 'BODY_NOT_PARSED',
        status: 500,
        message: 'The body was read before it was judged. Judge first, or give the parsed `body`.',
      });
    });

    it('or is being read', async () => {
      const request = post('{"comment":"REFUSE"}', 'application/json');
      request.body?.getReader();
      await expect(judge(request)).rejects.toMatchObject({ code: 'BODY_NOT_PARSED' });
    });

    it('a function that throws', async () => {
      const fields = () => {
        throw new RangeError('REFUSE');
      };
      const judging = judge(post('{"comment":"fine"}', 'application/json'), {}, { fields });
      await expect(judging).rejects.toMatchObject({ code: 'FIELDS_FAILED', status: 500 });
      await expect(judging).rejects.not.toThrow('REFUSE');
    });
  });

  describe('a client that goes away', () => {
    it('ends the judgement', async () => {
      const client = new AbortController();
      let given: AbortSignal | undefined;
      const classifier = wordClassifier((_text, { signal }) => {
        given = signal;
        client.abort();
        return new Promise(() => undefined);
      });
      const request = new Request('http://site.test/', {
        method: 'POST',
        body: 'fine',
        signal: client.signal,
      });
      const { decision } = await judge(request, {}, { classifier, deadlineMs: 20_000, failure: 'open' });
      expect(decision).toMatchObject({ action: 'unavailable', status: 503, error: { code: 'ABORTED' } });
      expect(given?.aborted).toBe(true);
    });

    it('in the middle of its body is refused', async () => {
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.error(new Error('gone')),
      });
      const { decision, response } = await judge(post(body, 'text/plain'), {}, { failure: 'open' });
      expect(decision.error?.code).toBe('ABORTED');
      expect(response?.status).toBe(503);
    });
  });

  it.each<[unknown[], string]>([
    [[guardOf(), '/comments'], 'Expected `request` to be a web-standard Request, got `"/comments"` (string)'],
    [[guardOf(), {}], 'Expected `request` to be a web-standard Request, got `{…}` (object)'],
    [[{}, post('')], 'Expected `guard.judge` to be a function, got `undefined` (undefined)'],
    [
      [guardOf(), post(''), { maxBodyByte: 1 }],
      'Expected `options` to have only known keys, got `maxBodyByte`. Did you mean `maxBodyBytes`?',
    ],
    [
      [guardOf(), post(''), { maxBodyBytes: 0 }],
      'Expected `maxBodyBytes` to be a whole number of 1 or more, got `0` (number)',
    ],
  ])('throws a TypeError for wrong arguments %#', async (given, message) => {
    const judging = judgeRequest(...(given as Parameters<typeof judgeRequest>));
    await expect(judging).rejects.toThrow(new TypeError(message));
  });

  it('is typed', () => {
    expectTypeOf(judgeRequest).returns.resolves.toEqualTypeOf<JudgedRequest>();
    expectTypeOf<JudgedRequest>().toEqualTypeOf<{
      readonly decision: Decision;
      readonly response: Response | null;
    }>();
  });
});
