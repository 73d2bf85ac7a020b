import type { VocabularyEntry } from '@toxicity-guard/core';
import { expect } from 'vitest';

/** Made-up words with vectors of three numbers that four bytes hold exactly. */
export function madeUp(count: number, first = 0): VocabularyEntry[] {
  return Array.from({ length: count }, (_, at) => ({
    word: `word${first + at}`,
    index: first + at,
    vector: Float32Array.of(first + at, -at / 3, Math.fround(1e-30)),
  }));
}

export const MADE_UP = { model: 'made-up', dimensions: 3, encoding: 'float32' } as const;

/** A database on a busy machine may take its time. */
export const PATIENT = { deadlineMs: 60_000 };

/** Expects an error by its code. */
export function coded(code: string): object {
  return expect.objectContaining({ name: 'ToxicityGuardError', code });
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
