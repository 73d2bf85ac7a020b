import type { Classification, Classifier } from '../classifier/classification.js';
import { ToxicityGuardError } from '../errors.js';
import type { Field } from '../fields/field.js';
import { LABELS } from '../labels.js';
import type { LanguageDetector } from '../language/detector.js';
import { type UnsupportedLanguage, verdictOnUnsupported } from '../language/unsupported.js';
import { isDue, rest } from '../pace.js';
import type { Policy } from '../policy/thresholds.js';
import type { Finding, UnsupportedText } from './decision.js';

// One call takes as much as a classifier does in a few milliseconds, whether or not it rests by itself.
const BATCH_TEXTS = 32;
const BATCH_LENGTH = 8_000;

/** What texts are judged by. */
export interface Judges {
  readonly classifier: Classifier;
  readonly policy: Policy;
  readonly detector: LanguageDetector;
  readonly unsupportedLanguage: UnsupportedLanguage;
  readonly community: string | undefined;
}

/** What was made of a request's texts. */
export interface Judgement {
  readonly findings: readonly Finding[];
  readonly unsupported: readonly UnsupportedText[];
  readonly model: string;
  /** Whether some text was judged without the vectors of all its words. */
  readonly degraded: boolean;
}

/**
 * Judges texts in order, a batch at a time, resting between batches.
 *
 * @throws {ToxicityGuardError} `CLASSIFIER_FAILED` where the answer is not one; whatever the classifier throws.
 */
export async function judgeFields(
  fields: readonly Field[],
  judges: Judges,
  signal: AbortSignal,
): Promise<Judgement> {
  const { classifier, policy, community } = judges;
  const findings: Finding[] = [];
  const unsupported: UnsupportedText[] = [];
  let model = '';
  let degraded = false;
  const options = {
    signal,
    ...(community !== undefined && { community }),
    spans: (scores: Classification['scores']) => policy.judge(scores)?.labels ?? [],
  };
  for (const batch of batches(fields)) {
    const [only] = batch;
    const answers =
      batch.length === 1 && only !== undefined
        ? [await classifier.classify(only.text, options)]
        : await classifier.classifyMany(
            batch.map(({ text }) => text),
            options,
          );
    batch.forEach((field, index) => {
      const answer = checked(answers[index]);
      model = answer.model;
      degraded ||= answer.degraded === true;
      const { finding, unsupportedText } = judgeField(field, answer, judges);
      if (finding !== null) findings.push(finding);
      if (unsupportedText !== null) unsupported.push(unsupportedText);
    });
    if (isDue()) await rest();
    signal.throwIfAborted();
  }
  return { findings, unsupported, model, degraded };
}

function* batches(fields: readonly Field[]): Generator<readonly Field[]> {
  let start = 0;
  let length = 0;
  for (const [index, { text }] of fields.entries()) {
    const isFull = index - start >= BATCH_TEXTS || length + text.length > BATCH_LENGTH;
    if (isFull && index > start) {
      yield fields.slice(start, index);
      start = index;
      length = 0;
    }
    length += text.length;
  }
  if (start < fields.length) yield fields.slice(start);
}

function judgeField(
  field: Field,
  { scores, spans }: Classification,
  { policy, detector, unsupportedLanguage }: Judges,
): { finding: Finding | null; unsupportedText: UnsupportedText | null } {
  const byScores = policy.judge(scores);
  const { language, supported } = detector.detect(field.text);
  const verdict = supported ? byScores : verdictOnUnsupported(byScores, unsupportedLanguage);
  // A pointer is made when it is asked for, and most texts need none.
  if (verdict === null && supported) return { finding: null, unsupportedText: null };
  const { in: part, pointer } = field;
  const judged = unsupportedLanguage === 'judge' || (verdict !== null && verdict === byScores);
  const finding: Finding | null = verdict && {
    in: part,
    pointer,
    action: verdict.action,
    reason: verdict === byScores ? 'scores' : 'language',
    scores: { ...scores },
    labels: verdict.labels,
    spans: spans.map(([start, end]) => [start, end]),
    language,
    supported,
  };
  return { finding, unsupportedText: supported ? null : { in: part, pointer, language, judged } };
}

// A score that is missing or NaN is below every threshold, so it would let anything pass.
function checked(answer: Classification | undefined): Classification {
  const scores = answer?.scores;
  if (
    answer === undefined ||
    scores === undefined ||
    !LABELS.every((label) => isProbability(scores[label]))
  ) {
    throw new ToxicityGuardError(
      'CLASSIFIER_FAILED',
      'The classifier must answer each text with a score between 0 and 1 for every label.',
    );
  }
  return answer;
}

// The slack is for a classifier whose arithmetic ends a hair above 1.
function isProbability(score: unknown): boolean {
  return typeof score === 'number' && score >= -1e-6 && score <= 1 + 1e-6;
}
