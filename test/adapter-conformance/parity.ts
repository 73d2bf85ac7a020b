import type { GuardOptions } from '@toxicity-guard/core';
import { describe, expect, it } from 'vitest';
import { wordClassifier } from '../../packages/core/test/guard-classifier.js';
import { type Answer, ask, type Question } from './ask.js';
import { headersOf } from './expect-answer.js';
import type { Capabilities, Harness, Plan } from './harness.js';

/** A request that every adapter must answer alike, to the byte. */
interface Likeness {
  readonly name: string;
  readonly needs?: keyof Capabilities;
  readonly guard?: GuardOptions;
  readonly refusal?: Plan['refusal'];
  readonly path?: string;
  readonly question: Question;
  /** What must be alike. A framework answers its own errors in its own way: there only the status is. */
  readonly in: 'everything' | 'status';
}

const fine = { json: { comment: 'fine' } };
const toxic = { json: { comment: 'REFUSE' } };
const failing = () => wordClassifier(() => Promise.reject(new Error('out of order')));
const hanging = () => wordClassifier(() => new Promise(() => undefined));

const everything: Omit<Likeness, 'in'>[] = [
  { name: 'a clean comment', question: fine },
  { name: 'a comment to flag', question: { json: { comment: 'so RUDE', title: 'fine' } } },
  { name: 'a body without text', question: { json: { n: 1 } } },
  { name: 'a toxic comment', question: toxic },
  { name: 'a toxic text', question: { body: 'REFUSE', type: 'text/plain' } },
  {
    name: 'toxic texts under odd keys',
    question: {
      json: { 'a/b~c': { 'ключ %#"': ['REFUSE'] }, '\ud800': 'REFUSE', ['k'.repeat(300)]: 'REFUSE' },
    },
  },
  { name: 'more toxic texts than a refusal names', question: { json: Array(60).fill('REFUSE') } },
  {
    name: 'a toxic form',
    question: { body: 'a=fine&comment=REFUSE', type: 'application/x-www-form-urlencoded' },
  },
  { name: 'mode flag', guard: { mode: 'flag' }, question: toxic },
  { name: 'mode shadow', guard: { mode: 'shadow' }, question: toxic },
  {
    name: 'a toxic query',
    guard: { fields: { query: true, params: true } },
    path: '/people/RUDE?q=REFUSE&q=fine',
    question: {},
  },
  { name: 'too long a text', guard: { maxTextLength: 3 }, question: fine },
  { name: 'too many texts', guard: { maxFields: 1 }, question: { json: ['fine', 'fine'] } },
  { name: 'a classifier that fails', guard: { classifier: failing() }, question: fine },
  {
    name: 'a classifier that fails, where failure is open',
    guard: { classifier: failing(), failure: 'open' },
    question: fine,
  },
  { name: 'a classifier that is slow', guard: { classifier: hanging(), deadlineMs: 20 }, question: fine },
  {
    name: 'a model that cannot be read',
    guard: { classifier: { model: '/there/is/no/model' } },
    question: fine,
  },
  { name: "an application's own refusal", needs: 'refusal', refusal: 'answers', question: toxic },
  {
    name: 'a type that nothing parses',
    needs: 'answersUnsupported',
    question: { body: '<c>fine</c>', type: 'application/xml' },
  },
];

const status: Omit<Likeness, 'in'>[] = [
  { name: 'malformed JSON', question: { body: '{"comment": "REFUSE', type: 'application/json' } },
  {
    name: 'a type that nothing parses, whoever answers',
    question: { body: '<c/>', type: 'application/xml' },
  },
  {
    name: 'a mistake of the server',
    guard: {
      thresholds: () => {
        throw new RangeError('of the application');
      },
    },
    question: fine,
  },
  { name: 'a body larger than is read', question: { json: 'a'.repeat(6_000_000) } },
];

export const LIKENESSES: readonly Likeness[] = [
  ...everything.map((likeness) => ({ ...likeness, in: 'everything' }) as const),
  ...status.map((likeness) => ({ ...likeness, in: 'status' }) as const),
];

/** Holds a harness's answers to another's. */
export function parity(reference: Harness, harness: Harness): void {
  describe(`the answers of ${harness.name} and of ${reference.name}`, () => {
    for (const likeness of LIKENESSES) {
      const { name, needs } = likeness;
      const able = needs === undefined ? true : harness.capabilities[needs];
      if (able !== true) it.skip(`to ${name} (${able})`);
      else {
        it(`to ${name} have the same ${likeness.in === 'status' ? 'status' : 'bytes'}`, async () => {
          expect(await answerOf(harness, likeness)).toEqual(await answerOf(reference, likeness));
        });
      }
    }
  });
}

async function answerOf(
  harness: Harness,
  { guard, refusal, path = '/comments', question, in: what }: Likeness,
): Promise<object> {
  const app = await harness.create({
    guard: { classifier: wordClassifier(), ...guard },
    ...(refusal !== undefined && { refusal }),
  });
  try {
    const answer = await ask(app.url + path, question, harness.patienceMs ?? 15_000);
    return what === 'status' ? { status: answer.status } : visible(answer);
  } finally {
    await app.close();
  }
}

function visible(answer: Answer): object {
  const { status, text } = answer;
  const headers = headersOf(answer);
  // What a handler answers has whatever headers its framework adds.
  return { status, text, headers: status === 201 || status === 451 ? headers['content-type'] : headers };
}
