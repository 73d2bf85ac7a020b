import { Worker } from 'node:worker_threads';
import { damaged } from './problems.js';

/** An array of an HDF5 file. */
export interface Hdf5Array {
  readonly shape: readonly number[] | null;
  /** Such as `<f` for 32-bit floats, the lowest byte first. */
  readonly type: unknown;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** HDF5's code goes round in circles when it has said nothing for so long, and has computed for half of it. */
const PATIENCE = 120_000;

/**
 * An HDF5 file, read in a thread of its own. HDF5's C code stops, throws or runs for ever on some damaged files; here
 * each of them is an error.
 */
export class Hdf5File {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private failure: Error | undefined;
  private next = 0;

  /**
   * @param path where it is.
   * @param name what errors call it.
   */
  constructor(
    path: string,
    private readonly name: string,
  ) {
    this.worker = new Worker(new URL('./hdf5-worker.mjs', import.meta.url), {
      workerData: path,
      // HDF5 prints its complaints.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    this.worker.on('message', ({ id, result, error }) => {
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('The thread ended')));
  }

  /** A string or a list of strings; `undefined` where there is none. */
  async attribute(path: string, name: string): Promise<string | string[] | undefined> {
    const value = await this.ask(path, 'attribute', name);
    if (value === undefined || typeof value === 'string') return value;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw damaged(this.name, `its attribute ${name} is not text`);
  }

  /** Names of a group's members; `undefined` where there is no such group. */
  async members(path: string): Promise<string[] | undefined> {
    return (await this.ask(path, 'members')) as string[] | undefined;
  }

  /** Shape and type of an array; `undefined` where there is none. */
  async array(path: string): Promise<Hdf5Array | undefined> {
    return (await this.ask(path, 'array')) as Hdf5Array | undefined;
  }

  /** Some rows of an array of 32-bit floats, `to` excluded. */
  async rows(path: string, from: number, to: number): Promise<Float32Array> {
    return (await this.ask(path, 'rows', from, to)) as Float32Array;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private async ask(path: string, operation: string, ...rest: readonly unknown[]): Promise<unknown> {
    const id = this.next++;
    const begin = process.cpuUsage();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        if (this.failure !== undefined) throw this.failure;
        this.waiting.set(id, { resolve, reject });
        timer = setInterval(() => {
          // On a busy machine it may only have waited.
          const { user, system } = process.cpuUsage(begin);
          if ((user + system) / 1000 > PATIENCE / 2) reject(new Error('HDF5 does not come to an end'));
        }, PATIENCE);
        this.worker.postMessage({ id, operation, parameters: [path, ...rest] });
      });
    } catch (cause) {
      const where = path === '/' ? 'it is damaged' : `it is damaged at ${path}`;
      throw damaged(this.name, where, cause);
    } finally {
      clearInterval(timer);
      this.waiting.delete(id);
    }
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.values()) reject(this.failure);
  }
}
