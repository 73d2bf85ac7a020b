import type { Classifier, ClassifyOptions } from '../classifier/classification.js';
import { ToxicityGuardError } from '../errors.js';
import { LABELS, type Scores } from '../labels.js';
import type { LanguageDetector } from '../language/detector.js';
import { notSupported } from './perspective-error.js';
import { type CommentLanguages, languagesOf } from './perspective-languages.js';
import type { PerspectiveOptions } from './perspective-options.js';
import type { Analysis, RequestedAttribute } from './perspective-requests.js';
import { sentencesOf } from './perspective-sentences.js';

/** What comments are scored by. */
export interface Scorer extends Pick<PerspectiveOptions, 'unsupportedAttributes' | 'unsupportedLanguages'> {
  readonly classifier: Classifier;
  readonly detector: LanguageDetector;
  /** The model's own thresholds, at which a guess at a language does not count. */
  readonly rejectAt: Scores;
}

interface ScoredPart {
  readonly begin: number;
  readonly end: number;
  readonly scores: Scores;
}

/**
 * Scores a comment.
 *
 * @throws {PerspectiveError} for attributes and languages that cannot be had.
 * @throws {ToxicityGuardError} what the classifier throws, `CLASSIFIER_FAILED` where it gives no scores.
 */
export async function analyze(
  analysis: Analysis,
  scorer: Scorer,
  signal: AbortSignal,
): Promise<{ readonly body: object; readonly model: string }> {
  const { text, clientToken, community } = analysis;
  const call = { signal, ...(community !== undefined && { community }) };
  const languages = languagesOf(analysis, scorer.detector);
  throwIfUnsupported(analysis, scorer, languages);
  const { scores: given, model } = await scorer.classifier.classify(text, call);
  const scores = checked(given);
  const attributes = isForeign(languages, scores, scorer)
    ? nothingOf(analysis, languages)
    : analysis.attributes.filter(({ label, threshold }) => label !== undefined && scores[label] >= threshold);
  const parts = await scoreParts(analysis, scores, scorer, call);
  return {
    body: {
      // Left out where it is empty, as Google's servers do with every field.
      ...(attributes.length > 0 && { attributeScores: toAttributeScores(attributes, scores, parts) }),
      languages: languages.used,
      detectedLanguages: languages.detected,
      clientToken,
    },
    model,
  };
}

/** What can be told before the text is judged. */
function throwIfUnsupported(
  { attributes, dropUnsupported }: Analysis,
  { unsupportedAttributes, unsupportedLanguages }: Scorer,
  { used, unknown, field }: CommentLanguages,
): void {
  if (dropUnsupported) return;
  if (field === 'requestedLanguages' && unknown.length > 0 && unsupportedLanguages !== 'judge') {
    throw notSupported(namesOf(attributes), field, unknown);
  }
  const others = attributes.filter(({ label }) => label === undefined);
  if (others.length > 0 && unsupportedAttributes !== 'drop') {
    throw notSupported(namesOf(others), field, used);
  }
}

/**
 * Whether a comment is in a language that the model does not know. Where that is only a guess, what the model would
 * refuse is scored all the same: foreign words around an insult in English must not hide it.
 */
function isForeign({ unknown, field }: CommentLanguages, scores: Scores, scorer: Scorer): boolean {
  if (unknown.length === 0 || scorer.unsupportedLanguages === 'judge') return false;
  return field === 'requestedLanguages' || LABELS.every((label) => scores[label] < scorer.rejectAt[label]);
}

/** @throws {PerspectiveError} unless the request wants to do without. */
function nothingOf({ attributes, dropUnsupported }: Analysis, languages: CommentLanguages): [] {
  if (dropUnsupported) return [];
  throw notSupported(namesOf(attributes), languages.field, languages.unknown);
}

/** Always at least one part: many clients read the first one's score. */
async function scoreParts(
  { text, spanAnnotations }: Analysis,
  scores: Scores,
  { classifier }: Scorer,
  call: ClassifyOptions,
): Promise<readonly ScoredPart[]> {
  const spans = spanAnnotations ? sentencesOf(text) : [];
  if (spans.length <= 1) {
    const [begin, end] = spans[0] ?? [0, text.length];
    return [{ begin, end, scores }];
  }
  const answers = await classifier.classifyMany(
    spans.map(([begin, end]) => text.slice(begin, end)),
    call,
  );
  return spans.map(([begin, end], index) => ({ begin, end, scores: checked(answers[index]?.scores) }));
}

function toAttributeScores(
  attributes: readonly RequestedAttribute[],
  scores: Scores,
  parts: readonly ScoredPart[],
): object {
  return Object.fromEntries(
    attributes.flatMap(({ name, label }) => {
      if (label === undefined) return [];
      const spanScores = parts.map((part) => ({
        begin: part.begin,
        end: part.end,
        score: toScore(part.scores[label]),
      }));
      return [[name, { spanScores, summaryScore: toScore(scores[label]) }]];
    }),
  );
}

/** Scores within 0 and 1, or a fault: one that is missing would pass for harmless. */
function checked(scores: Scores | undefined): Scores {
  return Object.fromEntries(
    LABELS.map((label) => {
      const score: unknown = scores?.[label];
      if (typeof score === 'number' && !Number.isNaN(score)) return [label, Math.min(1, Math.max(0, score))];
      throw new ToxicityGuardError('CLASSIFIER_FAILED', `The classifier gave no score of ${label}.`);
    }),
  ) as Scores;
}

function toScore(value: number): object {
  return { value, type: 'PROBABILITY' };
}

function namesOf(attributes: readonly RequestedAttribute[]): string[] {
  return attributes.map(({ name }) => name);
}
