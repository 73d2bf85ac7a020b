import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a run must remember to go on: plain values, and arrays by name. */
export interface Checkpoint<State> {
  readonly state: State;
  readonly arrays: ReadonlyMap<string, Float32Array>;
}

interface Header<State> {
  readonly fingerprint: string;
  readonly state: State;
  readonly arrays: readonly { readonly name: string; readonly length: number }[];
}

/**
 * One file that holds the last checkpoint of one run. It is written beside the old one and renamed over it,
 * so that a run killed in the middle of writing finds the one before.
 */
export class CheckpointFile<State> {
  private readonly file: string;

  /** @param fingerprint says which run it is: data, seed and settings. A checkpoint of another is refused. */
  constructor(
    private readonly folder: string,
    private readonly fingerprint: string,
  ) {
    this.file = join(folder, 'checkpoint.bin');
  }

  /**
   * The last checkpoint, or `undefined` where there is none.
   *
   * @throws {Error} when the file is another run's.
   */
  async read(): Promise<Checkpoint<State> | undefined> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const size = bytes.readUInt32LE(0);
    const header: Header<State> = JSON.parse(bytes.toString('utf8', 4, 4 + size));
    if (header.fingerprint !== this.fingerprint) {
      throw new Error(
        `${this.file} is the checkpoint of a run with other data or settings; remove it or name another folder`,
      );
    }
    const arrays = new Map<string, Float32Array>();
    let at = 4 + size;
    for (const { name, length } of header.arrays) {
      // Copied, for the file's bytes need not be aligned.
      arrays.set(name, new Float32Array(Uint8Array.prototype.slice.call(bytes, at, at + length * 4).buffer));
      at += length * 4;
    }
    return { state: header.state, arrays };
  }

  async write({ state, arrays }: Checkpoint<State>): Promise<void> {
    const header: Header<State> = {
      fingerprint: this.fingerprint,
      state,
      arrays: Array.from(arrays, ([name, { length }]) => ({ name, length })),
    };
    const json = Buffer.from(JSON.stringify(header));
    const size = Buffer.alloc(4);
    size.writeUInt32LE(json.length);
    const parts = Array.from(arrays.values(), (array) =>
      Buffer.from(array.buffer, array.byteOffset, array.byteLength),
    );
    await mkdir(this.folder, { recursive: true });
    await writeFile(`${this.file}.new`, Buffer.concat([size, json, ...parts]));
    await rename(`${this.file}.new`, this.file);
  }

  /** Removes the checkpoint of a run that is done. */
  async remove(): Promise<void> {
    await rm(this.file, { force: true });
  }
}
