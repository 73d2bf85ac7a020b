import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FoldedNetwork } from '../src/engine/folded.js';
import { loadModel, MODEL_FILES, type Model } from '../src/model/load.js';
import { parseManifest } from '../src/model/manifest.js';
import { writeSafetensors } from '../src/model/safetensors.js';
import { vocabularyOf } from '../src/model/vocabulary.js';
import { modelFolder, smallModel, temporaryFolder, writeModel } from './small-model.js';

function refused(code: string, message: RegExp | string): object {
  return expect.objectContaining({
    name: 'ToxicityGuardError',
    code,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
}

async function edit(file: string, change: (bytes: Buffer) => Uint8Array): Promise<void> {
  await writeFile(file, change(await readFile(file)));
}

async function editManifest(folder: string, changes: object): Promise<void> {
  const file = join(folder, 'manifest.json');
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...changes }));
}

describe('loadModel', () => {
  it('reads a folder as it was written', async () => {
    const model = smallModel();
    const loaded = await loadModel(await modelFolder(model));
    expect(new Map([...loaded.weights].sort())).toEqual(new Map([...model.weights].sort()));
    expect(new Map([...loaded.vocabulary].sort())).toEqual(new Map([...model.vocabulary].sort()));
    expect(loaded.manifest.network).toEqual(model.manifest.network);
    expect(parseManifest(JSON.stringify(loaded.manifest), 'manifest.json')).toEqual(loaded.manifest);
  });

  it('says which file is missing', async () => {
    for (const name of ['manifest.json', ...MODEL_FILES]) {
      const folder = await modelFolder();
      await rm(join(folder, name));
      const missing = refused('MODEL_UNREADABLE', `${join(folder, name)} is missing`);
      await expect(loadModel(folder)).rejects.toThrow(missing);
    }
  });

  it('says that a folder is missing, or is none', async () => {
    const folder = await temporaryFolder();
    const none = join(folder, 'none');
    await expect(loadModel(none)).rejects.toThrow(
      refused('MODEL_UNREADABLE', `${join(none, 'manifest.json')} is missing`),
    );
    await writeFile(none, '');
    await expect(loadModel(none)).rejects.toThrow(
      refused('MODEL_UNREADABLE', `${join(none, 'manifest.json')} cannot be read (ENOTDIR)`),
    );
  });

  it('says why a file cannot be read', async () => {
    const folder = await modelFolder();
    const file = join(folder, 'weights.safetensors');
    await rm(file);
    await mkdir(file);
    await expect(loadModel(folder)).rejects.toThrow(
      refused('MODEL_UNREADABLE', `${file} cannot be read (EISDIR)`),
    );
  });

  it.each(MODEL_FILES)('says that %s is cut off or too long', async (name) => {
    const folder = await modelFolder();
    const file = join(folder, name);
    const whole = (await readFile(file)).length;
    for (const kept of [0, 5, 100, whole - 1]) {
      const bytes = await readFile(file);
      await edit(file, (all) => all.subarray(0, kept));
      const cut = `${file} is cut off: it has ${kept} bytes of ${whole}`;
      await expect(loadModel(folder)).rejects.toThrow(refused('MODEL_UNREADABLE', cut));
      await writeFile(file, bytes);
    }
    await edit(file, (all) => Buffer.concat([all, Buffer.from([0])]));
    const long = `${file} is too long: it has ${whole + 1} bytes of ${whole}`;
    await expect(loadModel(folder)).rejects.toThrow(refused('MODEL_UNREADABLE', long));
  });

  it.each(MODEL_FILES)('notices one changed bit of %s, wherever it is', async (name) => {
    const folder = await modelFolder();
    const file = join(folder, name);
    const bytes = await readFile(file);
    for (const at of [0, 9, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 4;
      await writeFile(file, damaged);
      const message = `${file} is damaged or of another model: its SHA-256 is not the manifest's`;
      await expect(loadModel(folder)).rejects.toThrow(refused('MODEL_UNREADABLE', message));
    }
  });

  it('does not mix the files of two models', async () => {
    const [folder, other] = [await modelFolder(smallModel()), await modelFolder(smallModel({ seed: 2 }))];
    await rename(join(other, 'weights.safetensors'), join(folder, 'weights.safetensors'));
    await expect(loadModel(folder)).rejects.toThrow(
      refused('MODEL_UNREADABLE', /damaged or of another model/),
    );
  });

  it('says that a file is no safetensors file, even where its digest is right', async () => {
    const folder = await modelFolder();
    const file = join(folder, 'vocabulary.safetensors');
    const bytes = Buffer.from('no tensors in here, only words');
    await writeFile(file, bytes);
    const { files } = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await editManifest(folder, {
      files: { ...files, 'vocabulary.safetensors': { bytes: bytes.length, sha256 } },
    });
    await expect(loadModel(folder)).rejects.toThrow(
      refused('MODEL_UNREADABLE', `${file} is no safetensors file: its header does not fit in it`),
    );
  });

  it('holds the manifest to its files', async () => {
    const folder = await modelFolder();
    const manifest = join(folder, 'manifest.json');
    await editManifest(folder, { contentHash: '0'.repeat(64) });
    await expect(loadModel(folder)).rejects.toThrow(
      refused('MODEL_UNREADABLE', `${manifest} has a contentHash that is not that of its files`),
    );
    await editManifest(folder, { files: {} });
    await expect(loadModel(folder)).rejects.toThrow(
      refused('MODEL_UNREADABLE', `${manifest} does not list vocabulary.safetensors`),
    );
  });

  it.each<[string, object, string]>([
    ["another project's", { format: 'tfjs-layers' }, 'is not the manifest of a toxicity-guard-model'],
    ["another release's", { formatVersion: 2 }, 'has format version 2; this release reads version 1'],
    ['one of other labels', { labels: ['toxic', 'spam'] }, 'is of a model with other labels'],
  ])('refuses a manifest that is %s', async (_, changes, why) => {
    const folder = await modelFolder();
    await editManifest(folder, changes);
    const message = `${join(folder, 'manifest.json')} ${why}`;
    await expect(loadModel(folder)).rejects.toThrow(refused('MODEL_INCOMPATIBLE', message));
  });
});

describe('a model that is whole, but not what its manifest says', () => {
  const names = [...smallModel().weights.keys()].map((name) => ['weights', name] as const);

  it.each([...names, ['vocabulary', 'vectors'] as const])('names the array: %s, %s', async (part, name) => {
    const model = smallModel();
    const tensor = model[part].get(name);
    if (tensor === undefined) throw new Error(`The model has no ${name}`);
    const shorter = {
      shape: [...tensor.shape.slice(0, -1), 1],
      data: tensor.data.slice(0, sizeOf(tensor.shape)),
    };
    await expectRefused({ ...model, [part]: new Map([...model[part], [name, shorter]]) }, part, name);
    const missing = new Map([...model[part]].filter(([key]) => key !== name));
    await expectRefused({ ...model, [part]: missing }, part, name);
    const bytes = { shape: tensor.shape, data: Uint8Array.from(tensor.data) };
    await expectRefused({ ...model, [part]: new Map([...model[part], [name, bytes]]) }, part, name);
  });

  it('has a vector for every word, and every word once', async () => {
    for (const words of ['a\nb', Array.from({ length: 22 }, () => 'same').join('\n')]) {
      const model = smallModel();
      const data = new TextEncoder().encode(words);
      const vocabulary = new Map([...model.vocabulary, ['words', { shape: [data.length], data }] as const]);
      const folder = await modelFolder({ ...model, vocabulary });
      const loaded = await loadModel(folder);
      const message = `${join(folder, 'vocabulary.safetensors')} holds a word twice, or has not one vector for each word`;
      await expect(joined(loaded)).rejects.toThrow(refused('MODEL_UNREADABLE', message));
    }
  });

  async function joined(model: Model): Promise<void> {
    new FoldedNetwork(model, await vocabularyOf(model));
  }

  async function expectRefused(model: Model, part: 'weights' | 'vocabulary', name: string): Promise<void> {
    const folder = join(await temporaryFolder(), 'model');
    await writeModel(folder, model);
    const loaded = await loadModel(folder);
    const file = join(folder, `${part}.safetensors`);
    const message = new RegExp(`^${escaped(file)} has no array ${name} of shape [\\d × ]+$`);
    await expect(joined(loaded)).rejects.toThrow(refused('MODEL_UNREADABLE', message));
  }
});

describe('a written model', () => {
  it('is the same bytes each time', () => {
    const { weights } = smallModel();
    expect(writeSafetensors(weights)).toEqual(writeSafetensors(smallModel().weights));
  });
});

function sizeOf(shape: readonly number[]): number {
  return shape.slice(0, -1).reduce((product, size) => product * size, 1);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
