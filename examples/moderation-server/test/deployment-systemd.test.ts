import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { drainSeconds, read } from './deployment-files.js';

describeWith('systemd', 'the systemd unit', (program) => {
  const unit = read('systemd/moderation-server@.service');
  const analyze = async (...args: string[]): Promise<{ status: number | null; said: string }> => {
    const temporary = await mkdtemp(join(tmpdir(), 'moderation-unit-'));
    try {
      const file = join(temporary, 'moderation-server@3001.service');
      // systemd looks whether the program is there, and Node is not in the same place everywhere.
      await writeFile(file, unit.replaceAll('/usr/bin/node', process.execPath));
      const { status, stdout, stderr } = spawnSync(program, [...args, file], { encoding: 'utf8' });
      return { status, said: stdout + stderr };
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  };

  it('is understood, every line of it (B4)', async () => {
    expect(await analyze('verify')).toEqual({ status: 0, said: '' });
  });

  it('exposes little: at most 1.5 of 10, as systemd counts', async () => {
    const { status, said } = await analyze('security', '--offline=true', '--threshold=15');
    expect([status, said]).toEqual([0, expect.stringMatching(/Overall exposure level .*: 1\.\d OK/)]);
    expect((await analyze('security', '--offline=true', '--threshold=5')).status).not.toBe(0);
  });

  it('restarts on failure, and leaves the time to drain', () => {
    expect(unit).toMatch(/^Restart=on-failure$/m);
    expect(unit).toMatch(/^KillMode=mixed$/m);
    const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(unit) ?? [];
    expect(Number(seconds)).toBeGreaterThan(drainSeconds());
  });

  it('starts the instances that nginx sends to', () => {
    const ports = [...read('nginx/upstream.conf').matchAll(/server 127\.0\.0\.1:(\d+)/g)].map(
      ([, port]) => port,
    );
    expect(ports).toHaveLength(2);
    for (const port of ports) expect(unit).toContain(`moderation-server@${port}`);
  });
});
