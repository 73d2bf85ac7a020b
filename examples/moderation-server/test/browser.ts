import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { type RunningServer, startServer } from './start-server.js';

const FLAGS = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking'];
const QUIET = ['disable-component-update', 'disable-sync'];

/** What the tests of a suite share: the server, and a page of its own for each. */
export interface Opened {
  server: RunningServer;
  page: Page;
  /** Faults that a test means to see: requests that fail are noted by the browser itself. */
  expected: RegExp | null;
}

/** Waits until a check passes, however busy the machine is. */
export const until = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 60_000, interval: 50 });

/**
 * Opens the page of a running server before each test, and fails a test in which anything was asked of another
 * host, thrown, or written to the console as an error.
 */
export function openPage(executablePath: string, settings: Record<string, string> = {}): Opened {
  const opened = { expected: null } as Opened;
  let profile: string;
  let context: BrowserContext;
  let faults: string[];

  beforeAll(async () => {
    opened.server = await startServer(settings);
    profile = await mkdtemp(join(tmpdir(), 'moderation-page-'));
    const args = [...FLAGS, ...QUIET].map((flag) => `--${flag}`);
    context = await chromium.launchPersistentContext(profile, { executablePath, args });
    context.setDefaultTimeout(60_000);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  afterAll(async () => {
    await context?.close();
    await opened.server?.stop();
    if (profile !== undefined) await rm(profile, { recursive: true, force: true });
  });
  beforeEach(async () => {
    const { url } = opened.server;
    faults = [];
    opened.expected = null;
    const page = await context.newPage();
    opened.page = page;
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('request', (request) => {
      const isOurs = request.url().startsWith(`${url}/`) || request.url().startsWith(`blob:${url}/`);
      if (!isOurs) faults.push(`asked ${request.url()}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await goTo(opened);
    await page.evaluate('localStorage.clear()');
  });
  afterEach(async () => {
    await opened.page.close();
    expect(faults.filter((fault) => !opened.expected?.test(fault))).toEqual([]);
  });
  return opened;
}

/** Opens the page anew, at a section of it. */
export async function goTo({ server, page }: Opened, section = 'try'): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${server.url}/#${section}`);
  await page.locator('body[data-ready]').waitFor();
}
