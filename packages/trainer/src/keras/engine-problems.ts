import { isToxicityGuardError } from '@toxicity-guard/core';
import { planOf } from '@toxicity-guard/core/training';
import type { ImportedInput, ImportedOutput } from './describe.js';
import type { LayersModelJson } from './model-json.js';

/** Why an engine cannot run a model; `undefined` where it can. */
export interface EngineProblems {
  readonly foldedKeras: string | undefined;
  readonly tensorflow: string | undefined;
}

/** Activations whose numbers are probabilities. */
const PROBABILITIES = new Set(['sigmoid', 'hard_sigmoid', 'softmax']);

/** Looks for what keeps the engines of `@toxicity-guard/core` from running a model. */
export function engineProblems(
  json: LayersModelJson,
  inputs: readonly ImportedInput[],
  outputs: readonly ImportedOutput[],
): EngineProblems {
  return { foldedKeras: foldingProblem(json), tensorflow: sequenceProblem(inputs, outputs) };
}

/** Asks the engine itself. It looks at the layers alone, so that no weights are read again. */
function foldingProblem(json: LayersModelJson): string | undefined {
  const specs = json.weightsManifest[0].weights;
  try {
    planOf({ file: 'model.json', id: '', json, specs, weights: new Uint8Array() }, undefined);
    return undefined;
  } catch (error) {
    if (isToxicityGuardError(error) && error.code === 'MODEL_INCOMPATIBLE') return error.message;
    throw error;
  }
}

function sequenceProblem(
  inputs: readonly ImportedInput[],
  outputs: readonly ImportedOutput[],
): string | undefined {
  const [input] = inputs;
  if (inputs.length > 1) return `The network has ${inputs.length} inputs, not one`;
  if (input?.kind === 'numbers') return `Its input ${input.name} is no sequence of words`;
  const other = outputs.find(({ activation, shape }) => !PROBABILITIES.has(activation) || shape.length !== 1);
  return other && `Its output ${other.name} is no list of probabilities`;
}
