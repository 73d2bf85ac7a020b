import { LABELS } from '../src/labels.js';
import type { Model } from '../src/model/load.js';
import { hashNgrams, hashPair, hashWord } from '../src/text/hash.js';
import { resolve } from '../src/text/resolve.js';
import type { Tokeniser } from '../src/text/tokenise.js';

const LONGEST_WHOLE = 32;

/**
 * The network as its description says it, without rows, fixed-point numbers or blocks: each convolution is a
 * sum over the words' vectors.
 *
 * @returns six logits.
 */
export function naiveLogits(model: Model, window: Tokeniser): number[] {
  const { calibration } = model.manifest;
  const network = readNetwork(model);
  const words = window.words().map((token) => resolve(token, (word) => network.words.indexOf(word)));
  const vectors = words.map(network.vectorOf);
  const whole = partLogits(model, network, words, vectors, 0, words.length);
  const best = [...whole];
  const ends = window.sentenceEnds.subarray(0, window.sentences);
  if (words.length > LONGEST_WHOLE && ends.length > 1) {
    for (const [sentence, end] of ends.entries()) {
      const first = ends[sentence - 1] ?? 0;
      const count = end - first;
      for (const [label, logit] of partLogits(model, network, words, vectors, first, count).entries()) {
        const penalised = logit - (calibration.partPenalty[label] as number);
        best[label] = Math.max(best[label] as number, penalised);
      }
    }
  }
  return best;
}

/** {@link naiveLogits} as probabilities. */
export function naiveScores(model: Model, window: Tokeniser): number[] {
  return naiveLogits(model, window).map((logit) => 1 / (1 + Math.exp(-logit)));
}

type Network = ReturnType<typeof readNetwork>;

function readNetwork(model: Model) {
  const { dimensions, ngrams, wide } = model.manifest.network;
  const array = (part: 'weights' | 'vocabulary', name: string): number[] =>
    Array.from(model[part].get(name)?.data ?? []);
  const words = new TextDecoder().decode(Uint8Array.from(array('vocabulary', 'words'))).split('\n');
  const own = scaledRows(array('vocabulary', 'vectors'), array('vocabulary', 'scales'), dimensions);
  const buckets = scaledRows(
    array('weights', 'ngrams/vectors'),
    array('weights', 'ngrams/scales'),
    dimensions,
  );
  const wideWeights = array('weights', 'wide/weights');
  const wideScales = array('weights', 'wide/scales');
  return {
    words,
    array: (name: string) => array('weights', name),
    vectorOf: (word: string): number[] => {
      const hashes = hashNgrams(word, ngrams.shortest, ngrams.longest, []);
      const index = words.indexOf(word);
      return Array.from({ length: dimensions }, (_, at) => {
        const sum = hashes.reduce((total, hash) => total + at2(buckets, hash % ngrams.buckets, at), 0);
        return sum / hashes.length + (index === -1 ? 0 : at2(own, index, at));
      });
    },
    wideOf: (hash: number, label: number): number =>
      (wideWeights[(hash % wide.buckets) * LABELS.length + label] as number) * (wideScales[label] as number),
  };
}

function partLogits(
  { manifest }: Model,
  { array, wideOf }: Network,
  words: readonly string[],
  vectors: readonly number[][],
  first: number,
  count: number,
): number[] {
  const { dimensions: d, filters: f, hidden: h, wide } = manifest.network;
  const { calibration } = manifest;
  const positions = Array.from({ length: count }, (_, index) => first + index);
  const features: number[] = [];
  for (const width of [1, 2, 3]) {
    const [kernel, bias] = [array(`conv${width}/kernel`), array(`conv${width}/bias`)];
    const left = Math.floor((width - 1) / 2);
    for (let k = 0; k < f; k++) {
      const sums = positions.map((position) => {
        let sum = bias[k] as number;
        for (let offset = 0; offset < width; offset++) {
          const vector = vectors[position + offset - left];
          for (let at = 0; at < d && vector !== undefined; at++) {
            sum += (kernel[(offset * d + at) * f + k] as number) * (vector[at] as number);
          }
        }
        return Math.max(0, sum);
      });
      features.push(Math.max(...sums));
    }
  }
  for (let at = 0; at < d; at++) {
    features.push(positions.reduce((sum, position) => sum + at2(vectors, position, at), 0) / count);
  }
  const [dense, denseBias] = [array('dense/kernel'), array('dense/bias')];
  const hidden = Array.from({ length: h }, (_, j) =>
    Math.max(
      0,
      features.reduce((sum, value, k) => sum + value * (dense[k * h + j] as number), denseBias[j] as number),
    ),
  );
  const [kernel, bias, wideBias] = [array('logits/kernel'), array('logits/bias'), array('wide/bias')];
  return LABELS.map((_, label) => {
    const deep = hidden.reduce(
      (sum, value, j) => sum + value * (kernel[j * LABELS.length + label] as number),
      bias[label] as number,
    );
    let linear = 0;
    for (const position of positions) {
      const word = words[position] as string;
      const next = words[position + 1];
      linear += wideOf(hashWord(word), label);
      if (next !== undefined) linear += wideOf(hashPair(hashWord(word), hashWord(next)), label);
      const grams = hashNgrams(word, wide.shortest, wide.longest, []);
      linear += grams.reduce((sum, hash) => sum + wideOf(hash, label), 0) / Math.sqrt(grams.length);
    }
    return (
      (calibration.deep[label] as number) * deep +
      (calibration.wide[label] as number) *
        (linear / (count + wide.smoothing) + (wideBias[label] as number)) +
      (calibration.bias[label] as number)
    );
  });
}

function scaledRows(values: readonly number[], scales: readonly number[], width: number): number[][] {
  return scales.map((scale, row) =>
    values.slice(row * width, (row + 1) * width).map((value) => value * scale),
  );
}

function at2(table: readonly (readonly number[])[], row: number, column: number): number {
  return table[row]?.[column] as number;
}
