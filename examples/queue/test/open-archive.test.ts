import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batches } from '../src/archive/batches.mjs';
import { openArchive } from '../src/archive/open-archive.mjs';

const LINES = [
  '\uFEFF{"id": 1, "text": "One"}',
  '{"id": "two", "text": "Two\\nlines", "more": true}',
  '',
  'no JSON',
  '{"text": "Without an id"}',
  'null',
  '{"id": 6, "text": "Six"}',
].join('\r\n');
const CSV =
  '\uFEFFid,author,comment\r\n1,a,One\r\ntwo,b,"Two\nlines"\r\n3,c,br"oken\r\n,d,Without an id\r\n6,e,Six\r\n';
const MODULE = `export async function* read(after = 0) {
  for (let id = after + 1; id <= 3; id++) yield { id, text: 'Text ' + id, cursor: id };
}`;

describe('an archive', () => {
  let folder: string;
  const write = async (name: string, content: string | Buffer): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
    const found: T[] = [];
    for await (const item of items) found.push(item);
    return found;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-archive-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const files = [
    { name: 'a.jsonl', content: LINES, unreadable: 3 },
    { name: 'a.ndjson.gz', content: gzipSync(LINES), unreadable: 3 },
    { name: 'a.csv', content: CSV, unreadable: 2 },
    { name: 'a.csv.gz', content: gzipSync(CSV), unreadable: 2 },
  ];

  it.each(files)(
    '$name gives its comments, and counts what is none',
    async ({ name, content, unreadable }) => {
      const { read, share } = await openArchive(await write(name, content));
      const [batch, ...more] = await all(batches(read(), 100));
      expect(more).toEqual([]);
      expect(batch?.comments).toEqual([
        { id: '1', text: 'One' },
        { id: 'two', text: 'Two\nlines' },
        { id: '6', text: 'Six' },
      ]);
      expect(batch?.unreadable).toBe(unreadable);
      expect(share?.()).toBe(1);
    },
  );

  it.each(files)('$name goes on after any of its cursors', async ({ name, content }) => {
    const path = await write(name, content);
    const read = async (after?: unknown) => await all((await openArchive(path)).read(after));
    const records = await read();
    for (const [at, { cursor }] of records.entries()) {
      expect(await read(cursor)).toEqual(records.slice(at + 1));
    }
  });

  it('of a module of one’s own is read too', async () => {
    const path = await write('a.mjs', MODULE);
    const { read } = await openArchive(path);
    const found = await all(batches(read(1), 1));
    expect(found.map(({ comments, cursor }) => [comments[0]?.id, cursor])).toEqual([
      ['2', 2],
      ['3', 3],
    ]);
  });

  it('that is cut off or has no end is no shorter archive', async () => {
    // So much that its end is not in the first bytes.
    const numbers = Array.from({ length: 20_000 }, (_, id) => [id, Math.random()]);
    const cut = [
      { name: 'cut.jsonl.gz', lines: numbers.map(([id, text]) => `{"id":${id},"text":"${text}"}`) },
      { name: 'cut.csv.gz', lines: ['id,text', ...numbers.map((pair) => pair.join())] },
    ];
    for (const { name, lines } of cut) {
      const packed = gzipSync(lines.join('\n'));
      const { read } = await openArchive(await write(name, packed.subarray(0, packed.length / 2)));
      await expect(all(read())).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
    }
    const endless = await openArchive(await write('endless.csv', `id,text\n1,"${'x'.repeat(4_100_000)}`));
    await expect(all(endless.read())).rejects.toThrow('no end');
    await expect(openArchive(join(folder, 'absent.jsonl'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(openArchive('archive.txt')).rejects.toThrow('.jsonl');
  });
});
