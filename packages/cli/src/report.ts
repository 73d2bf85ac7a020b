import { ToxicityGuardError } from '@toxicity-guard/core';

/** Writes a failure as one sentence to standard error and sets exit code 1: a stack helps nobody at a shell. */
export function report(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof ToxicityGuardError ? ` (${error.code})` : '';
  process.stderr.write(`toxicity-guard: ${message}${code}\n`);
  process.exitCode = 1;
}
