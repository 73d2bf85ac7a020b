import { expect } from 'vitest';
import type { Question } from '../ask.js';
import type { Case } from '../case.js';
import { expectPassed, expectRefused, toxicContent, unavailable } from '../expect-answer.js';
import { withApp } from '../scene.js';

const KINDS = ['clean', 'toxic', 'flagged', 'failing', 'malformed', 'empty', 'form'] as const;

function question(index: number): Question {
  switch (KINDS[index % KINDS.length]) {
    case 'toxic':
      return { json: { comment: `REFUSE ${index}` } };
    case 'flagged':
      return { json: { comment: `RUDE ${index}` } };
    case 'failing':
      return { json: { comment: `FAIL ${index}` } };
    case 'malformed':
      return { body: `{"comment": "fine ${index}`, type: 'application/json' };
    case 'empty':
      return { json: { index } };
    case 'form':
      return { body: `index=${index}&title=fine&comment=REFUSE`, type: 'application/x-www-form-urlencoded' };
    default:
      return { json: { comment: `fine ${index}` } };
  }
}

/** Many requests at a time. */
export const load: readonly Case[] = [
  {
    name: '200 requests of every kind at a time keep apart',
    run: (harness) =>
      withApp(
        harness,
        { guard: { deadlineMs: 60_000, maxConcurrent: 50 } },
        async ({ ask, classifier, handled }) => {
          // The later ones overtake the earlier ones.
          classifier.before = async (text) => {
            const index = Number(/\d+/.exec(text)?.[0] ?? 0);
            for (let turn = 0; turn < 7 - (index % 8); turn++) await new Promise(setImmediate);
            if (text.startsWith('FAIL')) throw new Error('out of order');
          };
          const questions = Array.from({ length: 200 }, (_, index) => question(index));
          const answers = await Promise.all(questions.map((each) => ask('/comments', each)));
          for (const [index, answer] of answers.entries()) {
            const { json } = question(index);
            switch (KINDS[index % KINDS.length]) {
              case 'toxic':
              case 'form':
                expectRefused(answer, toxicContent('#/comment'));
                break;
              case 'failing':
                expectRefused(answer, unavailable('CLASSIFIER_FAILED'), '10');
                break;
              case 'malformed':
                expect(answer.status).toBe(400);
                break;
              case 'empty':
                expectPassed(answer, { body: json, toxicity: null });
                break;
              case 'flagged':
                expectPassed(answer, { body: json, toxicity: { action: 'flag' } });
                break;
              default:
                expectPassed(answer, { body: json, toxicity: { action: 'allow', findings: [] } });
            }
          }
          expect(handled()).toBe(answers.filter(({ status }) => status === 201).length);
        },
      ),
  },
];
