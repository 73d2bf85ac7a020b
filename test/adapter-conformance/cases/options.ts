import type { ChosenField, GuardOptions } from '@toxicity-guard/core';
import { expect } from 'vitest';
import type { Case } from '../case.js';
import { expectPassed, expectRefused, toxicContent } from '../expect-answer.js';
import { ownRefusal } from '../harness.js';
import { withApp } from '../scene.js';

const json = { comment: 'REFUSE' };

const textOf = (body: unknown): ChosenField => ({
  pointer: '/said',
  text: (body as { comment: { text: string } }).comment.text,
});

const FIELDS: readonly (readonly [what: string, fields: GuardOptions['fields']])[] = [
  ['a function', ({ body }) => [textOf(body)]],
  [
    'a function that takes its time',
    async ({ body }) => {
      await new Promise((resolve) => setImmediate(resolve));
      return [textOf(body)];
    },
  ],
];

/** What an application sets: fields, its own refusal, other guards for other routes. */
export const options: readonly Case[] = [
  {
    name: 'fields that are patterns are judged, and no others',
    run: (harness) =>
      withApp(harness, { guard: { fields: ['/items/*/text'] } }, async ({ ask, classifier }) => {
        const items = (text: string) => ({ items: [{ text, note: 'REFUSE' }], comment: 'REFUSE' });
        expectPassed(await ask('/comments', { json: items('fine') }), { toxicity: { action: 'allow' } });
        expectRefused(await ask('/comments', { json: items('REFUSE') }), toxicContent('#/items/0/text'));
        expect(classifier.seen).toEqual(['fine', 'REFUSE']);
      }),
  },
  ...FIELDS.map(
    ([what, fields]): Case => ({
      name: `fields that are ${what} are judged`,
      run: (harness) =>
        withApp(harness, { guard: { fields } }, async ({ ask, classifier }) => {
          const comment = (text: string) => ({ comment: { text }, other: 'REFUSE' });
          expectPassed(await ask('/comments', { json: comment('fine') }), { toxicity: { action: 'allow' } });
          expectRefused(await ask('/comments', { json: comment('REFUSE') }), toxicContent('#/said'));
          expect(classifier.seen).toEqual(['fine', 'REFUSE']);
        }),
    }),
  ),
  {
    name: "fields that throw are the server's mistake, for the framework's error path, also where failure is open",
    run: (harness) =>
      withApp(
        harness,
        { guard: { fields: FIELDS[0]?.[1], failure: 'open' } },
        async ({ ask, log, handled }) => {
          const answer = await ask('/comments', { json: { other: 'REFUSE' } });
          expect(answer.status).toBe(500);
          expect(handled()).toBe(0);
          expect(log.join('\n')).toContain('The `fields` function threw TypeError');
          expect(log.join('\n') + answer.text).not.toContain('REFUSE');
        },
      ),
  },
  {
    name: "an application's own refusal answers in the place of the adapter's",
    needs: 'refusal',
    run: (harness) =>
      withApp(harness, { refusal: 'answers' }, async ({ ask, handled }) => {
        const answer = await ask('/comments', { json });
        expect([answer.status, answer.text]).toEqual([451, ownRefusal({ action: 'reject' })]);
        expect(handled()).toBe(0);
        expectPassed(await ask('/comments', { json: { comment: 'fine' } }), {
          toxicity: { action: 'allow' },
        });
      }),
  },
  ...(['throws', 'rejects'] as const).map(
    (refusal): Case => ({
      name: `a refusal of its own that ${refusal} reaches the framework's error path`,
      needs: 'refusal',
      run: (harness) =>
        withApp(harness, { refusal }, async ({ ask, log, handled }) => {
          expect((await ask('/comments', { json })).status).toBe(500);
          expect(log.join('\n')).toContain('RangeError');
          expect(handled()).toBe(0);
        }),
    }),
  ),
  {
    name: 'a refusal of its own may let pass, with the mark',
    needs: 'refusalPasses',
    run: (harness) =>
      withApp(harness, { refusal: 'passes' }, async ({ ask }) => {
        expectPassed(await ask('/comments', { json }), { toxicity: { action: 'reject' } });
      }),
  },
  {
    name: "a route's own guard stands in the place of the application's",
    run: (harness) =>
      withApp(harness, { own: { mode: 'flag' } }, async ({ ask, classifier }) => {
        expectPassed(await ask('/own', { json }), { toxicity: { action: 'flag', mode: 'flag' } });
        expectRefused(await ask('/comments', { json }), toxicContent('#/comment'));
        expect(classifier.seen).toEqual(['REFUSE', 'REFUSE']);
      }),
  },
  {
    name: 'a route that opts out is not judged',
    run: (harness) =>
      withApp(harness, {}, async ({ ask, classifier, decisions }) => {
        expectPassed(await ask('/unguarded', { json }), { body: json, toxicity: null });
        expect([classifier.seen, decisions]).toEqual([[], []]);
        expectRefused(await ask('/comments', { json }), toxicContent('#/comment'));
      }),
  },
  {
    name: 'two guards of different strictness in one application keep apart',
    run: (harness) =>
      withApp(
        harness,
        {
          guard: { thresholds: { reject: 0.99 } },
          own: { thresholds: { reject: 0.55, flag: 0.5 }, fields: ['/comment'] },
        },
        async ({ ask }) => {
          expectPassed(await ask('/comments', { json }), { toxicity: { action: 'flag' } });
          const answer = await ask('/own', { json: { comment: 'RUDE', other: 'REFUSE' } });
          expect(answer.status).toBe(422);
          expect(JSON.parse(answer.text).errors).toMatchObject([{ pointer: '#/comment', labels: ['toxic'] }]);
          expectPassed(await ask('/comments', { json: { comment: 'RUDE' } }), {
            toxicity: { action: 'flag' },
          });
        },
      ),
  },
  {
    name: 'of two guards on one route each judges, and the graver mark stays',
    needs: 'stacking',
    run: (harness) =>
      withApp(
        harness,
        { guard: { mode: 'flag' }, own: { mode: 'reject', fields: ['/title'] } },
        async ({ ask }) => {
          const both = (title: string, comment: string) => ask('/both', { json: { title, comment } });
          expectPassed(await both('fine', 'REFUSE'), { toxicity: { action: 'flag', mode: 'flag' } });
          expectPassed(await both('fine', 'fine'), { toxicity: { action: 'allow', mode: 'reject' } });
          expectRefused(await both('REFUSE', 'fine'), toxicContent('#/title'));
        },
      ),
  },
  {
    name: 'a guard that is registered twice answers as one',
    run: (harness) =>
      withApp(harness, { times: 2 }, async ({ ask, handled }) => {
        expectRefused(await ask('/comments', { json }), toxicContent('#/comment'));
        expect(handled()).toBe(0);
        expectPassed(await ask('/comments', { json: { comment: 'RUDE' } }), { toxicity: { action: 'flag' } });
        expect(handled()).toBe(1);
      }),
  },
  {
    name: 'a guard that is registered twice judges once',
    needs: 'judgesOnce',
    run: (harness) =>
      withApp(harness, { times: 2 }, async ({ ask, classifier, decisions }) => {
        await ask('/comments', { json: { comment: 'fine' } });
        expect(classifier.seen).toEqual(['fine']);
        expect(decisions).toHaveLength(1);
      }),
  },
];
