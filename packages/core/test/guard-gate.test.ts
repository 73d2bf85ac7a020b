import { describe, expect, it } from 'vitest';
import { Gate } from '../src/guard/gate.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const { signal } = new AbortController();

describe('a gate', () => {
  it('hands its place over, so that nobody new overtakes', async () => {
    const gate = new Gate(1, 10);
    const order: string[] = [];
    let open: () => void = () => undefined;
    const first = gate.run(
      signal,
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    const second = gate.run(signal, async () => order.push('second'));
    await settled();
    open();
    await first;
    const third = gate.run(signal, async () => order.push('third'));
    await Promise.all([second, third]);
    expect(order).toEqual(['second', 'third']);
  });

  it('frees the place of work that fails', async () => {
    const gate = new Gate(1, 0);
    await expect(gate.run(signal, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await gate.run(signal, async () => 'in')).toBe('in');
  });

  it('lets nobody in whose signal has aborted', async () => {
    const gate = new Gate(1, 0);
    await expect(gate.run(AbortSignal.abort(new Error('gone')), async () => 'in')).rejects.toThrow('gone');
    expect(await gate.run(signal, async () => 'in')).toBe('in');
  });
});
