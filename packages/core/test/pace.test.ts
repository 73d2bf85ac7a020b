import { describe, expect, it } from 'vitest';
import { isDue, rest } from '../src/pace.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('pace', () => {
  it('is not due at the start of a turn, and due when the turn has been used up', async () => {
    await turn();
    await turn();
    expect(isDue()).toBe(false);
    work(15);
    expect(isDue()).toBe(true);
    await rest();
    expect(isDue()).toBe(false);
  });

  it('counts the work of all together', async () => {
    await turn();
    await turn();
    const due = await Promise.all(
      [1, 2, 3].map(async () => {
        const was = isDue();
        work(15);
        return was;
      }),
    );
    expect(due).toEqual([false, true, true]);
  });

  it('wakes one a turn, in order', async () => {
    let turns = 0;
    let counting = true;
    const count = () => {
      turns++;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    const woken: [name: number, turn: number][] = [];
    await Promise.all(
      Array.from({ length: 20 }, async (_, name) => {
        await rest();
        woken.push([name, turns]);
      }),
    );
    counting = false;
    expect(woken.map(([name]) => name)).toEqual(Array.from({ length: 20 }, (_, name) => name));
    expect(new Set(woken.map(([, at]) => at)).size).toBe(20);
  });
});
