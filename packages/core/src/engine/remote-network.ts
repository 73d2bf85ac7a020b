import { setTimeout as wait } from 'node:timers/promises';
import { throwIfAborted } from '../abort.js';
import { ToxicityGuardError } from '../errors.js';
import { readAtMost } from './read-at-most.js';
import type { RemoteSettings } from './remote.js';
import type { Sequence, SequenceNetwork } from './sequence-network.js';
import { throwIfUnknown } from './unknown-index.js';

/** Before the first repeated attempt, in milliseconds; twice as long before each further one. */
const FIRST_PAUSE_MS = 20;
/** What a server says that may answer the next time, or once the model is there. */
const UNAVAILABLE = new Set([404, 408, 429, 502, 503, 504]);

/** A network on a server that speaks TensorFlow Serving's REST predict. */
export class RemoteNetwork implements SequenceNetwork {
  readonly id: string;
  readonly length: number;
  readonly input: 'indexes' | 'vectors';
  readonly dimensions: number;
  readonly words: number | undefined;
  readonly batchSize: number;
  readonly concurrency: number;
  outputs = 0;

  private constructor(private readonly settings: RemoteSettings) {
    this.id = settings.id;
    this.length = settings.length;
    this.input = settings.dimensions === 0 ? 'indexes' : 'vectors';
    this.dimensions = settings.dimensions;
    this.words = settings.words;
    this.batchSize = settings.batchSize;
    this.concurrency = settings.concurrency;
  }

  /** Asks for a sequence of padding: servers differ in what else they tell of a model, and this is what is needed. */
  static async start(settings: RemoteSettings): Promise<RemoteNetwork> {
    const network = new RemoteNetwork(settings);
    const size = settings.length * (settings.dimensions || 1);
    const padding = network.input === 'indexes' ? new Int32Array(size) : new Float32Array(size);
    network.outputs = (await network.predict([padding])).length;
    return network;
  }

  async predict(batch: readonly Sequence[], signal?: AbortSignal): Promise<Float32Array> {
    if (this.input === 'indexes') throwIfUnknown(batch, this.words);
    const deadline = AbortSignal.timeout(this.settings.deadlineMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    try {
      const response = await this.ask(this.bodyOf(batch), either);
      const answer = await this.read(response, either);
      return this.probabilities(answer, batch.length);
    } catch (error) {
      throwIfAborted(signal);
      if (deadline.aborted) throw this.unavailable(`did not answer within ${this.settings.deadlineMs} ms`);
      throw error;
    }
  }

  async close(): Promise<void> {}

  private async ask(body: string, signal: AbortSignal): Promise<Response> {
    const { url, headers, retries } = this.settings;
    const own = typeof headers === 'function' ? await headers() : headers;
    const request: RequestInit = {
      method: 'POST',
      headers: { ...own, 'content-type': 'application/json' },
      body,
      signal,
      // Followed, it would send the words of a comment to whoever is named there.
      redirect: 'manual',
    };
    for (let attempt = 0; ; attempt++) {
      try {
        return await fetch(url, request);
      } catch (cause) {
        if (signal.aborted) throw cause;
        if (attempt >= retries) throw this.unavailable('cannot be reached', cause);
        await wait(FIRST_PAUSE_MS * 2 ** attempt, undefined, { signal });
      }
    }
  }

  /** What the server answers is not told: it may quote the request, and so the words of a comment. */
  private async read(response: Response, signal: AbortSignal): Promise<unknown> {
    const { status } = response;
    if (status !== 200) {
      await response.body?.cancel();
      if (UNAVAILABLE.has(status)) throw this.unavailable(`answered with status ${status}`);
      const hint = status >= 300 && status < 400 ? ', which is not followed' : '';
      throw this.failed(`answered with status ${status}${hint}`);
    }
    let source: string | undefined;
    try {
      source = await readAtMost(response, this.settings.maxAnswerBytes);
    } catch (cause) {
      if (signal.aborted) throw cause;
      throw this.unavailable('broke off its answer', cause);
    }
    if (source === undefined) {
      throw this.failed(`answered with more than ${this.settings.maxAnswerBytes} bytes`);
    }
    try {
      return JSON.parse(source);
    } catch {
      // Where a score is NaN, TensorFlow Serving writes just that, which is not JSON.
      throw this.failed('answered with something that is not JSON');
    }
  }

  private bodyOf(batch: readonly Sequence[]): string {
    const { signature, inputName, dimensions, length } = this.settings;
    const instances = batch.map((sequence) => {
      const numbers = Array.from(sequence);
      const words =
        dimensions === 0
          ? numbers
          : Array.from({ length }, (_, word) => numbers.slice(word * dimensions, (word + 1) * dimensions));
      return inputName === undefined ? words : { [inputName]: words };
    });
    return JSON.stringify({ ...(signature !== undefined && { signature_name: signature }), instances });
  }

  private probabilities(answer: unknown, sequences: number): Float32Array {
    const predictions = (answer as { predictions?: unknown } | null)?.predictions;
    if (!Array.isArray(predictions)) throw this.failed('answered without predictions');
    if (predictions.length !== sequences) {
      throw this.failed(`answered ${sequences} sequences with ${predictions.length} predictions`);
    }
    const rows = predictions.map((prediction) => this.numbersOf(prediction));
    const outputs = this.outputs || (rows[0]?.length ?? 0);
    if (outputs === 0 || rows.some((row) => row.length !== outputs)) {
      throw this.failed(`answered with predictions of another size than ${outputs || 'one number or more'}`);
    }
    return Float32Array.from(rows.flat());
  }

  /** A prediction is a number, numbers, or by the name of each output one of these. */
  private numbersOf(prediction: unknown): number[] {
    if (typeof prediction === 'number') return [prediction];
    if (typeof prediction !== 'object' || prediction === null) {
      throw this.failed('answered with a prediction that is no number');
    }
    return Object.values(prediction).flatMap((part) => this.numbersOf(part));
  }

  private unavailable(problem: string, cause?: unknown): ToxicityGuardError {
    return new ToxicityGuardError('ENGINE_UNAVAILABLE', `${this.name()} ${problem}`, { cause });
  }

  private failed(problem: string): ToxicityGuardError {
    return new ToxicityGuardError('ENGINE_FAILED', `${this.name()} ${problem}`);
  }

  private name(): string {
    return `The model server at ${this.settings.url.origin}`;
  }
}
