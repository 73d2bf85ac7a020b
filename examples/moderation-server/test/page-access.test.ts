import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { describe, expect, it, vi } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { goTo, openPage } from './browser.js';

const folder = join(import.meta.dirname, '../public');
const lines = ['Thank you.', 'You stupid idiot.', 'no json'].map((line) => `${line}\n`).join('');

describeWith('chromium', 'the page for everybody', (executablePath) => {
  vi.setConfig({ testTimeout: 120_000 });
  const opened = openPage(executablePath);

  /** Fills a section, so that everything in it is there to be looked at. */
  const fill: Record<string, () => Promise<void>> = {
    async try() {
      const { page } = opened;
      await page.locator('#text').fill('You stupid idiot.');
      await page.locator('#verdict[data-action="reject"]').waitFor();
      await page.getByRole('button', { name: 'Send' }).click();
      await page.locator('#answer').waitFor();
    },
    async file() {
      const { page } = opened;
      await page.locator('#lines').fill(lines);
      await page.getByRole('button', { name: 'Judge lines' }).click();
      await page.locator('#run[data-state="done"]').waitFor();
      await page.getByText('Figures as a table').click();
    },
    async workers() {
      await opened.page.locator('#connection[data-state="live"]').waitFor();
      await opened.page.locator('#worker-rows tr').first().waitFor();
    },
  };

  const violations = async (): Promise<string[]> => {
    const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await opened.page.evaluate(source);
    const results: AxeResults = await opened.page.evaluate('axe.run({ resultTypes: ["violations"] })');
    expect(results.passes.length).toBeGreaterThan(20);
    return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  };
  const excess = (): Promise<number> =>
    opened.page.locator('html').evaluate((element) => element.scrollWidth - element.clientWidth);

  describe.each([
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'dark', width: 1280 },
    { colorScheme: 'light', width: 390 },
  ] as const)('in $colorScheme, $width pixels wide', ({ colorScheme, width }) => {
    it.each(Object.keys(fill))('has nothing for axe to find in the section %s', async (section) => {
      const { page } = opened;
      // A transition would be judged by the colours on its way.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 844 });
      await goTo(opened, section);
      expect(await violations()).toEqual([]);
      await fill[section]?.();
      expect(await violations()).toEqual([]);
      expect(await excess()).toBe(0);
    });
  });

  it.each([320, 700, 1000, 1600])('fits a window of %i pixels', async (width) => {
    await opened.page.setViewportSize({ width, height: 800 });
    await opened.page.locator('#text').fill(`You idiot ${'a'.repeat(300)}`);
    await opened.page.locator('#verdict:not([data-action="none"])').waitFor();
    expect(await excess()).toBe(0);
  });

  it('is reached by the keyboard alone', async () => {
    const { page } = opened;
    const focused = () => page.evaluate<string>('document.activeElement.id');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('tab-try');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('tab-file');
    expect(page.url()).toMatch(/#file$/);
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('choose');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Home');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('text');
  });

  it('starts when the server does', async () => {
    const { page } = opened;
    opened.expected = /Failed to load resource/;
    await page.route('**/model', (route) => route.abort('connectionrefused'), { times: 1 });
    await page.reload();
    await page.getByRole('alert').filter({ hasText: 'The server does not answer.' }).waitFor();
    await page.locator('body[data-ready]').waitFor();
    expect(await page.getByRole('alert').textContent()).toBe('');
  });
});

describe('the sources of the page', () => {
  it('never make markup of a text', async () => {
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.js'));
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) {
      const source = await readFile(join(folder, name), 'utf8');
      expect(source, name).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(/,
      );
    }
  });

  it('lie where no proxy keeps them back', async () => {
    const names = await readdir(folder, { recursive: true });
    expect(names.filter((name) => /^(metrics|workers|admin)/i.test(name))).toEqual([]);
  });

  it('name nothing elsewhere, and nothing inline', async () => {
    const page = await readFile(join(folder, 'index.html'), 'utf8');
    expect(page).not.toMatch(/(?:src|href)="(?!\/)|<style|style="|<script>|\son\w+="/);
  });
});
