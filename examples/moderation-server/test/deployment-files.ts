import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { SETTINGS } from '../src/settings/table.mjs';

export const ROOT = join(import.meta.dirname, '../../..');
export const DEPLOYMENT = join(import.meta.dirname, '../deployment');

/** A worker has a second past its deadline, and the server itself some time to end. */
const GRACE_SECONDS = 2;
/** What the process takes that watches the workers. */
const WATCHING_MB = 128;

export const read = (path: string): string => readFileSync(join(DEPLOYMENT, path), 'utf8');
export const readYaml = (path: string) => parse(read(path), { merge: true });

/** The environment variables of the settings. */
export const VARIABLES: readonly string[] = SETTINGS.map(({ variable }) => variable);

/** What a setting is, where it is not given. */
export function settingOf(variable: string, given?: string): number {
  return Number(given ?? SETTINGS.find((setting) => setting.variable === variable)?.default);
}

/** How long a server with these variables may take to stop. */
export function drainSeconds(env: Readonly<Record<string, string>> = {}): number {
  const [delay, deadline] = ['DRAIN_DELAY_MS', 'DRAIN_DEADLINE_MS'].map((name) => settingOf(name, env[name]));
  return ((delay as number) + (deadline as number)) / 1000 + GRACE_SECONDS;
}

/** The memory that it may take, with one worker more while that takes the place of one that has outgrown its own. */
export function memoryMb(env: Readonly<Record<string, string>>): number {
  return (
    (Number(env.WORKERS_MAXIMUM) + 1) * settingOf('WORKERS_MEMORY_MB', env.WORKERS_MEMORY_MB) + WATCHING_MB
  );
}
