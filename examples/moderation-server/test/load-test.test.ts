import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

describe.skipIf(process.platform === 'win32')('the load test (B6, C4)', () => {
  it('takes the workers through every transition, loses no request, and draws it', {
    timeout: 240_000,
  }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'load-test-'));
    try {
      const args = [file('../load-test/main.mjs'), '--quick', '--out', folder];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      expect(stdout).toMatch(/\*\*[\d,]+ requests, none failed\.\*\*/);
      for (const name of ['answers', 'latency', 'workers']) {
        const svg = await readFile(join(folder, `${name}.svg`), 'utf8');
        const document = new DOMParser().parseFromString(svg, 'image/svg+xml');
        expect(document.documentElement?.nodeName).toBe('svg');
        expect(svg).toContain('New model');
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('has a report that says what the README says of it', async () => {
    expect(await readFile(file('../load-test/results/report.md'), 'utf8')).toMatch(/requests, none failed/);
  });
});

describe('the comparison with Flask, gunicorn and Keras', () => {
  it('holds five times its fastest form, a hundred times `predict`, faster answers and a quarter of the memory', async () => {
    const lines = (await readFile(file('../load-test/compared.md'), 'utf8')).split('\n');
    const cells = (name: string): number[] => {
      const line = lines.find((other) => other.startsWith(`| ${name} |`)) ?? '';
      return line.split('|').slice(2, -1).map(Number);
    };
    const [own, call, predict] = [cells('this server'), cells('`call`'), cells('`predict`')];
    const [perSecond, times, , p99, , share] = [0, 1, 2, 3, 4, 5];
    for (const [other, least] of [
      [call, 5],
      [predict, 100],
    ] as const) {
      expect(other[times]).toBeGreaterThanOrEqual(least);
      expect((own[perSecond] as number) / (other[perSecond] as number)).toBeGreaterThanOrEqual(least);
      expect(own[p99]).toBeLessThan(other[p99] as number);
      expect(other[share]).toBeLessThanOrEqual(0.25);
    }
  });
});
