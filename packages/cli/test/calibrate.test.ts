import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGuard, LABELS } from '@toxicity-guard/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.js';

let folder: string;
let log: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-calibrate-'));
  log = join(folder, 'log.csv');
  const rows = Array.from({ length: 700 }, (_, index) =>
    index % 10 === 0 ? `1,"You are a stupid idiot, number ${index}"` : `0,"I planted ${index} tulips"`,
  );
  await writeFile(log, `toxic,text\n${rows.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('toxicity-guard calibrate', { timeout: 60_000 }, () => {
  it('writes thresholds that a guard takes, and a table', async () => {
    const out = join(folder, 'thresholds.json');
    const { code, stdout, stderr } = await runCli(['calibrate', log, '--out', out, '--bootstrap', '50']);
    expect(stderr).not.toContain('toxicity-guard:');
    expect(code).toBe(0);
    expect(stdout).toContain('630 clean comments, 70 toxic ones.');
    expect(stdout).toContain('flag: at most 3.0 % of the clean comments, for any label.');
    expect(stdout).toMatch(/^\| toxic \| \d\.\d{3} \(.*\) \| 70 \| 100\.0 % \(100\.0–100\.0\) \|$/m);
    expect(stdout).not.toMatch(/NaN|undefined/);
    const thresholds = JSON.parse(await readFile(out, 'utf8'));
    expect(Object.keys(thresholds.flag)).toEqual([...LABELS]);
    const guard = createGuard({ thresholds });
    expect((await guard.judge({ body: { text: 'You are a stupid idiot' } })).action).toBe('reject');
    expect((await guard.judge({ body: { text: 'I planted tulips' } })).action).toBe('allow');
    await guard.close();
  });

  it('leaves standard output to the JSON where no file is named', async () => {
    const { stdout, stderr } = await runCli(['calibrate', log, '--bootstrap', '0']);
    expect(Object.keys(JSON.parse(stdout))).toEqual(['flag', 'reject']);
    expect(stderr).toContain('630 clean comments');
  });

  it.each([
    { args: ['calibrate'], code: 2, says: "missing required argument 'log'" },
    { args: ['calibrate', 'x.csv', '--flag-fpr', '3'], code: 2, says: 'a share between 0 and 1' },
    { args: ['calibrate', 'x.csv', '--flag-fpr', '0.001'], code: 2, says: '--reject-fpr is over --flag-fpr' },
    { args: ['calibrate', 'none.csv'], code: 1, says: 'There is no file none.csv' },
  ])('refuses $args with $code and a sentence', async ({ args, code, says }) => {
    const found = await runCli(args);
    expect(found.stdout).toBe('');
    expect(found.stderr).toContain(says);
    expect(found.code).toBe(code);
  });

  it('refuses a log that is too small for the rate', async () => {
    const { code, stderr, stdout } = await runCli(['calibrate', log, '--reject-fpr', '0.001']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('log.csv: holds 630 clean comments, and at least 3000 are needed');
    expect(stderr).toContain('or keep the default thresholds.');
  });
});
