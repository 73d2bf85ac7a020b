import type { LanguageDetector } from '../language/detector.js';
import type { Comment } from './perspective-requests.js';

/** The languages of a comment. */
export interface CommentLanguages {
  /** Those that the request names, or else the one detected. */
  readonly used: readonly string[];
  readonly detected: readonly string[];
  /** Those used that the model does not know. */
  readonly unknown: readonly string[];
  /** Where those used come from, in the words of an error. */
  readonly field: 'requestedLanguages' | 'detectedLanguages';
}

/** Tells the languages of a comment. What cannot be told counts as the model's own, and is called that. */
export function languagesOf({ text, languages }: Comment, detector: LanguageDetector): CommentLanguages {
  const { language, supported } = detector.detect(text);
  const detected = [supported && language === 'und' ? (detector.languages[0] as string) : language];
  if (languages.length === 0) {
    return { used: detected, detected, unknown: supported ? [] : detected, field: 'detectedLanguages' };
  }
  const known = new Set(detector.languages.map(languageOf));
  const unknown = languages.filter((tag) => !known.has(languageOf(tag)));
  return { used: languages, detected, unknown, field: 'requestedLanguages' };
}

/** `en` of `en-US`; nothing of what is no tag. */
function languageOf(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).language;
  } catch {
    return undefined;
  }
}
