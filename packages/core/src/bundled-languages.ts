import { fileURLToPath } from 'node:url';

/** The n-grams by which languages are told apart, part of this package. */
export const BUNDLED_LANGUAGES = fileURLToPath(new URL('../languages/ngrams.safetensors', import.meta.url));
