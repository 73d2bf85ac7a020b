import { BUNDLED_MODEL } from '../bundled-model.js';
import { anInteger, aString, checkOptions, fail } from '../check.js';
import type { SequenceEngine } from '../engine/sequence-network.js';
import { anOverlay, type OverlayOption, withOverlay } from '../overlay/with-overlay.js';
import { aVocabulary, type KeyvVocabulary } from '../vocabulary/keyv-vocabulary.js';
import type { Classifier } from './classification.js';
import { FoldedClassifier } from './folded-classifier.js';
import { createSequenceClassifier, type SequenceOptions, sequenceChecks } from './sequence-classifier.js';

/** Options of {@link createClassifier}. */
export interface ClassifierOptions extends SequenceOptions {
  /**
   * Folder of the model, absolute or relative to the working directory; not with an `engine`, which brings its own.
   * Default: the bundled model.
   */
  readonly model?: string;
  /**
   * Where the model's words are, made by `keyvVocabulary()`; it stays yours to close. Default: the model's folder, or
   * with an `engine` the `wordIndex` of the tokenizer.
   */
  readonly vocabulary?: KeyvVocabulary;
  /** Longest text that is judged, in UTF-16 units; a longer one rejects with `TEXT_TOO_LONG`. Default 1,000,000. */
  readonly maxTextLength?: number;
  /**
   * The site's own words: entries, or what `keyvOverlay()` or `memoryOverlay()` makes, which stays yours to close.
   * Default: none.
   */
  readonly overlay?: OverlayOption;
}

const DEFAULT_MAX_TEXT_LENGTH = 1_000_000;

/**
 * Makes a classifier. It reads its model on first use, once; a failed load is forgotten and tried again at
 * the next call.
 *
 * @throws {TypeError} when an option is unknown or of the wrong type.
 * @example
 * const classifier = createClassifier();
 * const { scores } = await classifier.classify('Thank you, that was kind of you.');
 * scores.toxic < 0.5 // true
 */
export function createClassifier(options: ClassifierOptions = {}): Classifier {
  const checked = checkOptions<ClassifierOptions>(options, {
    model: aString,
    vocabulary: aVocabulary,
    maxTextLength: anInteger(1),
    overlay: anOverlay,
    ...sequenceChecks,
  });
  const { maxTextLength = DEFAULT_MAX_TEXT_LENGTH, overlay } = checked;
  const classifier = isSequence(checked)
    ? createSequenceClassifier({ ...checked, maxTextLength })
    : new FoldedClassifier(checked.model ?? BUNDLED_MODEL, maxTextLength, checked.vocabulary);
  return overlay === undefined ? classifier : withOverlay(classifier, overlay, { maxTextLength });
}

/** Whether the options ask for an engine; those that only go with one do not go alone, and the other way round. */
function isSequence(options: ClassifierOptions): options is ClassifierOptions & { engine: SequenceEngine } {
  if (options.engine !== undefined) {
    if (options.model !== undefined) fail('model', 'be absent where there is an `engine`', options.model);
    return true;
  }
  const lone = Object.keys(sequenceChecks).find((key) => options[key as keyof SequenceOptions] !== undefined);
  if (lone !== undefined) {
    fail(lone, 'be absent where there is no `engine`', options[lone as keyof SequenceOptions]);
  }
  return false;
}
