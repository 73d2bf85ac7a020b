import { ToxicityGuardError } from '@toxicity-guard/core';

/** The error of a file that is no model, or only a part of one. */
export function damaged(file: string, problem: string, cause?: unknown): ToxicityGuardError {
  return new ToxicityGuardError('MODEL_UNREADABLE', `${file} cannot be read: ${problem}`, { cause });
}

/** The error of a model that would answer differently, or not at all, in TensorFlow.js. */
export function unsupported(file: string, problem: string): ToxicityGuardError {
  return new ToxicityGuardError('MODEL_INCOMPATIBLE', `${file} cannot be imported: ${problem}`);
}
