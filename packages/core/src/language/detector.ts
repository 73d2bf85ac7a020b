import { ToxicityGuardError } from '../errors.js';
import type { Ngrams } from './ngrams.js';
import { DENSE, sampleOf, tellingWords } from './words.js';

/** What the bundled model was trained on, and what is taken of a classifier that does not tell. */
export const MODEL_LANGUAGES: readonly string[] = ['en'];

/** The tag of BCP 47 for a language that cannot be told. */
const UNDETERMINED = 'und';

/**
 * By how much a foreign language must outscore the supported ones in Latin script: the n-grams of two to four
 * words. Below it a text counts as supported. docs/guide/languages.md has the error rates that this brings.
 */
const EVIDENCE = 250;

const LATIN = /\p{Script=Latin}/u;
const MARKS = /\p{M}+/gu;

/** What a text's language is. */
export interface Detection {
  /** A BCP 47 tag, `und` where it cannot be told. */
  readonly language: string;
  /** `false` where the text is in another language than the supported ones, with some certainty. */
  readonly supported: boolean;
}

/** Tells whether texts are in one of some languages. */
export class LanguageDetector {
  readonly #supported: ReadonlySet<string>;
  /** Their numbers in the table of n-grams. */
  readonly #numbers: readonly number[];
  /** Whether a supported language is written in Latin letters, and whether one is in others. */
  readonly #latin: boolean;
  readonly #other: boolean;

  /**
   * @param languages those that are supported, as BCP 47 tags.
   * @throws {ToxicityGuardError} `CLASSIFIER_FAILED` where they are no such tags.
   */
  constructor(
    private readonly ngrams: Ngrams,
    readonly languages: readonly string[],
  ) {
    const locales = toLocales(languages);
    this.#supported = new Set(locales.map(({ language }) => language));
    this.#numbers = [...ngrams.codes.keys()].filter((number) =>
      this.#supported.has(ngrams.codes[number] as string),
    );
    const latin = locales.map((locale) => locale.maximize().script === 'Latn');
    this.#latin = latin.includes(true);
    this.#other = latin.includes(false);
  }

  /**
   * Looks at a bounded part of a text, so its time is bounded too.
   *
   * @example
   * detector.detect('Je ne suis pas du tout d’accord avec toi') // { language: 'fr', supported: false }
   * detector.detect('ok lol')                                  // { language: 'und', supported: true }
   */
  detect(text: string): Detection {
    const { words, latin } = inMainScript(tellingWords(sampleOf(text)));
    if (words.length === 0) return { language: UNDETERMINED, supported: true };
    const { codes } = this.ngrams;
    const totals = this.ngrams.score(words.join(' ').toLowerCase().replace(MARKS, ' '));
    let score = 0;
    let language = UNDETERMINED;
    for (let number = 0; number < codes.length; number++) {
      if ((totals[number] as number) <= score) continue;
      score = totals[number] as number;
      language = codes[number] as string;
    }
    const known = this.#numbers.reduce((most, number) => Math.max(most, totals[number] as number), 0);
    if (this.#supported.has(language)) return { language, supported: true };
    // In a script of which no supported language is, two letters are enough.
    const readable = latin ? this.#latin : this.#other;
    if (!readable || score - known >= EVIDENCE) return { language, supported: false };
    return { language: UNDETERMINED, supported: true };
  }
}

/**
 * The words of the script that most of a text is in: Latin, or any other. A word with one Latin letter is Latin,
 * since disguises mix in others that look like it.
 */
function inMainScript(words: readonly string[]): { words: readonly string[]; latin: boolean } {
  const latin: string[] = [];
  const other: string[] = [];
  let latinLength = 0;
  let otherLength = 0;
  for (const word of words) {
    if (LATIN.test(word)) {
      latin.push(word);
      latinLength += word.length;
    } else {
      other.push(word);
      otherLength += word.length * (DENSE.test(word) ? 2 : 1);
    }
  }
  return otherLength > latinLength ? { words: other, latin: false } : { words: latin, latin: true };
}

function toLocales(languages: unknown): Intl.Locale[] {
  try {
    return (languages as readonly string[]).map((tag) => new Intl.Locale(tag));
  } catch (cause) {
    throw new ToxicityGuardError(
      'CLASSIFIER_FAILED',
      'The classifier must tell its languages as BCP 47 tags.',
      {
        cause,
      },
    );
  }
}
