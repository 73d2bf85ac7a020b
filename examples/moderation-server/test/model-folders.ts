import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bundled = fileURLToPath(new URL('../../../packages/core/model', import.meta.url));

/** Folders of models, made of the bundled one. */
export interface ModelFolders {
  readonly root: string;
  /** Another version, which judges alike. */
  readonly good: string;
  /** Loads, and finds nothing toxic. */
  readonly blind: string;
  /** Its weights are cut off. */
  readonly broken: string;
  remove(): Promise<void>;
}

export async function makeModelFolders(): Promise<ModelFolders> {
  const root = await mkdtemp(join(tmpdir(), 'moderation-models-'));
  const manifest = JSON.parse(await readFile(join(bundled, 'manifest.json'), 'utf8'));
  const make = async (name: string, changes: object): Promise<string> => {
    const folder = join(root, name);
    await mkdir(folder);
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, ...changes }));
    for (const file of Object.keys(manifest.files)) await symlink(join(bundled, file), join(folder, file));
    return folder;
  };
  const bias = manifest.calibration.bias.map(() => -50);
  const good = await make('good', { version: 'another' });
  const blind = await make('blind', { calibration: { ...manifest.calibration, bias } });
  const broken = await make('broken', { version: 'broken' });
  const weights = join(broken, 'weights.safetensors');
  await rm(weights);
  await copyFile(join(bundled, 'weights.safetensors'), weights);
  await truncate(weights, 1000);
  return { root, good, blind, broken, remove: () => rm(root, { recursive: true, force: true }) };
}
