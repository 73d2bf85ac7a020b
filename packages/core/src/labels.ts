/**
 * The six labels, in the order in which every list of scores, thresholds and weights keeps them.
 * Their meaning is that of the Jigsaw toxic-comment challenge (2018).
 *
 * @example
 * LABELS.join() // 'toxic,severe_toxic,obscene,threat,insult,identity_hate'
 */
export const LABELS = ['toxic', 'severe_toxic', 'obscene', 'threat', 'insult', 'identity_hate'] as const;

/** One of {@link LABELS}. */
export type Label = (typeof LABELS)[number];

/** One calibrated probability, 0 to 1, for each label. */
export type Scores = Record<Label, number>;

/** Characters `[start, end)` of the original text, in UTF-16 code units, as `String.prototype.slice` takes them. */
export type Span = [start: number, end: number];
