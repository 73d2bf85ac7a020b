import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { LABELS, type Scores } from '../src/labels.js';
import { MODEL_FILES, type Model } from '../src/model/load.js';
import { FORMAT, FORMAT_VERSION, type Manifest } from '../src/model/manifest.js';
import { type Tensor, type Tensors, writeSafetensors } from '../src/model/safetensors.js';
import { hashWord } from '../src/text/hash.js';

const L = LABELS.length;

/** The vocabulary of small models. */
export const WORDS =
  '0 a the you are such kind river stone house walk talk blue grumble snarl hiss very not good day night so'.split(
    ' ',
  );

export interface SmallModelOptions {
  readonly seed?: number;
  readonly words?: readonly string[];
  readonly dimensions?: number;
  readonly filters?: number;
  readonly hidden?: number;
  readonly window?: number;
  readonly stride?: number;
}

/** A model of random weights, in memory; the same seed gives the same. */
export function smallModel(options: SmallModelOptions = {}): Model {
  const { seed = 1, words = WORDS, dimensions: d = 8, filters: f = 8, hidden: h = 4 } = options;
  const random = randomOf(seed);
  const reals = (scale: number, ...shape: number[]): Tensor => ({
    shape,
    data: Float32Array.from({ length: sizeOf(shape) }, () => scale * (random() * 2 - 1)),
  });
  const scales = (scale: number, length: number): Tensor => ({
    shape: [length],
    data: Float32Array.from({ length }, () => scale * (0.5 + random())),
  });
  const bytes = (...shape: number[]): Tensor => ({
    shape,
    data: Int8Array.from({ length: sizeOf(shape) }, () => Math.round(random() * 254) - 127),
  });
  const text = new TextEncoder().encode(words.join('\n'));
  const vocabulary: Tensors = new Map([
    ['words', { shape: [text.length], data: text }],
    ['vectors', bytes(words.length, d)],
    ['scales', scales(0.01, words.length)],
  ]);
  const weights: Tensors = new Map([
    ['conv1/kernel', reals(0.7, 1, d, f)],
    ['conv2/kernel', reals(0.7, 2, d, f)],
    ['conv3/kernel', reals(0.7, 3, d, f)],
    ['conv1/bias', reals(0.5, f)],
    ['conv2/bias', reals(0.5, f)],
    ['conv3/bias', reals(0.5, f)],
    ['dense/kernel', reals(0.5, 3 * f + d, h)],
    ['dense/bias', reals(0.5, h)],
    ['logits/kernel', reals(0.7, h, L)],
    ['logits/bias', reals(0.5, L)],
    ['ngrams/vectors', bytes(64, d)],
    ['ngrams/scales', scales(0.01, 64)],
    ['wide/weights', bytes(256, L)],
    ['wide/scales', scales(0.01, L)],
    ['wide/bias', reals(0.5, L)],
  ]);
  const six = (least: number, most: number): number[] => LABELS.map(() => least + (most - least) * random());
  const all = (score: number): Scores => Object.fromEntries(LABELS.map((label) => [label, score])) as Scores;
  const manifest: Manifest = {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    name: 'small',
    version: '1',
    contentHash: '',
    files: {},
    labels: LABELS,
    tokenizer: {
      name: 'toxicity-guard',
      version: 1,
      window: options.window ?? 128,
      stride: options.stride ?? 96,
    },
    network: {
      dimensions: d,
      filters: f,
      hidden: h,
      ngrams: { shortest: 3, longest: 5, buckets: 64 },
      wide: { shortest: 2, longest: 5, buckets: 256, smoothing: 4 },
    },
    calibration: { deep: six(0.5, 1), wide: six(0.5, 1), bias: six(-1, 1), partPenalty: six(0, 0.5) },
    thresholds: { flag: all(0.5), reject: all(0.9) },
    spans: { bias: -1, contribution: 1, alone: 0.5, lead: 0.5, threshold: 0.3 },
    metrics: {},
    provenance: {},
    licences: [],
  };
  return { folder: 'small', manifest, vocabulary, weights };
}

/**
 * A model whose scores come from a few planted words: near 0 without them, near 1 with one. The words weigh in
 * the deep part and in the linear part.
 */
export function plantedModel(planted: readonly string[], options: SmallModelOptions = {}): Model {
  const model = smallModel(options);
  for (const { data } of [...model.vocabulary.values()].slice(1)) data.fill(0);
  for (const { data } of model.weights.values()) data.fill(0);
  const { dimensions, wide } = model.manifest.network;
  const data = (tensors: Tensors, name: string): Tensor['data'] => tensors.get(name)?.data as Tensor['data'];
  // Filter 0 of width 1 sees the first dimension, and is all that the dense layer and the logits see.
  data(model.weights, 'conv1/kernel')[0] = 1;
  data(model.weights, 'dense/kernel')[0] = 1;
  data(model.weights, 'logits/kernel').fill(1, 0, L);
  data(model.weights, 'wide/scales').fill(1);
  const words = new TextDecoder().decode(data(model.vocabulary, 'words') as Uint8Array).split('\n');
  for (const word of planted) {
    const index = words.indexOf(word);
    if (index === -1) throw new Error(`The small vocabulary has no ${word}`);
    data(model.vocabulary, 'vectors')[index * dimensions] = 100;
    data(model.vocabulary, 'scales')[index] = 0.08;
    const bucket = hashWord(word) % wide.buckets;
    data(model.weights, 'wide/weights').fill(20, bucket * L, bucket * L + L);
  }
  const calibration = { deep: fill(1), wide: fill(1), bias: fill(-4), partPenalty: fill(0.5) };
  return { ...model, manifest: { ...model.manifest, calibration } };
}

/** Writes a model's folder. */
export async function writeModel(folder: string, model: Model): Promise<void> {
  await mkdir(folder, { recursive: true });
  const content = createHash('sha256');
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const name of MODEL_FILES) {
    const bytes = writeSafetensors(name.startsWith('vocabulary') ? model.vocabulary : model.weights);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    content.update(sha256);
    files[name] = { bytes: bytes.length, sha256 };
    await writeFile(join(folder, name), bytes);
  }
  const manifest = { ...model.manifest, contentHash: content.digest('hex'), files };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest, null, 2));
}

/** A folder that is removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The folder of a model written for one test. */
export async function modelFolder(model: Model = smallModel()): Promise<string> {
  const folder = join(await temporaryFolder(), 'model');
  await writeModel(folder, model);
  return folder;
}

/** Seeded numbers in [0, 1): Mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

function fill(value: number): number[] {
  return LABELS.map(() => value);
}
