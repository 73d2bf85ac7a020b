import { aFunction, anInteger, aString, type Check, checkOptions, fail } from '../check.js';
import { RemoteNetwork } from './remote-network.js';
import type { SequenceEngine } from './sequence-network.js';

/** Options of {@link remote}. */
export interface RemoteOptions {
  /**
   * Address of the model on a TensorFlow Serving, such as `http://serving:8501/v1/models/comments` or
   * `…/v1/models/comments/versions/3`; `:predict` is added where it is not there.
   */
  readonly url: string | URL;
  /** Words in a sequence. */
  readonly length: number;
  /** Numbers in a word's vector, for a network that takes vectors. Default: it takes indexes. */
  readonly dimensions?: number | undefined;
  /** Indexes below this one are known to the network. Default: not checked here. */
  readonly words?: number | undefined;
  /** What decisions call the model. Default: the part of the address after `/models/`. */
  readonly id?: string | undefined;
  /** Which signature to call. Default: the server's own, `serving_default`. */
  readonly signature?: string | undefined;
  /** Name of the network's input, for a server that wants it named. Default: it is not named. */
  readonly inputName?: string | undefined;
  /** How long an answer may take, in milliseconds, repeated attempts included. Default `1000`. */
  readonly deadlineMs?: number | undefined;
  /** How often to try again where no connection comes about or it breaks before an answer. Default `2`. */
  readonly retries?: number | undefined;
  /** Sequences in one request, at most. Default `32`. */
  readonly batchSize?: number | undefined;
  /** Requests under way at a time. Default `4`. */
  readonly concurrency?: number | undefined;
  /** Largest answer that is read, in bytes. Default `1000000`. */
  readonly maxAnswerBytes?: number | undefined;
  /** Sent with each request, such as `authorization`; or a function that gives them. Default: none. */
  readonly headers?:
    | Readonly<Record<string, string>>
    | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>)
    | undefined;
}

/** {@link RemoteOptions} made complete. */
export interface RemoteSettings {
  readonly url: URL;
  readonly length: number;
  readonly dimensions: number;
  readonly words: number | undefined;
  readonly id: string;
  readonly signature: string | undefined;
  readonly inputName: string | undefined;
  readonly deadlineMs: number;
  readonly retries: number;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly maxAnswerBytes: number;
  readonly headers: NonNullable<RemoteOptions['headers']>;
}

/**
 * Asks a network on a server, by the REST predict of TensorFlow Serving. What is sent are word indexes or vectors,
 * never the text; who knows the vocabulary can read most of it from them, so take care whom you ask.
 *
 * @throws {TypeError} when an option is unknown or wrong.
 * @example
 * const engine = remote({ url: 'http://serving:8501/v1/models/comments', length: 100 });
 * const classifier = createClassifier({ engine, tokenizer: kerasTokenizer({ wordIndex }) });
 */
export function remote(options: RemoteOptions): SequenceEngine {
  const checked = checkOptions<RemoteOptions>(options, {
    url: anAddress,
    length: anInteger(1),
    dimensions: anInteger(1),
    words: anInteger(1),
    id: aString,
    signature: aString,
    inputName: aString,
    deadlineMs: anInteger(1, 2 ** 31 - 1),
    retries: anInteger(0, 10),
    batchSize: anInteger(1, 1_000),
    concurrency: anInteger(1, 1_000),
    maxAnswerBytes: anInteger(1),
    headers: someHeaders,
  });
  const url = anAddress(checked.url, 'url');
  const settings: RemoteSettings = {
    signature: undefined,
    inputName: undefined,
    words: undefined,
    dimensions: 0,
    deadlineMs: 1_000,
    retries: 2,
    batchSize: 32,
    concurrency: 4,
    maxAnswerBytes: 1_000_000,
    headers: {},
    id: url.pathname.replace(/:predict$/, '').replace(/^.*\/models\//, ''),
    ...(checked as Partial<RemoteSettings>),
    url,
    length: anInteger(1)(checked.length, 'length'),
  };
  return { name: 'remote', load: () => RemoteNetwork.start(settings) };
}

const anAddress: Check<URL> = (value, path) => {
  if (typeof value !== 'string' && !(value instanceof URL)) fail(path, 'be an address', value);
  if (!URL.canParse(String(value)))
    fail(path, 'be an address such as http://serving:8501/v1/models/comments', value);
  const url = new URL(value);
  if (!/^https?:$/.test(url.protocol)) fail(path, 'be an http or https address', url.protocol);
  // fetch() takes no such address; and its errors would tell it.
  if (url.username !== '' || url.password !== '') fail(path, 'have no password in it: use `headers`', '…');
  if (!url.pathname.endsWith(':predict')) url.pathname = `${url.pathname.replace(/\/$/, '')}:predict`;
  return url;
};

const someHeaders: Check<NonNullable<RemoteOptions['headers']>> = (value, path) => {
  if (typeof value === 'function') return aFunction(value, path);
  if (typeof value !== 'object' || value === null)
    fail(path, 'be an object of strings, or a function', value);
  for (const [name, header] of Object.entries(value)) {
    if (typeof header !== 'string') fail(`${path}.${name}`, 'be a string', header);
  }
  return value as Readonly<Record<string, string>>;
};
