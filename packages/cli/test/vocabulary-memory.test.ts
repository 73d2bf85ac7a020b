import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { redisDatabase } from './vocabulary-databases.js';

const WORDS = 400_000;
const bench = fileURLToPath(new URL('../../../bench/vocabulary.mjs', import.meta.url));

describeWith('redis', 'the memory of toxicity-guard vocabulary push', (url) => {
  it(`stays under 300 MB for ${WORDS} words of gzip by a word index`, { timeout: 600_000 }, async () => {
    const { address, options, close } = await redisDatabase(url);
    onTestFinished(close, 300_000);
    // It ends with 1 above the limit, and that rejects.
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[bench, address, '--gzip', '--word-index', '--keep'],
      ...options,
    ]);
    const { words, dimensions, megabytes } = JSON.parse(stdout);
    expect({ words, dimensions }).toEqual({ words: WORDS, dimensions: 50 });
    expect(megabytes).toBeLessThan(300);
    // Less than the vectors alone would be no measurement.
    expect(megabytes).toBeGreaterThan((WORDS * dimensions * 4) / 2 ** 20);
  });
});
