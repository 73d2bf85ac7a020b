import { count, table } from '../evaluation/markdown.js';
import type { ImportedInput } from './describe.js';
import type { EngineProblems } from './engine-problems.js';
import type { ImportedModel } from './import-keras.js';
import { showShape } from './layers/converted.js';

/** An imported model in words, as the command line shows it. */
export function summariseImport({
  keras,
  layers,
  parameters,
  inputs,
  outputs,
  problems,
}: ImportedModel): string {
  return [
    table(
      ['layer', 'class', 'output', 'parameters'],
      layers.map((layer) => [layer.name, layer.kind, showShape(layer.output), count(layer.parameters)]),
    ),
    '',
    `Saved by Keras ${keras}; ${count(parameters)} parameters.`,
    ...inputs.map((input) => `Input ${input.name}: ${describeInput(input)}.`),
    ...outputs.map(({ name, shape, activation }) => `Output ${name}: ${showShape(shape)}, ${activation}.`),
    ...describeEngines(problems),
    '',
  ].join('\n');
}

function describeInput({ kind, length, dimensions, words }: ImportedInput): string {
  const places = length === null ? 'any number of' : count(length);
  if (kind === 'indexes') return `${places} word indexes below ${count(words)}`;
  return kind === 'vectors' ? `${places} vectors of ${count(dimensions)} numbers` : `${places} numbers`;
}

function describeEngines({ foldedKeras, tensorflow }: EngineProblems): string[] {
  return [
    foldedKeras === undefined
      ? 'foldedKeras() runs it, without TensorFlow.'
      : `foldedKeras() does not run it. ${foldedKeras}.`,
    tensorflow === undefined ? 'tensorflow() runs it.' : `tensorflow() does not run it. ${tensorflow}.`,
  ];
}
