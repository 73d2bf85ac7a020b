import { type Check, oneOf } from '../check.js';
import type { Mode } from '../guard/decision.js';

/** The check of a constant mode. */
export const aMode: Check<Mode> = oneOf('reject', 'flag', 'shadow');
