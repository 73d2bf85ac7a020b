import { LABELS } from '@toxicity-guard/core';

const object = (properties, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const label = { type: 'string', enum: [...LABELS] };
const score = { type: 'number', minimum: 0, maximum: 1 };
const action = { type: 'string', enum: ['allow', 'flag', 'reject'] };
const span = { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 2, maxItems: 2 };
const scores = object(Object.fromEntries(LABELS.map((name) => [name, score])));
const spans = {
  type: 'array',
  items: span,
  description: 'The words that drive the scores up, in UTF-16 units',
};

const prediction = object({
  action: { ...action, description: 'What the default thresholds make of it' },
  labels: { type: 'array', items: label, description: 'The labels at their flag threshold or over' },
  scores: { ...scores, description: 'Calibrated probabilities' },
  spans,
  model: { type: 'string', description: 'The model that judged' },
});

const problem = {
  description: 'What went wrong',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          detail: { type: 'string' },
        },
        required: ['type', 'title', 'status'],
      },
    },
  },
};

const json = (description, schema) => ({ description, content: { 'application/json': { schema } } });

/** One line of an answer in JSON lines. */
const line = {
  oneOf: [
    object({ number: { type: 'integer', minimum: 1 }, prediction }),
    object({
      number: { type: 'integer', minimum: 1 },
      error: object({ code: { type: 'string' }, message: { type: 'string' } }),
    }),
  ],
};
const lines = {
  description:
    'One JSON object a line, each of this schema, in the order of the texts. `number` counts the lines of a `.txt` or `.jsonl`, and the records of a `.csv`, from 1.',
  content: { 'application/x-ndjson': { schema: line } },
};

/** The schemas that routes share: each checks what comes in, writes what goes out, and documents both. */
export const schemas = { object, label, score, scores, spans, action, prediction, problem, json, lines };
