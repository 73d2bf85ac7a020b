import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Manifest } from '@toxicity-guard/core/training';

/** The manifest of a model folder, by default of the bundled model's. */
export async function readManifest(folder?: string): Promise<Manifest> {
  const core = createRequire(import.meta.url).resolve('@toxicity-guard/core/package.json');
  const file = join(folder ?? join(dirname(core), 'model'), 'manifest.json');
  return JSON.parse(await readFile(file, 'utf8')) as Manifest;
}

/** The source whose meaning of the labels a model has, if its manifest tells. */
export function referenceSourceOf({ provenance }: Manifest): string | undefined {
  const { settings } = provenance as { settings?: { referenceSource?: unknown } };
  const name = settings?.referenceSource;
  return typeof name === 'string' ? name : undefined;
}
