import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { CLEAN_TEXTS, TOXIC_TEXTS } from '../../../test/toxic-texts.js';

it('the program without a framework judges each line', async () => {
  const program = fileURLToPath(new URL('../judge.mjs', import.meta.url));
  const running = promisify(execFile)(process.execPath, [program]);
  const toxic = TOXIC_TEXTS.map(({ text }) => text);
  running.child.stdin?.end([...CLEAN_TEXTS, ...toxic].map((line) => `${line}\n`).join(''));
  const { stdout, stderr } = await running;
  expect(stderr).toBe('');
  const verdicts = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(verdicts).toMatchObject([
    ...CLEAN_TEXTS.map(() => ({ action: 'allow', status: null, words: [] })),
    ...toxic.map(() => ({ action: 'reject', status: 422 })),
  ]);
  for (const [index, text] of toxic.entries()) {
    const { words } = verdicts[CLEAN_TEXTS.length + index];
    expect(words.length).toBeGreaterThan(0);
    for (const word of words) expect(text).toContain(word);
  }
});
