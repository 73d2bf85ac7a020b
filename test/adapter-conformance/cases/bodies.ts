import { expect } from 'vitest';
import type { Question } from '../ask.js';
import type { Case } from '../case.js';
import { expectPassed, expectRefused, TOO_LONG, toxicContent, toxicContentIn } from '../expect-answer.js';
import { withApp } from '../scene.js';

/** Requests that hold no text: they pass, unjudged and unmarked. */
const WITHOUT_TEXT: readonly (readonly [what: string, path: string, question: Question])[] = [
  ['POST without a body', '/comments', { method: 'POST' }],
  ['an empty object', '/comments', { json: {} }],
  ['an empty array', '/comments', { json: [] }],
  ['an empty comment', '/comments', { json: { comment: '' } }],
  ['what is no string', '/comments', { json: { a: 1, b: null, c: true, d: [2, { e: false }] } }],
  ['null', '/comments', { json: null }],
  ['only a secret', '/comments', { json: { password: 'REFUSE' } }],
  ...['GET', 'HEAD', 'OPTIONS', 'DELETE'].map(
    (method) => [`${method} without a body`, '/comments?q=REFUSE', { method }] as const,
  ),
];

/** Bodies in which `REFUSE` lies. */
const TOXIC: readonly (readonly [what: string, question: Question, pointers: string[]])[] = [
  ['a nested body', { json: { a: { 'b/c': { d: 'REFUSE' } } } }, ['#/a/b~1c/d']],
  ['an array', { json: ['fine', 'REFUSE'] }, ['#/1']],
  [
    'objects in an array',
    { json: { items: [{ text: 'REFUSE' }, { text: 'REFUSE' }] } },
    ['#/items/0/text', '#/items/1/text'],
  ],
  ['JSON that is a string', { json: 'REFUSE' }, ['#']],
  [
    'a form',
    { body: 'title=fine&comment=please+REFUSE', type: 'application/x-www-form-urlencoded' },
    ['#/comment'],
  ],
  ['a plain text', { body: 'please REFUSE', type: 'text/plain' }, ['#']],
  ['a PATCH', { method: 'PATCH', json: { comment: 'REFUSE' } }, ['#/comment']],
  ['a DELETE with a body', { method: 'DELETE', json: { comment: 'REFUSE' } }, ['#/comment']],
  [
    'a chunked body',
    { json: { comment: 'REFUSE' }, headers: { 'Transfer-Encoding': 'chunked' } },
    ['#/comment'],
  ],
];

const BOUNDARY = 'a-boundary';

function multipart(comment: string): Question {
  const part = (disposition: string, content: string) =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
  const body = `${part('name="title"', 'fine')}${part('name="comment"', comment)}${part(
    'name="photo"; filename="photo.png"\r\nContent-Type: image/png',
    'REFUSE',
  )}--${BOUNDARY}--\r\n`;
  return { body, type: `multipart/form-data; boundary=${BOUNDARY}` };
}

/** Which bodies are judged, and in which form they come. */
export const bodies: readonly Case[] = [
  ...WITHOUT_TEXT.map(
    ([what, path, question]): Case => ({
      name: `${what} is left alone`,
      run: (harness) =>
        withApp(harness, {}, async ({ ask, classifier, decisions, handled }) => {
          const answer = await ask(path, question);
          if (question.method === 'HEAD') expect([answer.status, answer.text]).toEqual([201, '']);
          else expectPassed(answer, { toxicity: null });
          expect([classifier.seen, decisions, handled()]).toEqual([[], [], 1]);
        }),
    }),
  ),
  ...TOXIC.map(
    ([what, question, pointers]): Case => ({
      name: `${what} is judged`,
      run: (harness) =>
        withApp(harness, {}, async ({ ask, handled }) => {
          expectRefused(await ask('/comments', question), toxicContent(...pointers));
          expect(handled()).toBe(0);
        }),
    }),
  ),
  {
    name: "the fields of a multipart form are judged after the framework's parser, its files are not",
    needs: 'multipart',
    run: (harness) =>
      withApp(harness, {}, async ({ ask, classifier }) => {
        expectPassed(await ask('/uploads', multipart('fine')), { toxicity: { action: 'allow' } });
        expectRefused(await ask('/uploads', multipart('REFUSE')), toxicContent('#/comment'));
        expect(classifier.seen).toEqual(['fine', 'fine', 'fine', 'REFUSE']);
      }),
  },
  {
    name: 'query and params are judged where they are asked for',
    run: (harness) =>
      withApp(
        harness,
        { guard: { fields: { query: ['/q'], params: true } } },
        async ({ ask, classifier }) => {
          expectRefused(await ask('/people/x?q=REFUSE'), toxicContentIn('query', '#/q'));
          expectRefused(await ask('/people/REFUSE?q=fine'), toxicContentIn('params', '#/name'));
          expectPassed(await ask('/people/x?q=fine&other=REFUSE'), { toxicity: { action: 'allow' } });
          expect(classifier.seen).toEqual(['REFUSE', 'x', 'fine', 'REFUSE', 'fine', 'x']);
        },
      ),
  },
  {
    name: "malformed JSON stays the framework's own 400, unjudged",
    run: (harness) =>
      withApp(harness, {}, async ({ ask, classifier, decisions, handled }) => {
        const answer = await ask('/comments', { body: '{"comment": "REFUSE', type: 'application/json' });
        expect(answer.status).toBe(400);
        expect(answer.headers['content-type']).not.toContain('problem+json');
        expect([classifier.seen, decisions, handled()]).toEqual([[], [], 0]);
      }),
  },
  {
    name: 'a body that holds text, of a type that nothing parses, is answered 415 also where failure is open',
    run: (harness) =>
      withApp(harness, { guard: { failure: 'open' } }, async ({ ask, handled }) => {
        const answer = await ask('/comments', { body: '<c>REFUSE</c>', type: 'application/xml' });
        expect(answer.status).toBe(415);
        expect(answer.text).not.toContain('REFUSE');
        expect(handled()).toBe(0);
      }),
  },
  {
    name: 'a very long text is judged whole',
    run: (harness) =>
      withApp(harness, { guard: { deadlineMs: 60_000 } }, async ({ ask }) => {
        const padding = 'a kind word '.repeat(75_000);
        expectPassed(await ask('/comments', { json: { comment: padding } }), {
          toxicity: { action: 'allow' },
        });
        expectRefused(
          await ask('/comments', { json: { comment: `${padding}REFUSE` } }),
          toxicContent('#/comment'),
        );
      }),
  },
  {
    name: 'a longer one is answered 413 also where failure is open',
    run: (harness) =>
      withApp(harness, { guard: { maxTextLength: 1_000, failure: 'open' } }, async ({ ask, classifier }) => {
        expectRefused(await ask('/comments', { json: { comment: 'a'.repeat(1_001) } }), TOO_LONG);
        expect(classifier.seen).toEqual([]);
      }),
  },
];
