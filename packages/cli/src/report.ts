import { ToxicityGuardError } from '@toxicity-guard/core';
import { Interrupted } from './interrupted.js';

/** What shells give a program that SIGINT has ended. */
const INTERRUPTED = 130;

/** Writes a failure as one sentence to standard error and sets the exit code: a stack helps nobody at a shell. */
export function report(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof ToxicityGuardError ? ` (${error.code})` : '';
  process.stderr.write(`toxicity-guard: ${message}${code}\n`);
  process.exitCode = error instanceof Interrupted ? INTERRUPTED : 1;
}
