import { ToxicityGuardError } from '../errors.js';
import { LABELS, type Scores } from '../labels.js';

/** The format that this version reads and writes. */
export const FORMAT = 'toxicity-guard-model';
export const FORMAT_VERSION = 1;

/** The model folder's `manifest.json`. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly formatVersion: typeof FORMAT_VERSION;
  readonly name: string;
  readonly version: string;
  /** SHA-256 over the files' digests, in the order of their names, as lower-case hex. */
  readonly contentHash: string;
  /** Every other file of the folder, by name. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
  readonly labels: readonly string[];
  readonly tokenizer: {
    readonly name: 'toxicity-guard';
    readonly version: 1;
    /** Words that are judged at once, and words from one window's start to the next. */
    readonly window: number;
    readonly stride: number;
  };
  readonly network: {
    /** Length of a word's vector. */
    readonly dimensions: number;
    /** Filters of each of the widths 1, 2 and 3. */
    readonly filters: number;
    /** Units of the dense layer. */
    readonly hidden: number;
    /** Character n-grams of the vectors: lengths and hash buckets, a power of two. */
    readonly ngrams: { readonly shortest: number; readonly longest: number; readonly buckets: number };
    /** The linear part: lengths of its n-grams, hash buckets, and its features' weights. */
    readonly wide: {
      readonly shortest: number;
      readonly longest: number;
      readonly buckets: number;
      /** The sum over a text's features is divided by its words plus this. */
      readonly smoothing: number;
    };
  };
  readonly calibration: {
    /** logit = deep · deepLogit + wide · wideLogit + bias, by label; the score is its logistic function. */
    readonly deep: readonly number[];
    readonly wide: readonly number[];
    readonly bias: readonly number[];
    /** What is taken off the logit of a part of a long text, by label. */
    readonly partPenalty: readonly number[];
  };
  readonly thresholds: { readonly flag: Scores; readonly reject: Scores };
  /** Which words are reported as causes. */
  readonly spans: SpanWeights;
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly provenance: Readonly<Record<string, unknown>>;
  readonly licences: readonly { readonly source: string; readonly licence: string }[];
}

/**
 * A logistic regression on what is known of a word: it is reported from probability `threshold` on. What a reader
 * would mark depends less on the text's score than on the word's own.
 */
export interface SpanWeights {
  readonly bias: number;
  /** For what the word adds to the text's logit. */
  readonly contribution: number;
  /** For the logit of the word as if it were all of the text. */
  readonly alone: number;
  /** For how far that lies below the highest of the text's words, 0 or less. */
  readonly lead: number;
  /** 0 to 1. */
  readonly threshold: number;
}

/** The id under which a model's verdicts are reported: name, version and the start of its hash. */
export function modelId(manifest: Manifest): string {
  return `${manifest.name}@${manifest.version}+${manifest.contentHash.slice(0, 12)}`;
}

/**
 * Reads a manifest.
 *
 * @param file the name that errors use.
 * @throws {ToxicityGuardError} `MODEL_UNREADABLE` when it is no manifest, `MODEL_INCOMPATIBLE` when it is one
 * of another format, version or set of labels.
 */
export function parseManifest(json: string, file: string): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(json);
  } catch (cause) {
    throw new ToxicityGuardError('MODEL_UNREADABLE', `${file} is not JSON; it may be cut off`, { cause });
  }
  if (manifest?.format !== FORMAT) {
    throw new ToxicityGuardError('MODEL_INCOMPATIBLE', `${file} is not the manifest of a ${FORMAT}`);
  }
  if (manifest.formatVersion !== FORMAT_VERSION) {
    const version = JSON.stringify(manifest.formatVersion);
    const message = `${file} has format version ${version}; this release reads version ${FORMAT_VERSION}`;
    throw new ToxicityGuardError('MODEL_INCOMPATIBLE', message);
  }
  if (JSON.stringify(manifest.labels) !== JSON.stringify(LABELS)) {
    throw new ToxicityGuardError('MODEL_INCOMPATIBLE', `${file} is of a model with other labels`);
  }
  const { tokenizer } = manifest;
  if (tokenizer?.name !== 'toxicity-guard' || tokenizer.version !== 1) {
    throw new ToxicityGuardError('MODEL_INCOMPATIBLE', `${file} is of a model with another tokenizer`);
  }
  const wrong = firstWrong(manifest);
  if (wrong !== undefined) {
    throw new ToxicityGuardError('MODEL_UNREADABLE', `${file} has no proper \`${wrong}\``);
  }
  return manifest;
}

/** Far beyond any model of this kind; a larger figure is damage, and would be allocated before it is noticed. */
const MOST_UNITS = 65_536;
const MOST_BUCKETS = 2 ** 26;

/** The first part of a manifest that the classifier could not work with. */
function firstWrong(manifest: Manifest): string | undefined {
  const { tokenizer, network, calibration, thresholds } = manifest;
  const count = (value: unknown, most = MOST_UNITS): boolean =>
    Number.isInteger(value) && (value as number) > 0 && (value as number) <= most;
  const ngrams = (value: Partial<Manifest['network']['ngrams']> | undefined): boolean =>
    count(value?.shortest) &&
    count(value?.longest) &&
    (value?.shortest as number) <= (value?.longest as number) &&
    count(value?.buckets, MOST_BUCKETS) &&
    ((value?.buckets as number) & ((value?.buckets as number) - 1)) === 0;
  const six = (value: unknown): boolean =>
    Array.isArray(value) && value.length === LABELS.length && value.every(Number.isFinite);
  const share = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;
  const byLabel = (value: unknown): boolean =>
    LABELS.every((label) => share((value as Scores | undefined)?.[label]));
  const { name, version, contentHash, files } = manifest;
  const parts: [string, boolean][] = [
    ['name', typeof name === 'string' && typeof version === 'string'],
    ['contentHash', typeof contentHash === 'string'],
    ['files', typeof files === 'object' && files !== null && Object.values(files).every(isFile)],
    ['tokenizer', count(tokenizer?.window) && count(tokenizer.stride, tokenizer.window)],
    ['network', count(network?.dimensions) && count(network.filters) && count(network.hidden)],
    ['network.ngrams', ngrams(network?.ngrams)],
    ['network.wide', ngrams(network?.wide) && Number.isFinite(network.wide.smoothing)],
    ['network.wide.smoothing', network?.wide?.smoothing >= 0],
    ['calibration.deep', six(calibration?.deep)],
    ['calibration.wide', six(calibration?.wide)],
    ['calibration.bias', six(calibration?.bias)],
    ['calibration.partPenalty', six(calibration?.partPenalty)],
    ['thresholds', byLabel(thresholds?.flag) && byLabel(thresholds?.reject)],
    ['spans', hasSpanWeights(manifest.spans) && share(manifest.spans.threshold)],
  ];
  return parts.find(([, right]) => !right)?.[0];
}

function hasSpanWeights(spans: Partial<SpanWeights> | undefined): spans is SpanWeights {
  return [spans?.bias, spans?.contribution, spans?.alone, spans?.lead].every(Number.isFinite);
}

function isFile(file: Partial<Manifest['files'][string]> | null): boolean {
  return Number.isSafeInteger(file?.bytes) && typeof file?.sha256 === 'string';
}
