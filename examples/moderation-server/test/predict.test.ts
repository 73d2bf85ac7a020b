import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Validator } from '@seriousme/openapi-schema-validator';
import { LABELS } from '@toxicity-guard/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Contract, readContract } from './open-api.js';
import { type RunningServer, startServer } from './start-server.js';

const rude = 'You are a stupid idiot and a pathetic loser.';
const kind = 'Thank you, that was a great help.';
const secret = 'hunter2';

describe('the predictions', () => {
  let server: RunningServer;
  let contract: Contract;
  let site: Server;
  let siteUrl: string;
  const pages: Record<string, RequestListener> = {
    '/texts.csv': (_request, response) => {
      response.setHeader('Content-Type', 'text/csv; charset=utf-8');
      response.end(`id,comment\n1,"${kind}"\n2,"${rude}"\n`);
    },
    '/page.html': (_request, response) => void response.setHeader('Content-Type', 'text/html').end('<p>'),
    '/away': (_request, response) => void response.writeHead(302, { Location: 'http://example.com/' }).end(),
  };

  beforeAll(async () => {
    site = createServer((request, response) => {
      const page = pages[request.url as string];
      if (page === undefined) response.writeHead(404).end();
      else page(request, response);
    }).listen(0, '127.0.0.1');
    await once(site, 'listening');
    siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    server = await startServer({
      WORKERS_INITIAL: '1',
      MAX_TEXTS: '3',
      MAX_LINE_BYTES: '200',
      MAX_FILE_BYTES: '1000000',
      URL_HOSTS: new URL(siteUrl).host,
      URL_PRIVATE_NETWORKS: '127.0.0.0/8',
    });
    contract = await readContract(server.url);
  });
  afterAll(async () => {
    site?.close();
    await server?.stop();
  });

  const ask = async (query: string) =>
    await contract.hold('GET /predict', await fetch(`${server.url}/predict${query}`));
  const post = async (path: string, body: unknown, type = 'application/json') =>
    await contract.hold(
      `POST ${path}`,
      await fetch(server.url + path, {
        method: 'POST',
        headers: { 'Content-Type': type },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
  const upload = async (content: string, name: string) => {
    const body = new FormData();
    body.append('file', new Blob([content]), name);
    const response = await fetch(`${server.url}/predict/file`, { method: 'POST', body });
    return await contract.hold('POST /predict/file', response);
  };

  describe('of one text or many (B2, D1)', () => {
    it('come for GET /predict?text=, with scores and labels', async () => {
      expect(await ask(`?text=${encodeURIComponent(rude)}`)).toEqual({
        prediction: {
          action: 'reject',
          labels: expect.arrayContaining(['toxic', 'insult']),
          scores: Object.fromEntries(LABELS.map((label) => [label, expect.any(Number)])),
          spans: expect.arrayContaining([[expect.any(Number), expect.any(Number)]]),
          model: expect.stringContaining('toxicity-guard'),
        },
      });
      expect(await ask('?text=')).toMatchObject({ prediction: { action: 'allow' } });
    });

    it.each([[''], ['?txt=hunter2'], ['?text=hunter2&text=hunter2']])(
      'are refused as 400 and JSON for GET /predict%s',
      async (query) => {
        const problem = await ask(query);
        expect(problem).toMatchObject({ status: 400, title: 'Bad Request', detail: expect.any(String) });
        expect(JSON.stringify(problem)).not.toContain(secret);
      },
    );

    it('come for JSON, in order', async () => {
      expect(await post('/predict', { text: rude })).toMatchObject({ prediction: { action: 'reject' } });
      expect(await post('/predict', { texts: [kind, rude, kind] })).toMatchObject({
        predictions: [{ action: 'allow' }, { action: 'reject' }, { action: 'allow' }],
      });
      expect(await post('/predict', { texts: [] })).toEqual({ predictions: [] });
    });

    it.each([
      { name: 'neither text nor texts', body: {}, status: 400 },
      { name: 'both', body: { text: secret, texts: [secret] }, status: 400 },
      { name: 'a number', body: { text: 7 }, status: 400 },
      { name: 'too many', body: { texts: Array(4).fill(secret) }, status: 400 },
      { name: 'broken JSON', body: `{"text": "${secret}`, status: 400 },
      { name: 'a large body', body: { text: secret.repeat(200_000) }, status: 413 },
    ])('are refused for $name', async ({ body, status }) => {
      const problem = await post('/predict', body);
      expect(problem).toMatchObject({ status });
      expect(JSON.stringify(problem)).not.toContain(secret);
    });

    it('are refused for another type', async () => {
      expect(await post('/predict', `text=${secret}`, 'text/plain')).toMatchObject({ status: 415 });
    });
  });

  describe('of a file (D1)', () => {
    const judged = (number: number, action: string) => ({
      number,
      prediction: expect.objectContaining({ action }),
    });
    const failed = (number: number, code: string) => ({
      number,
      error: { code, message: expect.any(String) },
    });

    it('come for a text a line', async () => {
      const content = `\uFEFF${kind}\r\n\r\n${rude}\n${secret.repeat(50)}\n${kind}`;
      expect(await upload(content, 'texts.txt')).toEqual([
        judged(1, 'allow'),
        judged(3, 'reject'),
        failed(4, 'LINE_TOO_LONG'),
        judged(5, 'allow'),
      ]);
    });

    it('come for JSON lines', async () => {
      const lines = [{ text: rude, id: 7 }, kind, { comment: secret }].map((line) => JSON.stringify(line));
      const answers = await upload([...lines, `{"text": "${secret}`].join('\n'), 'TEXTS.JSONL');
      expect(answers).toEqual([
        judged(1, 'reject'),
        judged(2, 'allow'),
        failed(3, 'LINE_WITHOUT_TEXT'),
        failed(4, 'LINE_NOT_JSON'),
      ]);
      expect(JSON.stringify(answers)).not.toContain(secret);
    });

    it('come for a CSV, with quotes and line breaks in it', async () => {
      const content = `id,comment_text\n1,"You are a ""stupid\nidiot"", and a pathetic loser."\n\n2,${kind}\n`;
      expect(await upload(content, 'texts.csv')).toEqual([judged(1, 'reject'), judged(2, 'allow')]);
      expect(await upload('id,words\n1,hello\n', 'texts.csv')).toEqual([failed(1, 'COLUMN_MISSING')]);
      const broken = (await upload(`text\n${kind}\n"${kind}" ${secret}\n`, 'texts.csv')) as object[];
      expect(broken.slice(0, 2)).toEqual([judged(1, 'allow'), failed(2, 'RECORD_BROKEN')]);
      expect(JSON.stringify(broken)).not.toContain(secret);
      const long = `text\n${kind}\n${secret.repeat(50)}\n${kind}\n`;
      expect(await upload(long, 'texts.csv')).toEqual([judged(1, 'allow'), failed(2, 'RECORD_TOO_LONG')]);
    });

    it('end where a file is larger than it may be', async () => {
      const answers = await upload(`${`${secret.repeat(80)}\n`.repeat(1900)}`, 'texts.txt');
      expect((answers as object[]).at(-1)).toEqual(failed(expect.any(Number) as number, 'FILE_TOO_LARGE'));
    });

    it('are refused for what is no such file', async () => {
      expect(await upload(kind, 'texts.pdf')).toMatchObject({ status: 415 });
      expect(await post('/predict/file', { text: kind })).toMatchObject({ status: 415 });
      const response = await fetch(`${server.url}/predict/file`, { method: 'POST', body: new FormData() });
      expect(await contract.hold('POST /predict/file', response)).toMatchObject({ status: 400 });
    });
  });

  describe('of a URL (D1)', () => {
    it('come for a document of a host of the list', async () => {
      expect(await post('/predict/url', { url: `${siteUrl}/texts.csv` })).toMatchObject([
        { number: 1, prediction: { action: 'allow' } },
        { number: 2, prediction: { action: 'reject' } },
      ]);
    });

    it.each([
      { path: '/page.html', status: 415 },
      { path: '/away', status: 403 },
      { path: '/nothing', status: 502 },
    ])('are refused for $path with $status', async ({ path, status }) => {
      expect(await post('/predict/url', { url: siteUrl + path })).toMatchObject({ status });
    });

    it('are refused for what is no URL, and for hosts that are not in the list', async () => {
      expect(await post('/predict/url', { url: 'not a url' })).toMatchObject({ status: 400 });
      expect(await post('/predict/url', { url: 'https://example.com/a.txt' })).toMatchObject({ status: 403 });
    });
  });

  describe('the OpenAPI document', () => {
    it('is one of version 3.1', async () => {
      expect(contract.document).toMatchObject({ openapi: '3.1.0' });
      const validator = new Validator();
      expect(await validator.validate(structuredClone(contract.document))).toEqual({ valid: true });
    });

    it('names each route of predictions with an answer that was held to it', () => {
      const operations = Object.entries(contract.document.paths)
        .filter(([path]) => path.startsWith('/predict'))
        .flatMap(([path, methods]) =>
          Object.keys(methods).map((method) => `${method.toUpperCase()} ${path} 200`),
        );
      expect(operations.length).toBeGreaterThanOrEqual(4);
      expect([...contract.held]).toEqual(expect.arrayContaining(operations));
    });
  });

  it('leave no text in the log', () => {
    for (const text of [rude, kind, secret, 'example.com', 'texts.'])
      expect(server.log()).not.toContain(text);
  });
});
