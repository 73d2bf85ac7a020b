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

  it('lets timers and sockets have their turn before it wakes the first', async () => {
    const order: string[] = [];
    await new Promise((resolve) => setTimeout(resolve, 1));
    isDue();
    setTimeout(() => order.push('timer'), 1);
    work(15);
    await rest().then(() => order.push('rester'));
    expect(order).toEqual(['timer', 'rester']);
  });

  it('wakes those ahead first, and stays used up for others while they work', async () => {
    const order: string[] = [];
    const done = [
      rest().then(() => {
        order.push('first');
        work(15);
        expect(isDue()).toBe(true);
        return rest(true).then(() => order.push('first again'));
      }),
      rest().then(() => order.push('second')),
      rest(true).then(() => order.push('ahead')),
    ];
    await Promise.all(done);
    expect(order).toEqual(['ahead', 'first', 'first again', 'second']);
  });

  it('takes no longer for one of many than for one of few', async () => {
    const wake = async (count: number): Promise<number> => {
      const started = process.cpuUsage();
      await Promise.all(Array.from({ length: count }, () => rest()));
      const { user, system } = process.cpuUsage(started);
      return (user + system) / count;
    };
    await wake(2000);
    expect(await wake(40_000)).toBeLessThan(10 * (await wake(2000)));
  });
});
