import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { Download, Locator } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { openPage, until } from './browser.js';

interface Verdict {
  readonly number: number;
  readonly text?: string;
  readonly action?: string;
  readonly error?: string;
  readonly scores?: Record<string, number>;
}

/** Texts as spreadsheets hold them, each different, every tenth one rude. */
const texts = Array.from({ length: 1200 }, (_, at) => {
  if (at % 10 === 9) return `You idiot number ${at}, what a stupid thing to say.`;
  if (at === 0) return '=HYPERLINK("http://127.0.0.1:9","kind")';
  if (at === 1) return 'Two lines,\nand a "quote".';
  if (at === 2) return '<img src="/x.png" onerror="document.title=1">';
  return `Thank you for answer ${at}.`;
});
const csv = ['id,comment', ...texts.map((text, at) => `${at},"${text.replaceAll('"', '""')}"`)].join('\r\n');

describeWith('chromium', 'a file on the page (D2)', (executablePath) => {
  vi.setConfig({ testTimeout: 120_000 });
  const opened = openPage(executablePath);

  const open = (): Promise<void> => opened.page.getByRole('tab', { name: 'File' }).click();
  const choose = (name: string, content: string): Promise<void> =>
    opened.page
      .locator('#choose')
      .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
  const ended = (state: string): Promise<void> =>
    opened.page.locator(`#run[data-state="${state}"]`).waitFor();
  const status = (): Promise<string | null> => opened.page.locator('#file-status').textContent();
  const filter = (name: string): Locator => opened.page.getByRole('button', { name });
  const count = async (key: string): Promise<number> =>
    Number((await opened.page.locator(`#count-${key}`).textContent())?.replace(',', ''));
  const column = (number: number): Promise<string[]> =>
    opened.page.locator(`#rows td:nth-child(${number})`).allTextContents();
  const saved = async (name: string): Promise<{ name: string; content: string }> => {
    const download: Promise<Download> = opened.page.waitForEvent('download');
    await opened.page.getByRole('button', { name, exact: true }).click();
    const file = await download;
    return { name: file.suggestedFilename(), content: await readFile(await file.path(), 'utf8') };
  };
  const judgeAll = async (): Promise<void> => {
    await open();
    await choose('comments.csv', csv);
    await ended('done');
  };

  it('is dropped, sent in parts, and shown as a table and histograms', async () => {
    const { page } = opened;
    let parts = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/predict/file')) parts += 1;
    });
    await open();
    const dropped = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([${JSON.stringify(csv)}], 'comments.csv'));
      return transfer;
    })()`);
    await page.locator('#drop').dispatchEvent('drop', { dataTransfer: dropped });
    await ended('done');
    expect(await status()).toBe('1,200 texts are judged.');
    expect(parts).toBe(3);
    expect(await count('all')).toBe(1200);
    expect((await count('allow')) + (await count('flag')) + (await count('reject'))).toBe(1200);
    expect(await count('reject')).toBeGreaterThanOrEqual(120);

    expect(await column(2)).toEqual(texts.slice(0, 50));
    expect(await page.locator('#range').textContent()).toBe('1–50 of 1,200');
    await page.getByRole('button', { name: 'Last page' }).press('Enter');
    expect(await column(1)).toEqual(Array.from({ length: 50 }, (_, at) => (1151 + at).toLocaleString('en')));
    await page.getByRole('button', { name: 'Previous page' }).click();
    expect(await page.locator('#range').textContent()).toBe('1,101–1,150 of 1,200');
    expect(await page.locator('#rows mark').first().textContent()).toContain('idiot');
    expect(await page.locator('#rows img').count()).toBe(0);

    const pictures = page.locator('#file-tracks').getByRole('img');
    const sentences = await pictures.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    expect(sentences).toHaveLength(6);
    for (const sentence of sentences) {
      const numbers = [...(sentence ?? '').matchAll(/[\d,]+(?= )/g)].map(([number]) =>
        number.replace(',', ''),
      );
      expect(numbers.map(Number).reduce((sum, number) => sum + number, 0)).toBe(1200);
    }
    await page.getByText('Figures as a table').click();
    const figures = await page.locator('#figures tr').first().locator('td').allTextContents();
    expect(sentences[0]).toBe(
      `toxic: ${figures[0]} under both thresholds, ${figures[1]} flagged, ${figures[2]} refused`,
    );
  });

  it('is sorted, and filtered by what the sliders make of it', async () => {
    const { page } = opened;
    await judgeAll();
    const head = page.locator('#heads th', { hasText: 'insult' });
    await head.getByRole('button').press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    const scores = (await column(8)).map(Number);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(Math.min(...scores)).toBeGreaterThan(0.5);
    await head.getByRole('button').click();
    expect(Math.max(...(await column(8)).map(Number))).toBeLessThan(0.1);

    await filter('Refused').click();
    expect(await filter('Refused').getAttribute('aria-pressed')).toBe('true');
    expect(new Set(await column(3))).toEqual(new Set(['Refused']));
    const before = await count('reject');
    const slider = page
      .locator('#file-tracks')
      .getByRole('slider', { name: 'toxic, refused from', exact: true });
    await slider.press('Home');
    await until(async () => expect(await count('reject')).toBe(1200));
    expect(await page.locator('#range').textContent()).toBe('1–50 of 1,200');
    // Both sections have the same thresholds.
    const same = page
      .locator('#tracks')
      .getByRole('slider', { name: 'toxic, refused from', exact: true, includeHidden: true });
    expect(await same.inputValue()).toBe('0');
    await page.locator('#results').getByRole('button', { name: 'Reset to the model’s' }).click();
    await until(async () => expect(await count('reject')).toBe(before));
  });

  it('is downloaded as CSV, in which nothing is a formula, and as JSON lines', async () => {
    await judgeAll();
    const table = await saved('CSV');
    expect(table.name).toBe('comments-verdicts.csv');
    const rows: Record<string, string>[] = parse(table.content, { bom: true, columns: true });
    expect(rows.map(({ text }) => text)).toEqual([`'${texts[0]}`, ...texts.slice(1)]);

    const lines = await saved('JSON lines');
    expect(lines.name).toBe('comments-verdicts.jsonl');
    const verdicts: Verdict[] = lines.content
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(verdicts.map(({ text }) => text)).toEqual(texts);
    expect(verdicts.map(({ action }) => action)).toEqual(rows.map(({ decision }) => decision));
    expect(verdicts.map(({ scores }) => scores?.insult)).toEqual(rows.map(({ insult }) => Number(insult)));
    const response = await fetch(
      `${opened.server.url}/predict?text=${encodeURIComponent(texts[9] as string)}`,
    );
    const { prediction } = (await response.json()) as { prediction: object };
    expect(prediction).toMatchObject({ action: verdicts[9]?.action, scores: verdicts[9]?.scores });

    await filter('Refused').click();
    const refused = (await saved('JSON lines')).content.trim().split('\n');
    expect(refused).toHaveLength(await count('reject'));
  });

  it('is pasted as lines', async () => {
    const { page } = opened;
    await open();
    await page.locator('#lines').fill('Thank you.\n\nYou stupid idiot.\n');
    await page.getByRole('button', { name: 'Judge lines' }).click();
    await ended('done');
    expect(await column(1)).toEqual(['1', '3']);
    expect(await column(3)).toEqual(['Passes', 'Refused']);
  });

  it('says what it cannot read', async () => {
    await open();
    const fails = async (name: string, content: string, sentence: string): Promise<void> => {
      await choose(name, content);
      await until(async () => expect(await status()).toBe(sentence));
      await ended('failed');
    };
    await fails('comments.xlsx', 'PK', 'The file is neither .txt, .csv nor .jsonl.');
    await fails(
      'a.csv',
      'id,body\n1,Hello\n',
      'No column is called text, comment or comment_text. There are: id, body.',
    );
    await fails('empty.txt', '\n\n', 'There is no text in it.');
    await choose('mixed.jsonl', '{"text":"Hello"}\nno json\n"You idiot"\n{"body":1}\n');
    await ended('done');
    expect(await column(3)).toEqual(['Passes', 'Not judged', 'Refused', 'Not judged']);
    await filter('Not judged').click();
    expect(await column(2)).toEqual([
      'The line is not JSON.',
      'The line is neither a string nor an object with a string “text”.',
    ]);
  });

  it('is cancelled, and what is judged stays', async () => {
    const { page } = opened;
    let parts = 0;
    await page.route('**/predict/file', async (route) => {
      parts += 1;
      if (parts === 1) await route.continue();
    });
    await open();
    await choose('comments.csv', csv);
    await until(() => expect(parts).toBe(2));
    expect(await status()).toMatch(/^500 of 1,200 judged, [\d,.]+ a second$/);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await ended('cancelled');
    expect(await status()).toBe('Cancelled after 500 of 1,200 texts.');
    expect(await count('all')).toBe(500);
  });

  it('goes on after a failure that passes', async () => {
    const { page } = opened;
    opened.expected = /Failed to load resource/;
    const busy = { status: 503, headers: { 'Retry-After': '1' }, json: { detail: 'Too much waits.' } };
    let parts = 0;
    await page.route('**/predict/file', async (route) => {
      parts += 1;
      if (parts === 1) await route.fulfill(busy);
      else if (parts === 3) await route.abort('connectionreset');
      else await route.continue();
    });
    await open();
    await choose('comments.csv', csv);
    await page.getByText('The server is busy. Too much waits. Trying again.').waitFor();
    await ended('done');
    expect(parts).toBe(5);
    expect(await count('all')).toBe(1200);
  });
});
