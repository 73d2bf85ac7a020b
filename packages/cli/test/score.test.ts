import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LABELS } from '@toxicity-guard/core';
import { describe, expect, it } from 'vitest';
import { bin, runCli } from './run-cli.js';

const json = (text: unknown): string => `${JSON.stringify({ text })}\n`;
const kind = 'Thank you, that was a great help.';
const rude = 'You are a stupid idiot and a pathetic loser.';

describe('toxicity-guard score', () => {
  it('answers every line in order with six scores, an action and spans', async () => {
    const { code, answers, stderr } = await runCli(['score'], [json(kind), json(rude), json(kind)]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(answers.map(({ action }) => action)).toEqual(['allow', 'reject', 'allow']);
    for (const { scores } of answers) {
      expect(Object.keys(scores ?? {})).toEqual([...LABELS]);
      for (const score of Object.values(scores ?? {})) {
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }
    }
    expect(answers[0]).toEqual(answers[2]);
    expect(answers[0]?.spans).toEqual([]);
    const words = (answers[1]?.spans ?? []).map(([start, end]) => rude.slice(start, end)).join(' ');
    expect(words).toContain('idiot');
  });

  it('reads lines of plain text with --plain', async () => {
    const [asJson, plain] = await Promise.all([
      runCli(['score'], [json(kind), json(rude), json('')]),
      runCli(['score', '--plain'], [`${kind}\n${rude}\n\n`]),
    ]);
    expect(plain.code).toBe(0);
    expect(plain.stdout).toBe(asJson.stdout);
    expect(plain.answers).toHaveLength(3);
  });

  it('answers a bad line in its place and ends with 1', async () => {
    const secret = 'hunter2 is what they typed';
    const lines = [json(kind), `${secret}\n`, json(7), '[]\n', 'null\n', '\n', json(rude)];
    const { code, stdout, stderr, answers } = await runCli(['score'], lines);
    expect(code).toBe(1);
    expect(answers.map((answer) => answer.error?.code ?? answer.action)).toEqual([
      'allow',
      'LINE_NOT_JSON',
      'LINE_WITHOUT_TEXT',
      'LINE_WITHOUT_TEXT',
      'LINE_WITHOUT_TEXT',
      'LINE_NOT_JSON',
      'reject',
    ]);
    expect(stderr).toBe('toxicity-guard: 5 of 7 lines could not be judged.\n');
    expect(stdout + stderr).not.toContain('hunter2');
  });

  it('gives up one line that is far too long, not the others', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'a');
    const long = [Buffer.from('{"text":"'), ...Array<Buffer>(64).fill(megabyte), Buffer.from('"}\n')];
    const { code, answers } = await runCli(['score'], [json(kind), ...long, json(rude)]);
    expect(code).toBe(1);
    expect(answers.map((answer) => answer.error?.code ?? answer.action)).toEqual([
      'allow',
      'LINE_TOO_LONG',
      'reject',
    ]);
  });

  it('reads a byte order mark, CRLF, split characters and a last line without its end', async () => {
    const text = 'Grüße 🎉, you stupid idiot';
    const bytes = Buffer.from(`\uFEFF${JSON.stringify({ text })}\r\n${JSON.stringify({ text })}`);
    const single = [...bytes].map((byte) => Buffer.from([byte]));
    const [expected, { code, stdout }] = await Promise.all([
      runCli(['score'], [json(text), json(text)]),
      runCli(['score'], single),
    ]);
    expect(code).toBe(0);
    expect(stdout).toBe(expected.stdout);
  });

  it('says nothing to no input', async () => {
    expect(await runCli(['score'])).toEqual({ code: 0, stdout: '', stderr: '', answers: [] });
  });

  it('takes thresholds for single labels', async () => {
    const flags = LABELS.flatMap((label) => ['--flag', `${label}=1`, '--reject', `${label}=off`]);
    const [never, always] = await Promise.all([
      runCli(['score', ...flags], [json(rude)]),
      runCli(['score', '--reject', 'toxic=0'], [json(kind)]),
    ]);
    expect(never.answers[0]).toMatchObject({ action: 'allow', spans: [] });
    expect(always.answers[0]?.action).toBe('reject');
  });

  it('ends quietly when nobody reads on', async () => {
    const child = spawn(process.execPath, [bin, 'score'], { stdio: 'pipe' });
    const stderr: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // The command may end with input unread.
    child.stdin.on('error', () => {});
    const feed = (): void => {
      while (child.stdin.writable && child.stdin.write(json(kind).repeat(1000)));
    };
    child.stdin.on('drain', feed);
    feed();
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect(Buffer.concat(stderr).toString()).toBe('');
    expect(code).toBe(0);
  });

  it('answers while its input stays open', async () => {
    const child = spawn(process.execPath, [bin, 'score'], { stdio: 'pipe' });
    child.stdin.write(json(kind));
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    expect(JSON.parse(chunk.toString())).toMatchObject({ action: 'allow' });
    child.stdin.end();
    await once(child, 'close');
  });

  it('names what is wrong with a model folder', async () => {
    const here = fileURLToPath(new URL('.', import.meta.url));
    const { code, stdout, stderr } = await runCli(['score', '--model', here], [json(kind)]);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^toxicity-guard: .*manifest\.json.*\(MODEL_UNREADABLE\)\n$/);
  });
});

describe('the command line', () => {
  it.each([
    { args: ['scoer'], says: "unknown command 'scoer'" },
    { args: ['score', '--treshold', 'toxic=1'], says: "unknown option '--treshold'" },
    { args: ['score', '--flag', 'toxic'], says: 'a number between 0 and 1' },
    { args: ['score', '--flag', 'toxic=1.5'], says: 'a number between 0 and 1' },
    { args: ['score', '--reject', 'rude=0.5'], says: 'The labels are toxic, severe_toxic' },
    { args: ['score', '--flag', 'toxic=0.8', '--reject', 'toxic=0.5'], says: '--flag toxic is over' },
    { args: ['score', 'comments.txt'], says: 'too many arguments' },
  ])('refuses $args with 2 and a sentence', async ({ args, says }) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/^toxicity-guard: /);
  });

  it('explains itself', async () => {
    const [help, version] = await Promise.all([runCli(['score', '--help']), runCli(['--version'])]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Example:');
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
