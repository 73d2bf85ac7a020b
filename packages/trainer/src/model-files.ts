import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, type Model, type Tensors, writeSafetensors } from '@toxicity-guard/core/training';

/**
 * Writes a model folder. The manifest comes last: a folder whose writing was interrupted does not load.
 *
 * @param manifest all but what the files' bytes decide.
 */
export async function writeModel(
  folder: string,
  manifest: Omit<Manifest, 'contentHash' | 'files'>,
  { vocabulary, weights }: Pick<Model, 'vocabulary' | 'weights'>,
): Promise<Manifest> {
  await mkdir(folder, { recursive: true });
  const files: Record<string, { bytes: number; sha256: string }> = {};
  const content = createHash('sha256');
  const both: [string, Tensors][] = [
    ['vocabulary.safetensors', vocabulary],
    ['weights.safetensors', weights],
  ];
  for (const [name, tensors] of both) {
    const bytes = writeSafetensors(tensors);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    content.update(sha256);
    files[name] = { bytes: bytes.length, sha256 };
    await writeFile(join(folder, name), bytes);
  }
  const whole: Manifest = { ...manifest, contentHash: content.digest('hex'), files };
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(whole, null, 2)}\n`);
  return whole;
}
