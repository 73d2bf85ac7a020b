import { describe, expect, it } from 'vitest';
import { type Progress, progressPrinter } from '../src/progress.js';

function show(steps: readonly (Progress & { at: number })[], isTTY: boolean): string {
  let written = '';
  let time = 0;
  const print = progressPrinter({ write: (text) => (written += text), isTTY, columns: 60 }, () => time);
  for (const { at, ...progress } of steps) {
    time = at * 1000;
    print(progress);
  }
  return written;
}

const stage = 'deep part, epoch 1 of 4';

describe('progressPrinter', () => {
  it('writes to a log every half minute, with the time left', () => {
    const steps = [0, 1, 29, 30, 45, 60, 400].map((at) => ({
      at,
      stage,
      done: at,
      total: 400,
      note: 'loss 0.2',
    }));
    expect(show(steps, false).split('\n')).toEqual([
      stage,
      `${stage}: 7 %, loss 0.2, 6 min left`,
      `${stage}: 15 %, loss 0.2, 6 min left`,
      `${stage}: 100 %, loss 0.2`,
      '',
    ]);
  });

  it('counts the time left from where the run was taken up', () => {
    const steps = [
      { at: 0, stage, done: 300, total: 400 },
      { at: 40, stage, done: 350, total: 400 },
    ];
    expect(show(steps, false)).toContain('87 %, 40 s left');
  });

  it('writes over one line of a terminal, no wider than it', () => {
    const steps = [
      { at: 0, stage: 'reading comments', done: 0, total: 1 },
      { at: 1, stage: 'a very long stage '.repeat(10), done: 0, total: 1 },
    ];
    const lines = show(steps, true).split('\r\u001B[2K');
    expect(lines).toEqual(['', 'reading comments\n', expect.stringMatching(/^a very long .{47}$/)]);
  });
});
