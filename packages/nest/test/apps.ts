import type { DynamicModule, INestApplication, LoggerService, ModuleMetadata } from '@nestjs/common';
import type { Nest } from './nest12.js';

export const PLATFORMS = ['Express', 'Fastify'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** An application that listens. */
export interface Running {
  readonly url: string;
  readonly app: INestApplication;
  /** Posts JSON, or a body as it stands with its type. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** All that Nest logged. */
  log(): string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of any shape.
  readonly json: any;
}

export interface Plan {
  /** Leaves Nest's body parser out. Default `true`. */
  readonly bodyParser?: boolean;
  /** Before it listens. */
  readonly before?: (app: INestApplication) => unknown;
}

/** Starts an application of one root module on a free port. */
export async function listen(
  nest: Nest,
  platform: Platform,
  metadata: ModuleMetadata,
  { bodyParser = true, before }: Plan = {},
): Promise<Running> {
  const { NestFactory } = nest.core;
  const lines: string[] = [];
  const options = { bodyParser, logger: loggerOf(lines), abortOnError: false };
  const module = rootModule(metadata);
  const app: INestApplication =
    platform === 'Express'
      ? await NestFactory.create(module, new nest.express.ExpressAdapter(), options)
      : await NestFactory.create(module, new nest.fastify.FastifyAdapter(), options);
  await before?.(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  running.add(app);
  return {
    url,
    app,
    log: () => lines.join('\n'),
    post: (path, body, headers = { 'Content-Type': 'application/json' }) =>
      ask(url + path, {
        method: 'POST',
        headers,
        body: headers['Content-Type'] === 'application/json' ? JSON.stringify(body) : (body as string),
      }),
  };
}

const running = new Set<{ close(): Promise<unknown> }>();

/** Closes what was started, for `afterEach`. */
export async function closeAll(): Promise<void> {
  await Promise.all(Array.from(running, (app) => app.close()));
  running.clear();
}

/** Closes something with the applications. */
export function closeLater(what: { close(): unknown }): void {
  running.add({ close: async () => what.close() });
}

/** A module of its own for each call: Nest tells modules apart by their class. */
export function rootModule(metadata: ModuleMetadata): DynamicModule {
  return { module: class RootModule {}, ...metadata };
}

/** Asks over a connection that nobody keeps alive, so that servers close at once. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { ...init, headers: { Connection: 'close', ...init.headers } });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}

/** A logger that keeps every line, stacks included. */
export function loggerOf(lines: string[]): LoggerService {
  const keep = (...parts: unknown[]) =>
    void lines.push(parts.map((part) => (part instanceof Error ? part.stack : String(part))).join(' '));
  return { log: keep, error: keep, warn: keep, debug: keep, verbose: keep, fatal: keep };
}
