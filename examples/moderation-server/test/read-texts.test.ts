import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readTexts } from '../src/input/read-texts.mjs';
import { getOnce, type RunningServer, startServer, type WorkerBeat } from './start-server.js';

const limits = { lineBytes: 1000 };
const CHUNK = 64 * 1024;

/** A source that counts the chunks that it has been asked for. */
function endless(line: string, header = ''): { chunks: AsyncIterable<Buffer>; asked(): number } {
  const chunk = Buffer.from(line.repeat(Math.ceil(CHUNK / line.length)));
  let asked = 0;
  async function* chunks() {
    yield Buffer.from(header);
    for (;;) {
      asked++;
      // A real one lets the event loop turn.
      await new Promise(setImmediate);
      yield chunk;
    }
  }
  return { chunks: chunks(), asked: () => asked };
}

describe('reading texts', () => {
  it.each([
    { format: 'txt' as const, line: 'a line\n', header: '' },
    { format: 'jsonl' as const, line: '{"text": "a line"}\n', header: '' },
    { format: 'csv' as const, line: '1,a line\n', header: 'id,text\n' },
    { format: 'csv' as const, line: '1,"a"line\n', header: 'id,text\n' },
  ])('asks for no more than is taken: $format of $line', async ({ format, line, header }) => {
    const { chunks, asked } = endless(line, header);
    const batches = readTexts(chunks, format, limits);
    for (let taken = 0; taken < 5; taken++) await batches.next();
    // Whatever reads ahead has had its turn after this.
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect(asked()).toBeLessThan(10);
    await batches.return(undefined);
  });

  it('keeps nothing of a line that is too long', async () => {
    const { chunks, asked } = endless('no end ');
    const first = readTexts(chunks, 'txt', limits).next();
    const before = process.memoryUsage().arrayBuffers;
    while (asked() < 1000) await new Promise(setImmediate);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * CHUNK);
    expect(await Promise.race([first, 'still looking for its end'])).toBe('still looking for its end');
  });

  it('puts characters together that two chunks share', async () => {
    const bytes = Buffer.from('naïve café\r\nlast');
    const one = async function* () {
      for (const byte of bytes) yield Buffer.from([byte]);
    };
    const texts = [];
    for await (const batch of readTexts(one(), 'txt', limits)) texts.push(...batch);
    expect(texts).toEqual([
      { number: 1, text: 'naïve café' },
      { number: 2, text: 'last' },
    ]);
  });
});

describe('a file whose answers are not read', { timeout: 90_000 }, () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ WORKERS_INITIAL: '1', WORKERS_BEAT_MS: '50', DRAIN_DEADLINE_MS: '1000' });
  });
  afterAll(() => server?.stop());

  it('is not read on either, and costs no memory (D1)', async () => {
    const upload = request(`${server.url}/predict/file`, {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/form-data; boundary=here' },
    });
    upload.on('error', () => {});
    upload.write('--here\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n');
    const lines = Buffer.from('?\n'.repeat(CHUNK / 2));
    upload.write(lines);
    const [response] = await once(upload, 'response');
    response.on('error', () => {});
    // Nobody reads the response from here on. The sender goes on until nothing is taken off its hands any more
    // although the worker, which answers others meanwhile, could do so.
    const beat = async () => (await server.workers()).workers[0]?.beat as WorkerBeat;
    const { memory } = await vi.waitFor(async () => {
      expect(await beat()).not.toBeNull();
      return await beat();
    });
    let sent = 0;
    let isTaken = true;
    while (isTaken && sent < 100e6) {
      sent += lines.length;
      if (upload.write(lines)) continue;
      isTaken = false;
      upload.once('drain', () => {
        isTaken = true;
      });
      // The worker has had a hundred turns to take more.
      for (let turn = 0; turn < 100 && !isTaken; turn++) await getOnce(`${server.url}/health/live`);
    }
    expect(isTaken).toBe(false);
    // What the sockets of both ends hold, and no more.
    expect(sent).toBeLessThan(30e6);
    expect((await beat()).memory - memory).toBeLessThan(100e6);
    upload.destroy();
  });
});
