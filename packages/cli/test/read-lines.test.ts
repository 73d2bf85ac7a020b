import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, readLines } from '../src/read-lines.js';

const limit = 16;

async function read(chunks: readonly Buffer[]): Promise<Line[]> {
  async function* input(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  const lines: Line[] = [];
  for await (const batch of readLines(input(), limit)) lines.push(...batch);
  return lines;
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...chunks, bytes.subarray(at)];
}

describe('readLines', () => {
  it('reads the same lines however the bytes are cut', async () => {
    const text = fc.array(fc.constantFrom('a', 'é', '漢', '😀', '\r', '\n', '\r\n'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(5)), async (characters, sizes) => {
        const bytes = Buffer.from(characters.join(''));
        expect(await read(cut(bytes, sizes))).toEqual(await read([bytes]));
      }),
    );
  });

  it('ends lines at LF and CRLF and keeps empty ones', async () => {
    expect(await read([Buffer.from('a\r\n\nb\rc\nd')])).toEqual(
      ['a', '', 'b\rc', 'd'].map((text) => ({ text })),
    );
    expect(await read([Buffer.from('a\n')])).toEqual([{ text: 'a' }]);
    expect(await read([])).toEqual([]);
  });

  it('drops a byte order mark at the start only', async () => {
    expect(await read([Buffer.from('\uFEFFa\n\uFEFFb')])).toEqual([{ text: 'a' }, { text: '\uFEFFb' }]);
  });

  it('replaces bytes that are not UTF-8', async () => {
    expect(await read([Buffer.from([0x61, 0xff, 0x62])])).toEqual([{ text: 'a\uFFFDb' }]);
  });

  it('says which lines are too long, and reads on', async () => {
    const exactly = 'x'.repeat(limit);
    const input = Buffer.from(`${exactly}\r\n${exactly}y\n${exactly.repeat(9)}\nb`);
    const expected = [{ text: exactly }, { tooLong: true }, { tooLong: true }, { text: 'b' }];
    expect(await read([input])).toEqual(expected);
    expect(await read(cut(input, Array<number>(80).fill(2)))).toEqual(expected);
  });
});
