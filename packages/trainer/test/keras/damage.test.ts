import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isToxicityGuardError } from '@toxicity-guard/core';
import { importKeras } from '@toxicity-guard/trainer/keras';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf } from './keras-models.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-damage-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Imports some bytes as a model: what came of it, and what is in the folder afterwards. */
async function importBytes(bytes: Uint8Array): Promise<{ error: unknown; left: string[] }> {
  const place = await mkdtemp(join(folder, 'one-'));
  const file = join(folder, 'model');
  await writeFile(file, bytes);
  let error: unknown;
  try {
    await importKeras(file, { out: join(place, 'out') });
  } catch (thrown) {
    error = thrown;
  }
  const left = await readdir(place, { recursive: true });
  await rm(place, { recursive: true });
  return { error, left: left.sort() };
}

const WHOLE = ['out', 'out/group1-shard1of1.bin', 'out/model.json'];

describe.each(['keras-2/both-ways.h5', 'keras-3/both-ways.keras'])(
  'a damaged file: %s',
  {
    timeout: 300_000,
  },
  (name) => {
    it('is refused wherever it is cut off, and nothing is written', async () => {
      const whole = await bytesOf(name);
      expect(await importBytes(whole)).toEqual({ error: undefined, left: WHOLE });
      for (let part = 0; part < 20; part++) {
        const { error, left } = await importBytes(whole.subarray(0, Math.floor((whole.length * part) / 20)));
        expect(error).toMatchObject({ code: 'MODEL_UNREADABLE' });
        expect((error as Error).message).toContain(join(folder, 'model'));
        expect(left).toEqual([]);
      }
      expect(await importBytes(whole.subarray(0, -1))).toMatchObject({ error: { code: 'MODEL_UNREADABLE' } });
    });

    it('is imported or refused with its bytes changed: nothing stops, runs for ever or is left half written', async () => {
      const whole = await bytesOf(name);
      const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.integer({ min: 0, max: 255 }) });
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 30 }), async (changes) => {
          const bytes = Buffer.from(whole);
          for (const { at, byte } of changes) bytes[at] = byte;
          const { error, left } = await importBytes(bytes);
          expect(error === undefined || isToxicityGuardError(error)).toBe(true);
          expect(left).toEqual(error === undefined ? WHOLE : []);
        }),
        { numRuns: 25 },
      );
    });
  },
);
