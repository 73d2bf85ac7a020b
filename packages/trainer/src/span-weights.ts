import { type FoldedNetwork, LABELS, type SpanWeights } from '@toxicity-guard/core/training';
import type { SpanTexts } from './evaluation/texts.js';
import { fitLogistic } from './stacking.js';

const TOXIC = LABELS.indexOf('toxic');
/** What a word is reported from, of which the one that marks best is kept. */
const THRESHOLDS = [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];

/**
 * Learns which words a reader would mark, from texts in which readers did: a logistic regression on what the
 * network says of each word. The threshold is the one with the highest mean F1
 * over words. Only the first window of a text is looked at.
 */
export function fitSpanWeights(engine: FoldedNetwork, { texts, spans }: SpanTexts): SpanWeights {
  const window = engine.createWindow();
  const scores = new Float64Array(LABELS.length);
  const own = new Float64Array(window.limit);
  const single = new Float64Array(window.limit);
  const contribution: number[] = [];
  const alone: number[] = [];
  const lead: number[] = [];
  const share: number[] = [];
  const ends: number[] = [];
  for (const [index, text] of texts.entries()) {
    window.read(text, 0);
    engine.judge(window, scores);
    engine.explain(window, TOXIC, own);
    engine.alone(window, TOXIC, single);
    const highest = single.subarray(0, window.count).reduce((a, b) => Math.max(a, b), -Infinity);
    const marked = new Set(spans[index]);
    const units = unitOffsets(text);
    for (let token = 0; token < window.count; token++) {
      contribution.push(own[token] as number);
      alone.push(single[token] as number);
      lead.push((single[token] as number) - highest);
      share.push(shareOf(marked, units[window.from[token] as number], units[window.to[token] as number]));
    }
    ends.push(share.length);
  }
  const isMarked = share.map((value) => (value >= 0.5 ? 1 : 0));
  const [byContribution, byAlone, byLead, bias] = fitLogistic(
    [contribution, alone, lead],
    isMarked,
    isMarked.map(() => 1),
  ) as [number, number, number, number];
  const probabilities = isMarked.map((_, at) => {
    const logit =
      bias +
      byContribution * (contribution[at] as number) +
      byAlone * (alone[at] as number) +
      byLead * (lead[at] as number);
    return 1 / (1 + Math.exp(-logit));
  });
  const figures = THRESHOLDS.map((threshold) => meanF1(probabilities, isMarked, ends, threshold));
  const threshold = THRESHOLDS[figures.indexOf(Math.max(...figures))] as number;
  return { bias, contribution: byContribution, alone: byAlone, lead: byLead, threshold };
}

/** For each UTF-16 offset, up to the text's end, how many code points stand before it. */
function unitOffsets(text: string): Int32Array {
  const offsets = new Int32Array(text.length + 1);
  let point = 0;
  let unit = 0;
  for (const character of text) {
    for (let rest = 0; rest < character.length; rest++) offsets[unit++] = point;
    point++;
  }
  offsets[unit] = point;
  return offsets;
}

function shareOf(marked: ReadonlySet<number>, from = 0, to = 0): number {
  let count = 0;
  for (let at = from; at < to; at++) if (marked.has(at)) count++;
  return count / Math.max(1, to - from);
}

/** F1 over the words of each text, 1 where none is marked and none reported. */
function meanF1(
  probabilities: readonly number[],
  isMarked: readonly number[],
  ends: readonly number[],
  threshold: number,
): number {
  let sum = 0;
  let at = 0;
  for (const end of ends) {
    let [found, marked, both] = [0, 0, 0];
    for (; at < end; at++) {
      const isFound = (probabilities[at] as number) >= threshold;
      if (isFound) found++;
      marked += isMarked[at] as number;
      if (isFound && isMarked[at] === 1) both++;
    }
    sum += found + marked === 0 ? 1 : (2 * both) / (found + marked);
  }
  return sum / ends.length;
}
