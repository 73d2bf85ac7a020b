import { readFileSync } from 'node:fs';

export const LENGTHS = ['short', 'medium', 'long'] as const;
export type Length = (typeof LENGTHS)[number];

/** Sentences of our own, such as people post: English by its kind, other languages by their length. */
export const samples: {
  readonly english: Readonly<Record<string, readonly string[]>>;
  readonly others: Readonly<Record<string, Readonly<Record<Length, readonly string[]>>>>;
} = JSON.parse(readFileSync(new URL('../../../bench/language-samples.json', import.meta.url), 'utf8'));

export const english: readonly string[] = Object.values(samples.english).flat();
export const others: readonly string[] = Object.values(samples.others).flatMap((byLength) =>
  Object.values(byLength).flat(),
);

/** Up to 3 words, 4 to 8, more. */
export function lengthOf(text: string): Length {
  const words = text.split(/\s+/).length;
  if (words <= 3) return 'short';
  return words <= 8 ? 'medium' : 'long';
}
