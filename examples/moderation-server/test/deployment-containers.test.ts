import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEPLOYMENT, drainSeconds, memoryMb, ROOT, read, readYaml, VARIABLES } from './deployment-files.js';

describe('the Dockerfile (C5, D3)', () => {
  const text = read('Dockerfile');
  const lines = DockerfileParser.parse(text).getInstructions();
  const last = lines.findLastIndex((line) => line.getKeyword() === 'FROM');
  const final = lines.slice(last);
  const argumentsOf = (keyword: string) =>
    final.find((line) => line.getKeyword() === keyword)?.getArgumentsContent();

  it.each(['examples/moderation-server/deployment/Dockerfile', '.devcontainer/Dockerfile'])(
    'has nothing that a linter minds: %s',
    (path) => {
      expect(validate(readFileSync(join(ROOT, path), 'utf8')).map(({ message }) => message)).toEqual([]);
    },
  );

  it('is linted by what finds mistakes', () => {
    const said = validate(`${text}\nRUNN true\nHEALTHCHECK ask`).map(({ message }) => message);
    expect(said).toEqual(
      expect.arrayContaining(['Unknown instruction: RUNN', expect.stringContaining('HEALTHCHECK')]),
    );
  });

  it('builds in one stage and runs in another, which no command has touched (D3)', () => {
    expect(lines.filter((line) => line.getKeyword() === 'FROM')).toHaveLength(2);
    expect(final.map((line) => line.getKeyword())).not.toContain('RUN');
    expect(text).toMatch(/^COPY --from=build --chown=0:0 \/tree \.$/m);
    expect(argumentsOf('FROM')).toMatch(/^gcr\.io\/distroless\/nodejs22-debian12:nonroot$/);
  });

  it('runs as a user that is not root, and says how to ask whether it is ready', () => {
    expect(Number(argumentsOf('USER'))).toBeGreaterThan(0);
    expect(argumentsOf('HEALTHCHECK')).toContain('CMD ["/nodejs/bin/node", "deployment/health.mjs"]');
  });
});

describe('compose.yaml', () => {
  const { services, networks, volumes } = readYaml('compose.yaml');
  const { moderation, nginx, mongo, redis } = services;

  it('has two servers behind nginx, and databases that nobody outside reaches', () => {
    expect(Object.keys(services)).toEqual(['moderation', 'nginx', 'mongo', 'redis']);
    expect(moderation.deploy.replicas).toBe(2);
    expect(nginx.depends_on).toEqual({ moderation: { condition: 'service_healthy' } });
    const published = Object.entries(services).filter(([, service]) => (service as { ports?: [] }).ports);
    expect(published.map(([name]) => name)).toEqual(['nginx']);
    expect(networks.back).toEqual({ internal: true });
    for (const database of [mongo, redis]) expect(database.networks).toEqual(['back']);
  });

  it.each(Object.entries<Record<string, unknown>>(services))(
    'lets %s write nowhere but where it must',
    (name, service) => {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        deploy: { resources: { limits: { memory: expect.stringMatching(/^\d+M$/) } } },
      });
      if (name !== 'moderation') expect(service).toHaveProperty('healthcheck.test.0', 'CMD');
      else expect(service).not.toHaveProperty('volumes');
    },
  );

  it('names what is there', () => {
    const mounted = Object.values<{ volumes?: string[] }>(services).flatMap(
      (service) => service.volumes ?? [],
    );
    for (const mount of mounted) {
      const [source = ''] = mount.split(':');
      if (source.startsWith('./')) expect(read(source)).not.toBe('');
      else expect(Object.keys(volumes)).toContain(source);
    }
    expect(
      readFileSync(join(DEPLOYMENT, moderation.build.context, moderation.build.dockerfile), 'utf8'),
    ).toBe(read('Dockerfile'));
    for (const name of Object.keys(moderation.environment)) expect(VARIABLES).toContain(name);
  });

  it('gives the server the memory and the time that it may take', () => {
    const { environment, deploy, stop_grace_period } = moderation;
    expect(Number.parseInt(deploy.resources.limits.memory, 10)).toBeGreaterThanOrEqual(memoryMb(environment));
    expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(drainSeconds(environment));
  });
});

describe('the dev container (D3)', () => {
  const container = JSON.parse(readFileSync(join(ROOT, '.devcontainer/devcontainer.json'), 'utf8'));
  const { services } = parse(readFileSync(join(ROOT, '.devcontainer', container.dockerComposeFile), 'utf8'));
  const workspace = services[container.service];

  it('opens the repository with the databases that the suites take', () => {
    expect(workspace.volumes[0]).toBe(`..:${container.workspaceFolder}:cached`);
    for (const variable of ['MONGO_URL', 'REDIS_URL']) {
      const { hostname } = new URL(workspace.environment[variable]);
      expect(Object.keys(services)).toContain(hostname);
      expect(workspace.depends_on).toContain(hostname);
    }
  });

  it('installs with the version of pnpm that package.json names', () => {
    const [, expression = ''] = /node -p "(.+?)"\)/.exec(container.postCreateCommand) ?? [];
    const { stdout } = spawnSync(process.execPath, ['-p', expression], { cwd: ROOT, encoding: 'utf8' });
    expect(stdout.trim()).toBe(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).packageManager);
  });
});
