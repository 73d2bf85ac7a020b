import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { type RunningServer, startServer } from './start-server.js';

const rude = 'What a stupid thing to say, you pathetic idiot.';
const kind = 'Thank you, that was a great help.';
const flags = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking'];
const quiet = ['disable-component-update', 'disable-sync'];

describeWith('chromium', 'the moderation page', (executablePath) => {
  let server: RunningServer;
  let profile: string;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    server = await startServer();
    profile = await mkdtemp(join(tmpdir(), 'moderation-page-'));
    const args = [...flags, ...quiet].map((flag) => `--${flag}`);
    context = await chromium.launchPersistentContext(profile, { executablePath, args });
  });
  afterAll(async () => {
    await context?.close();
    await server?.stop();
    if (profile !== undefined) await rm(profile, { recursive: true, force: true });
  });
  beforeEach(async () => {
    faults = [];
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url)) faults.push(`asked ${request.url()}`);
    });
    page.on('console', (message) => {
      // The browser itself notes a refusal that the page asked for.
      if (message.type() === 'error' && !message.text().includes('422')) faults.push(message.text());
    });
    await page.goto(server.url);
    await page.locator('#scores li').last().waitFor();
  });
  afterEach(async () => {
    await page.close();
    expect(faults).toEqual([]);
  });

  const verdict = (action: string): Promise<void> =>
    page.locator(`#verdict[data-action="${action}"]`).waitFor();
  const type = (text: string): Promise<void> => page.getByLabel('Your comment').pressSequentially(text);
  const marks = async (): Promise<string> => (await page.locator('#mirror mark').allTextContents()).join(' ');

  it('judges while one types', async () => {
    await type(kind);
    await verdict('allow');
    expect(await marks()).toBe('');
    await page.getByLabel('Your comment').fill('');
    await verdict('none');
    await type(rude);
    await verdict('reject');
    expect(await page.locator('#word').textContent()).toBe('Refused');
    // It was refused in the middle of a sentence; the last words have yet to be judged.
    const why = () => page.locator('#why').textContent();
    await expect.poll(why, { timeout: 10_000 }).toMatch(/^Judged toxic.*Because of “.*idiot.*”\.$/);
    expect(await marks()).toContain('idiot');
    const numbers = await page.locator('#scores .number').allTextContents();
    expect(numbers).toHaveLength(6);
    for (const number of numbers) expect(number).toMatch(/^[01]\.\d{3}$/);
  });

  it('marks the words where they stand in the field', async () => {
    const field = page.getByLabel('Your comment');
    await field.fill(`${rude}\n`.repeat(12));
    await verdict('reject');
    expect(await page.locator('#mirror').boundingBox()).toEqual(await field.boundingBox());
    expect(await field.evaluate((element) => element.scrollHeight - element.clientHeight)).toBe(0);
    await field.press('ControlOrMeta+Home');
    await type('So: ');
    expect(await marks()).toContain('idiot');
    expect(await page.locator('#mirror').textContent()).toMatch(/^So: What a/);
  });

  it('posts and lists what passes', async () => {
    await type(kind);
    await page.getByRole('button', { name: 'Post comment' }).click();
    await page.locator('#posted li', { hasText: kind }).waitFor();
    expect(await page.locator('#answer-status').textContent()).toContain('201');
    expect(await page.getByLabel('Your comment').inputValue()).toBe('');
    await page.reload();
    await page.locator('#posted li', { hasText: kind }).waitFor();
  });

  it('shows the refusal that a client gets', async () => {
    await type(rude);
    await page.keyboard.press('Control+Enter');
    await page.locator('#answer-status', { hasText: '422' }).waitFor();
    expect(await page.locator('#answer-type').textContent()).toContain('application/problem+json');
    expect(await page.locator('#answer-body').textContent()).toContain('"pointer": "#/comment"');
    expect(await page.locator('#posted li', { hasText: 'idiot' }).count()).toBe(0);
    expect(await page.getByLabel('Your comment').inputValue()).toBe(rude);
  });

  it('takes an example by keyboard', async () => {
    const example = page.locator('#examples button').first();
    await example.focus();
    await page.keyboard.press('Enter');
    await verdict('allow');
    expect(await page.getByLabel('Your comment').inputValue()).toBe(await example.textContent());
  });

  it.each([360, 700, 1400])('fits a window of %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    await type(`${rude} ${'a'.repeat(300)}`);
    await page.locator('#verdict:not([data-action="none"])').waitFor();
    const excess = await page
      .locator('html')
      .evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(excess).toBe(0);
  });
});
