import { type Check, oneOf } from '../check.js';
import type { Verdict } from '../policy/thresholds.js';

/** What becomes of a text in a language that the model does not know. */
export type UnsupportedLanguage = 'judge' | 'flag' | 'allow';

/** The check of the `unsupportedLanguage` option. */
export const anUnsupportedLanguage: Check<UnsupportedLanguage> = oneOf('judge', 'flag', 'allow');

/** The finding of a text that only its language flags: no label was reached. */
const FLAGGED: Verdict = { action: 'flag', labels: [] };

/**
 * What becomes of a text in a language that the model does not know, given what its scores say. A refusal stands
 * under every choice: an insult in English must not pass because foreign words stand around it.
 */
export function verdictOnUnsupported(verdict: Verdict | null, choice: UnsupportedLanguage): Verdict | null {
  if (choice === 'judge' || verdict?.action === 'reject') return verdict;
  return choice === 'flag' ? (verdict ?? FLAGGED) : null;
}
