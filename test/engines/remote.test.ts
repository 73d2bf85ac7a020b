import { createClassifier, kerasTokenizer, type RemoteOptions, remote } from '@toxicity-guard/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { distanceFromKeras, kerasAnswers } from '../../packages/core/test/keras-network.js';
import { describeWith } from '../requirements.js';
import { breakOff, type Instead, json, ModelServer } from './model-server.js';

function coded(code: string, message: RegExp): object {
  return expect.objectContaining({
    name: 'ToxicityGuardError',
    code,
    message: expect.stringMatching(message),
  });
}

/** The text and the words of these tests, none of which may come back in an error. */
const WORDS = Array.from({ length: 39 }, (_, index) => `word${index + 1}`);
const PADDING = new Int32Array(12);

describeWith('tfjs-node', 'remote() beside a server with the model (C5)', () => {
  let server: ModelServer;

  beforeAll(async () => {
    server = await ModelServer.start();
  });
  afterAll(() => server.die());
  beforeEach(() => {
    server.instead.length = 0;
    server.asked.length = 0;
  });

  const loaded = async (options: Partial<RemoteOptions> = {}) =>
    await remote({ url: server.url, length: 12, deadlineMs: 20_000, ...options }).load();

  it('gives what Keras gave', async () => {
    const network = await loaded();
    expect(network).toMatchObject({
      id: 'comments',
      input: 'indexes',
      length: 12,
      dimensions: 0,
      outputs: 6,
    });
    expect(await distanceFromKeras(network, await kerasAnswers('classic'))).toBeLessThan(1e-5);
    expect(server.asked.at(-1)?.path).toBe('POST /v1/models/comments:predict');
    expect(server.asked.at(-1)?.body.instances).toHaveLength(12);
  });

  it('sends what it is told to', async () => {
    const named: Instead = (_, response) =>
      json(response, 200, { predictions: [{ one: [0.25], two: 0.75 }] });
    server.instead.push(named);
    const network = await loaded({
      url: `${server.url}/versions/3:predict`,
      signature: 'second',
      inputName: 'words',
      dimensions: 2,
      headers: async () => ({ authorization: 'Bearer secret' }),
    });
    expect(network).toMatchObject({ id: 'comments/versions/3', input: 'vectors', dimensions: 2, outputs: 2 });
    const [asked] = server.asked;
    expect(asked?.path).toBe('POST /v1/models/comments/versions/3:predict');
    expect(asked?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/json',
    });
    const words = Array.from({ length: 12 }, () => [0, 0]);
    expect(asked?.body).toEqual({ signature_name: 'second', instances: [{ words }] });
  });

  it('takes a number for a prediction of one', async () => {
    server.instead.push((_, response) => json(response, 200, { predictions: [0.5] }));
    expect((await loaded()).outputs).toBe(1);
  });

  describe('with a server that fails', () => {
    it.each<[string, Instead, string, RegExp]>([
      [
        '500 with an error',
        (_, response) => json(response, 500, { error: `bad ${WORDS[3]}` }),
        'ENGINE_FAILED',
        /status 500$/,
      ],
      [
        '400',
        (asked, response) => json(response, 400, { error: JSON.stringify(asked.body) }),
        'ENGINE_FAILED',
        /status 400$/,
      ],
      [
        '404',
        (_, response) => json(response, 404, { error: 'Servable not found' }),
        'ENGINE_UNAVAILABLE',
        /status 404$/,
      ],
      [
        '503',
        (_, response) => json(response, 503, { error: 'loading' }),
        'ENGINE_UNAVAILABLE',
        /status 503$/,
      ],
      [
        'a redirect',
        (_, response) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
        'ENGINE_FAILED',
        /status 307, which is not followed$/,
      ],
      ['no JSON', (_, response) => response.end('<html>'), 'ENGINE_FAILED', /not JSON$/],
      [
        'NaN',
        (_, response) => response.end('{"predictions": [[NaN, 0, 0, 0, 0, 0]]}'),
        'ENGINE_FAILED',
        /not JSON$/,
      ],
      [
        'null',
        (_, response) => json(response, 200, { predictions: [[null, 0, 0, 0, 0, 0]] }),
        'ENGINE_FAILED',
        /no number$/,
      ],
      [
        'a string',
        (_, response) => json(response, 200, { predictions: ['0.5'] }),
        'ENGINE_FAILED',
        /no number$/,
      ],
      [
        'an error at 200',
        (_, response) => json(response, 200, { error: 'x' }),
        'ENGINE_FAILED',
        /without predictions$/,
      ],
      ['nothing', (_, response) => response.end(), 'ENGINE_FAILED', /not JSON$/],
      [
        'too many predictions',
        (_, response) => json(response, 200, { predictions: [[0], [0]] }),
        'ENGINE_FAILED',
        /1 sequences with 2 predictions$/,
      ],
      [
        'too few scores',
        (_, response) => json(response, 200, { predictions: [[0, 0, 0, 0, 0]] }),
        'ENGINE_FAILED',
        /another size than 6$/,
      ],
      [
        'too much',
        (_, response) => response.end(' '.repeat(1_000_001)),
        'ENGINE_FAILED',
        /more than 1000000 bytes$/,
      ],
      [
        'half an answer',
        (_, response) => {
          response.writeHead(200, { 'content-length': '100' });
          response.write('{"predictions', () => breakOff(response));
        },
        'ENGINE_UNAVAILABLE',
        /broke off its answer$/,
      ],
    ])('is asked once and named: %s', async (_, instead, code, message) => {
      const network = await loaded();
      server.instead.push(instead);
      const before = server.asked.length;
      await expect(network.predict([PADDING])).rejects.toEqual(coded(code, message));
      expect(server.asked.length - before).toBe(1);
      await expect(network.predict([PADDING])).resolves.toHaveLength(6);
    });

    it('is waited for no longer than the deadline', async () => {
      const network = await loaded({ deadlineMs: 1_000 });
      const hanging: Instead[] = [() => {}, (_, response) => response.writeHead(200).write('{')];
      for (const hang of hanging) {
        server.instead.push(hang);
        await expect(network.predict([PADDING])).rejects.toEqual(
          coded('ENGINE_UNAVAILABLE', /did not answer within 1000 ms$/),
        );
      }
    });

    it('is left when the caller leaves', async () => {
      const network = await loaded();
      const controller = new AbortController();
      let left: Promise<unknown> | undefined;
      server.instead.push((_, response) => {
        left = new Promise((resolve) => response.once('close', resolve));
        controller.abort(new Error('gone'));
      });
      await expect(network.predict([PADDING], controller.signal)).rejects.toEqual(coded('ABORTED', /./));
      await left;
    });

    it('is asked again where the connection breaks before an answer', async () => {
      const network = await loaded();
      const before = server.asked.length;
      server.instead.push(
        (_, response) => breakOff(response),
        (_, response) => breakOff(response),
      );
      await expect(network.predict([PADDING])).resolves.toHaveLength(6);
      expect(server.asked.length - before).toBe(3);
      server.instead.push(...Array.from({ length: 3 }, (): Instead => (_, response) => breakOff(response)));
      await expect(network.predict([PADDING])).rejects.toEqual(
        coded('ENGINE_UNAVAILABLE', /cannot be reached$/),
      );
      expect(server.asked.length - before).toBe(6);
    });

    it('works again once it is back', async () => {
      const tokenizer = kerasTokenizer({
        wordIndex: Object.fromEntries(WORDS.map((word, at) => [word, at + 1])),
      });
      const engine = remote({ url: server.url, length: 12, deadlineMs: 20_000 });
      const classifier = createClassifier({ engine, tokenizer });
      onTestFinished(() => classifier.close());
      await server.die();
      await expect(classifier.ready()).rejects.toEqual(coded('ENGINE_UNAVAILABLE', /cannot be reached$/));
      await server.rise();
      const { scores } = await classifier.classify('word1 word2 word3');
      await server.die();
      const failed = classifier.classify('word1 word2 word3');
      await expect(failed).rejects.toEqual(
        coded('ENGINE_UNAVAILABLE', /^The model server at http:\/\/127\.0\.0\.1:\d+ cannot/),
      );
      await server.rise();
      expect((await classifier.classify('word1 word2 word3')).scores).toEqual(scores);
    });

    it('has no text in an error, and no index', async () => {
      const tokenizer = kerasTokenizer({ wordIndex: { kumquat: 37 } });
      const engine = remote({ url: server.url, length: 12, deadlineMs: 20_000 });
      const classifier = createClassifier({ engine, tokenizer });
      await classifier.ready();
      server.instead.push((asked, response) => json(response, 500, { error: JSON.stringify(asked.body) }));
      const error = (await classifier.classify('kumquat').catch((thrown: unknown) => thrown)) as Error;
      expect(error).toEqual(coded('ENGINE_FAILED', /./));
      expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toMatch(/kumquat|\b37\b/);
    });
  });

  it('puts the texts of one turn into one request', async () => {
    const wordIndex = Object.fromEntries(WORDS.map((word, at) => [word, at + 1]));
    const engine = remote({ url: server.url, length: 12, deadlineMs: 20_000, batchSize: 8 });
    const classifier = createClassifier({ engine, tokenizer: kerasTokenizer({ wordIndex }) });
    onTestFinished(() => classifier.close());
    await classifier.ready();
    server.asked.length = 0;
    const answers = await Promise.all(WORDS.slice(0, 20).map((word) => classifier.classify(word)));
    expect(server.asked.map(({ body }) => body.instances.length).sort()).toEqual([4, 8, 8]);
    const alone = await classifier.classify(WORDS[7] as string);
    expect(answers[7]).toEqual(alone);
  });
});

describe('the options of remote', () => {
  const url = 'http://serving:8501/v1/models/comments';

  it.each<[unknown, RegExp]>([
    [undefined, /`options` to be an object/],
    [{ length: 12 }, /`url` to be an address, got `undefined`/],
    [{ url: 'serving', length: 12 }, /`url` to be an address such as/],
    [{ url: 'ftp://serving/x', length: 12 }, /`url` to be an http or https address, got `"ftp:"`/],
    [
      { url: 'http://user:password@serving/x', length: 12 },
      /`url` to have no password in it: use `headers`, got `"…"`/,
    ],
    [{ url }, /`length` to be a whole number of 1 or more, got `undefined`/],
    [{ url, length: 12, retries: 11 }, /`retries` to be a whole number between 0 and 10/],
    [{ url, length: 12, headers: { a: 1 } }, /`headers.a` to be a string/],
    [{ url, length: 12, timeout: 1 }, /known keys, got `timeout`/],
  ])('refuses %j', (options, message) => {
    expect(() => remote(options as RemoteOptions)).toThrow(TypeError);
    expect(() => remote(options as RemoteOptions)).toThrow(message);
  });
});
