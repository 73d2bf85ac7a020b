import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, read, readYaml } from './deployment-files.js';

describe('the guide to deployment', () => {
  const guide = readFileSync(join(ROOT, 'docs/guide/deployment.md'), 'utf8');
  const [container] = readYaml('kubernetes/deployment.yaml').spec.template.spec.containers;
  const variable = (name: string): string =>
    container.env.find((entry: { name: string }) => entry.name === name).value;
  const site = read('nginx/moderation.conf');
  const [, user] = /^USER (\d+)$/m.exec(read('Dockerfile')) ?? [];
  const [, rate, burst] = /rate=(\d+)r\/s;[\s\S]*burst=(\d+) nodelay/.exec(site) ?? [];

  // How much the image weighs stands in its own test.
  it.each([
    ['the user', `as user ${user}`],
    ['the rate', `**${rate} requests a second** from one address, and ${burst} at once`],
    ['the delay', `answers on for ${Number(variable('DRAIN_DELAY_MS')) / 1000} seconds`],
  ])('says %s as it is', (_what, said) => {
    expect(guide).toContain(said);
  });

  it('says when an instance is left alone, and how large a file may be, as it is', () => {
    expect(guide).toContain('**An instance that fails** three times in two seconds is left alone for two.');
    for (const file of ['upstream.conf', 'upstream-compose.conf']) {
      expect(read(`nginx/${file}`)).toContain('max_fails=3 fail_timeout=2s;');
    }
    expect(guide).toContain('**Files up to 1 MB** go through');
    expect(site.match(/client_max_body_size \w+/g)).toEqual(['client_max_body_size 1m']);
    expect(guide).toContain('A pod has two workers');
    expect([variable('WORKERS_INITIAL'), variable('WORKERS_MAXIMUM')]).toEqual(['2', '2']);
    expect(container.lifecycle).toBeUndefined();
    expect(guide).toContain('http://localhost:8080');
    expect(readYaml('compose.yaml').services.nginx.ports).toEqual(['127.0.0.1:8080:80']);
  });
});
