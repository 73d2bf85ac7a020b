import { expect } from 'vitest';
import type { Case } from '../case.js';
import { expectPassed, expectRefused, toxicContent } from '../expect-answer.js';
import { withApp } from '../scene.js';

/** What becomes of a clean, a toxic and a flagged comment, in each mode. */
export const verdicts: readonly Case[] = [
  {
    name: 'a clean comment reaches its handler, judged once and marked',
    run: (harness) =>
      withApp(harness, {}, async ({ ask, classifier, handled }) => {
        const answer = await ask('/comments', { json: { comment: 'a kind word' } });
        expectPassed(answer, {
          body: { comment: 'a kind word' },
          toxicity: { action: 'allow', mode: 'reject', findings: [], model: 'words-1' },
        });
        expect(classifier.seen).toEqual(['a kind word']);
        expect(handled()).toBe(1);
      }),
  },
  {
    name: 'a toxic comment is refused with exactly this answer, and no handler runs',
    run: (harness) =>
      withApp(harness, {}, async ({ ask, classifier, handled }) => {
        const answer = await ask('/comments', { json: { comment: 'please REFUSE this' } });
        expectRefused(answer, toxicContent('#/comment'));
        expect(classifier.seen).toEqual(['please REFUSE this']);
        expect(handled()).toBe(0);
      }),
  },
  {
    name: 'a comment to flag passes with its mark',
    run: (harness) =>
      withApp(harness, {}, async ({ ask }) => {
        expectPassed(await ask('/comments', { json: { comment: 'RUDE' } }), {
          body: { comment: 'RUDE' },
          toxicity: {
            action: 'flag',
            findings: [
              { in: 'body', pointer: '/comment', action: 'flag', labels: ['toxic'], spans: [[0, 4]] },
            ],
            problem: null,
          },
        });
      }),
  },
  {
    name: 'mode flag lets a toxic comment pass, marked',
    run: (harness) =>
      withApp(harness, { guard: { mode: 'flag' } }, async ({ ask }) => {
        expectPassed(await ask('/comments', { json: { comment: 'REFUSE' } }), {
          toxicity: { action: 'flag', mode: 'flag', findings: [{ action: 'reject' }], problem: null },
        });
      }),
  },
  {
    name: 'mode shadow changes nothing and tells the hook',
    run: (harness) =>
      withApp(harness, { guard: { mode: 'shadow' } }, async ({ ask, decisions }) => {
        const answer = await ask('/comments', { json: { comment: 'REFUSE' } });
        expectPassed(answer, { body: { comment: 'REFUSE' }, toxicity: null });
        expect(decisions).toMatchObject([{ action: 'reject', mode: 'shadow', status: null }]);
      }),
  },
  {
    name: 'a mode that is a function of the request is asked for each',
    run: (harness) =>
      withApp(
        harness,
        {
          guard: {
            mode: async ({ headers }) =>
              (headers as Record<string, string>)['x-trusted'] === 'yes' ? 'flag' : 'reject',
          },
        },
        async ({ ask }) => {
          const json = { comment: 'REFUSE' };
          expectRefused(await ask('/comments', { json }), toxicContent('#/comment'));
          expectPassed(await ask('/comments', { json, headers: { 'X-Trusted': 'yes' } }), {
            toxicity: { action: 'flag', mode: 'flag' },
          });
        },
      ),
  },
];
