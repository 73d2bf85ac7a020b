import type { Locator } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { goTo, openPage, until } from './browser.js';
import { getOnce, startServer } from './start-server.js';

describeWith('chromium', 'the workers on the page (B5)', (executablePath) => {
  vi.setConfig({ testTimeout: 120_000 });
  const opened = openPage(executablePath, {
    WORKERS_INITIAL: '2',
    WORKERS_MINIMUM: '2',
    WORKERS_MAXIMUM: '2',
    WORKERS_BEAT_MS: '200',
  });

  const connection = (state: string): Promise<void> =>
    opened.page.locator(`#connection[data-state="${state}"]`).waitFor();
  const rowOf = (pid: number): Locator => opened.page.locator(`#worker-rows tr[data-pid="${pid}"]`);

  it('are shown as they are, and as they change', async () => {
    const { page, server } = opened;
    await goTo(opened, 'workers');
    await connection('live');
    const [first, second] = (await server.workers()).workers;
    for (const worker of [first, second]) {
      await rowOf(worker!.pid)
        .filter({ hasText: /ready.* ms.* %.* MB/ })
        .waitFor();
    }
    expect(await page.locator('#ready').textContent()).toBe('2 of 2');

    process.kill(first!.pid, 'SIGTERM');
    await rowOf(first!.pid).waitFor({ state: 'detached' });
    const other = await until(async () => {
      const view = await server.workers();
      expect(view.workers.map(({ state }) => state)).toEqual(['ready', 'ready']);
      return view.workers.find(({ pid }) => pid !== second!.pid)!;
    });
    await rowOf(other.pid).filter({ hasText: 'ready' }).waitFor();
    const changes = page.getByRole('log');
    await changes.getByText(`(process ${first!.pid}) has ended.`).waitFor();
    await changes.getByText(`(process ${other.pid}) is ready.`).waitFor();
  });

  it('show how much they do', async () => {
    const { page, server } = opened;
    await goTo(opened, 'workers');
    await connection('live');
    let asks = true;
    const load = (async () => {
      while (asks) await getOnce(`${server.url}/predict?text=Hello`);
    })();
    try {
      await until(async () => expect(Number(await page.locator('#rate').textContent())).toBeGreaterThan(1));
      expect(await page.locator('#spark').getAttribute('aria-label')).toMatch(
        /^[\d.,]+ requests a second now, [\d.,]+ at most in the last minute$/,
      );
    } finally {
      asks = false;
      await load;
    }
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await page.locator('.chart').isVisible()).toBe(false);
    await page.emulateMedia({ reducedMotion: null });
    expect(await page.locator('.chart').isVisible()).toBe(true);
  });

  it('are followed only while somebody looks', async () => {
    const { page } = opened;
    const next = () => page.waitForRequest((request) => request.url().endsWith('/workers/events'));
    const left = () =>
      page.waitForEvent('requestfailed', (request) => request.url().endsWith('/workers/events'));
    let asked = next();
    await page.getByRole('tab', { name: 'Workers' }).click();
    await asked;
    await connection('live');
    let gone = left();
    await page.getByRole('button', { name: 'Pause' }).click();
    await gone;
    await connection('paused');
    asked = next();
    await page.getByRole('button', { name: 'Go on' }).click();
    await asked;
    await connection('live');
    gone = left();
    await page.getByRole('tab', { name: 'Try' }).click();
    await gone;
  });

  it('are found again after the server was away', async () => {
    opened.expected = /Failed to load resource|ERR_/;
    await goTo(opened, 'workers');
    await connection('live');
    const { port } = new URL(opened.server.url);
    await opened.server.stop();
    await connection('lost');
    expect(await opened.page.locator('#connection').textContent()).toBe('Disconnected, trying again');
    opened.server = await startServer({ PORT: port });
    await connection('live');
    for (const { pid } of (await opened.server.workers()).workers) await rowOf(pid).waitFor();
  });
});
