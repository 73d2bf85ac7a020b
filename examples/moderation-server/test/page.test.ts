import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Locator, Route } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { goTo, openPage, until } from './browser.js';

const run = promisify(execFile);
const rude = 'What a stupid thing to say, you pathetic idiot.';
const kind = 'Thank you, that was a great help.';
const difficult = `It's "so" kind: $HOME \`id\` \\n %s !!\nThank you, élève 😀 </script>`;

describeWith('chromium', 'typing into the page (D2)', (executablePath) => {
  vi.setConfig({ testTimeout: 120_000 });
  const opened = openPage(executablePath);

  const field = (): Locator => opened.page.locator('#text');
  const verdict = (action: string): Promise<void> =>
    opened.page.locator(`#verdict[data-action="${action}"]`).waitFor();
  const textOf = (selector: string): Promise<string | null> => opened.page.locator(selector).textContent();
  const marks = async (): Promise<string> =>
    (await opened.page.locator('#mirror mark').allTextContents()).join(' ');
  const slider = (name: string): Locator =>
    opened.page.locator('#tracks').getByRole('slider', { name, exact: true });

  it('judges while one types', async () => {
    await field().pressSequentially(kind);
    await verdict('allow');
    expect(await marks()).toBe('');
    expect(await textOf('#why')).toMatch(
      /^No score is at its threshold\. The nearest is .+, under 0\.\d{3}\.$/,
    );
    await field().fill('');
    await verdict('none');
    await field().pressSequentially(rude);
    await verdict('reject');
    expect(await textOf('#word')).toBe('Refused');
    // It was refused in the middle of the sentence; the last words have yet to be judged.
    await until(async () => expect(await marks()).toMatch(/stupid.*idiot/));
    expect(await textOf('#why')).toMatch(/ \d\.\d{3} is at or over \d\.\d{3}( and |\.$)/);
    const words = await opened.page.locator('#words li').allTextContents();
    expect(words.join(' ')).toMatch(/^stupid .*idiot$/);
    const scores = await opened.page.locator('#tracks .score').allTextContents();
    expect(scores).toHaveLength(6);
    for (const score of scores) expect(score).toMatch(/^[01]\.\d{3}$/);
    await opened.page.getByRole('status').filter({ hasText: 'Refused: ' }).waitFor();
  });

  it('ends a question that has become an old one', async () => {
    await opened.page.route('**/scores', async (route) => {
      if (route.request().postDataJSON().text !== rude) await route.continue();
    });
    const old = opened.page.waitForRequest((request) => request.postData()?.includes('idiot') ?? false);
    await field().fill(rude);
    const request = await old;
    const ended = opened.page.waitForEvent('requestfailed', (failed) => failed === request);
    await field().fill(kind);
    expect((await ended).failure()?.errorText).toBe('net::ERR_ABORTED');
    await verdict('allow');
  });

  it('never shows an older answer after a newer one', async () => {
    // So that the older answer comes, and comes last.
    await opened.page.addInitScript(`{
      const own = window.fetch;
      window.fetch = (path, { signal, ...options } = {}) => own(path, options);
    }`);
    await goTo(opened);
    const held: Route[] = [];
    await opened.page.route('**/scores', async (route) => {
      if (route.request().postDataJSON().text === rude) held.push(route);
      else await route.continue();
    });
    await field().fill(rude);
    await until(() => expect(held).toHaveLength(1));
    await field().fill(kind);
    await verdict('allow');
    const late = opened.page.waitForResponse(
      (response) => response.request().postData()?.includes('idiot') ?? false,
    );
    await held[0]?.continue();
    await (await late).finished();
    await opened.page.evaluate(() => fetch('/model').then((response) => response.text()));
    await verdict('allow');
    expect(await marks()).toBe('');
  });

  it('marks the words where they stand in the field', async () => {
    await field().fill(`${rude}\n`.repeat(12));
    await verdict('reject');
    expect(await opened.page.locator('#mirror').boundingBox()).toEqual(await field().boundingBox());
    expect(await field().evaluate((element) => element.scrollHeight - element.clientHeight)).toBe(0);
    await field().press('ControlOrMeta+Home');
    await field().pressSequentially('So: ');
    expect(await marks()).toContain('idiot');
    expect(await opened.page.locator('#mirror').textContent()).toMatch(/^So: What a/);
  });

  it('decides by the thresholds that the keyboard moves, and keeps them', async () => {
    const { page } = opened;
    await field().fill(kind);
    await verdict('allow');
    const flagged = slider('toxic, flagged from');
    const own = Number(await flagged.inputValue());
    expect(await flagged.getAttribute('aria-valuetext')).toBe(`${own.toFixed(3)}, the model’s own`);
    await flagged.press('ArrowLeft');
    await flagged.press('Shift+ArrowLeft');
    expect(await flagged.getAttribute('aria-valuetext')).toBe((own - 0.011).toFixed(3));
    await flagged.press('Home');
    await verdict('flag');
    expect(await textOf('#why')).toMatch(/^Toxic 0\.0\d\d is at or over 0\.000\.$/);
    await slider('threat, refused from').press('Home');
    await verdict('reject');
    // A flag threshold is never over the reject threshold.
    expect(await slider('threat, flagged from').inputValue()).toBe('0');
    await slider('threat, flagged from').press('End');
    expect(await slider('threat, refused from').inputValue()).toBe('1');
    await verdict('flag');

    await page.reload();
    await page.locator('body[data-ready]').waitFor();
    expect(await slider('toxic, flagged from').inputValue()).toBe('0');
    await page.locator('#section-try').getByRole('button', { name: 'Reset to the model’s' }).click();
    expect(Number(await slider('toxic, flagged from').inputValue())).toBe(own);
    await field().fill(`${kind} Bye.`);
    await verdict('allow');
  });

  it('copies requests that work', async () => {
    const { page, server } = opened;
    await field().fill(difficult);
    const copied = async (name: string): Promise<string> => {
      await page.getByRole('tab', { name }).click();
      await page.getByRole('button', { name: 'Copy' }).click();
      await page.getByRole('status').filter({ hasText: 'Copied.' }).waitFor();
      return page.evaluate<string>('navigator.clipboard.readText()');
    };
    const bash = async (script: string) => JSON.parse((await run('bash', ['-c', script])).stdout);
    const response = await fetch(`${server.url}/predict`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ text: difficult }),
    });
    const { prediction } = (await response.json()) as { prediction: { scores: Record<string, number> } };

    expect(await bash(await copied('curl'))).toEqual({ prediction });
    const script = await copied('JavaScript');
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
    expect(stdout).toContain(`toxic: ${prediction.scores.toxic},`);
    const { attributeScores } = await bash(await copied('Perspective'));
    expect(Object.keys(attributeScores)).toHaveLength(6);
    expect(attributeScores.TOXICITY.summaryScore.value).toBeCloseTo(prediction.scores.toxic as number, 5);
    expect((await bash(await copied('Guarded route'))).comment).toBe(difficult);
  });

  it('sends a request, and shows the refusal that a client gets', async () => {
    const { page } = opened;
    opened.expected = /status of 422/;
    await field().fill(rude);
    await field().press('Control+Enter');
    await page.locator('#answer-status', { hasText: '200' }).waitFor();
    // By keyboard, as tabs are.
    await page.getByRole('tab', { name: 'curl' }).press('End');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('#answer-status', { hasText: '422' }).waitFor();
    expect(await textOf('#answer-type')).toContain('application/problem+json');
    expect(await textOf('#answer-body')).toContain('"pointer": "#/comment"');
    await field().fill(kind);
    await page.locator('#answer').waitFor({ state: 'hidden' });
  });

  it('says in words what fails, and goes on by itself', async () => {
    const { page } = opened;
    opened.expected = /Failed to load resource/;
    await page.route('**/scores', (route) => route.abort('connectionrefused'));
    await field().fill(kind);
    await verdict('unavailable');
    expect(await textOf('#why')).toBe('The server does not answer. It is asked again by itself.');
    await page.unroute('**/scores');
    await verdict('allow');

    const busy = { status: 503, headers: { 'Retry-After': '1' }, json: { detail: 'Too much waits.' } };
    await page.route('**/scores', (route) => route.fulfill(busy), { times: 1 });
    await field().fill(rude);
    await verdict('unavailable');
    expect(await textOf('#why')).toBe('The server is busy. Too much waits. It is asked again by itself.');
    await verdict('reject');

    await field().fill(`${rude} `.repeat(3000));
    await verdict('unavailable');
    expect(await textOf('#why')).toBe('That is more than the server takes at once. The body is too large.');
  });

  it('takes an example by keyboard', async () => {
    const example = opened.page.locator('#examples button').first();
    await example.press('Enter');
    await verdict('allow');
    expect(await field().inputValue()).toBe(await example.textContent());
  });

  it('shows markup as text', async () => {
    await field().fill('<img src="/x.png" onerror="document.title=1"> you idiot <b>');
    await verdict('reject');
    expect(await opened.page.locator('#section-try img').count()).toBe(0);
    expect(await marks()).toContain('idiot');
  });
});

// In a browser of its own, whose clock is stopped.
describeWith('chromium', 'the pauses of typing', (executablePath) => {
  vi.setConfig({ testTimeout: 120_000 });
  const opened = openPage(executablePath);

  it('asks when the typing pauses, and while it goes on for long', async () => {
    await opened.page.clock.install();
    await goTo(opened);
    const field = opened.page.locator('#text');
    await opened.page.clock.pauseAt(Date.now() + 60_000);
    const texts: string[] = [];
    opened.page.on('request', (request) => {
      if (request.url().endsWith('/scores')) texts.push(request.postDataJSON().text);
    });
    await field.pressSequentially('Have a ');
    await opened.page.clock.runFor(149);
    expect(texts).toEqual([]);
    await opened.page.clock.runFor(1);
    await until(() => expect(texts).toEqual(['Have a ']));
    for (const key of 'nice day') {
      await field.press(key);
      await opened.page.clock.runFor(100);
    }
    await until(() => expect(texts).toEqual(['Have a ', 'Have a nice d']));
  });
});
