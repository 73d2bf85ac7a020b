import { inspect } from 'node:util';
import { expect } from 'vitest';
import { wordClassifier } from '../../../packages/core/test/guard-classifier.js';
import type { Case } from '../case.js';
import { expectPassed, expectRefused, unavailable } from '../expect-answer.js';
import { outputOf } from '../output.js';
import { event, withApp } from '../scene.js';

const json = { comment: 'fine' };

/** A text that nobody could write down by chance. */
const MARKED = 'REFUSE-5f0c-the-text-of-the-request';

/** What happens where no verdict can be reached, and where the client does not wait for it. */
export const faults: readonly Case[] = [
  {
    name: 'a classifier that fails: 503, and when to come back',
    run: (harness) =>
      withApp(harness, {}, async ({ ask, classifier, handled }) => {
        classifier.before = () => Promise.reject(new Error('out of order'));
        expectRefused(await ask('/comments', { json }), unavailable('CLASSIFIER_FAILED'), '10');
        expect(handled()).toBe(0);
      }),
  },
  {
    name: 'a classifier that fails where failure is open: passes, marked',
    run: (harness) =>
      withApp(harness, { guard: { failure: 'open' } }, async ({ ask, classifier }) => {
        classifier.before = () => Promise.reject(new Error('out of order'));
        expectPassed(await ask('/comments', { json }), {
          body: json,
          toxicity: { action: 'unavailable', error: { code: 'CLASSIFIER_FAILED' } },
        });
      }),
  },
  {
    name: 'a classifier slower than the deadline: 503, and the signal tells it',
    run: (harness) =>
      withApp(harness, { guard: { deadlineMs: 50 } }, async ({ ask, classifier, handled }) => {
        let signal: AbortSignal | undefined;
        classifier.before = (_text, options) => {
          signal = options.signal;
          return new Promise(() => undefined);
        };
        expectRefused(await ask('/comments', { json }), unavailable('DEADLINE_EXCEEDED'), '1');
        expect(signal?.aborted).toBe(true);
        expect(handled()).toBe(0);
      }),
  },
  {
    name: 'a classifier slower than the deadline where failure is open: passes, marked',
    run: (harness) =>
      withApp(harness, { guard: { deadlineMs: 50, failure: 'open' } }, async ({ ask, classifier }) => {
        classifier.before = () => new Promise(() => undefined);
        expectPassed(await ask('/comments', { json }), {
          toxicity: { action: 'unavailable', error: { code: 'DEADLINE_EXCEEDED' } },
        });
      }),
  },
  ...(['closed', 'open'] as const).map(
    (failure): Case => ({
      name: `more requests than may wait, where failure is ${failure}: the answer comes at once`,
      run: (harness) =>
        withApp(
          harness,
          { guard: { maxConcurrent: 1, maxQueued: 0, deadlineMs: 60_000, failure } },
          async ({ ask, classifier, soon }) => {
            const started = event();
            const release = event();
            classifier.before = () => {
              started.happen();
              return release.promise;
            };
            const first = ask('/comments', { json });
            // Kept from failing unheard where something below fails first.
            first.catch(() => undefined);
            try {
              await soon(started.promise, 'The first judgement');
              const second = await ask('/comments', { json });
              if (failure === 'closed') expectRefused(second, unavailable('OVERLOADED'), '1');
              else
                expectPassed(second, { toxicity: { action: 'unavailable', error: { code: 'OVERLOADED' } } });
            } finally {
              release.happen();
            }
            expectPassed(await first, { toxicity: { action: 'allow' } });
          },
        ),
    }),
  ),
  ...(['closed', 'open'] as const).map(
    (failure): Case => ({
      name: `a client that goes in mid-judgement is judged no further, where failure is ${failure}`,
      run: (harness) => {
        const decided = event<string | undefined>();
        const guard = {
          deadlineMs: 60_000,
          failure,
          onDecision: ({ error }: { error: { code: string } | null }) => decided.happen(error?.code),
        };
        return withApp(harness, { guard }, async ({ ask, send, classifier, handled, log, soon }) => {
          const started = event<AbortSignal | undefined>();
          const release = event();
          classifier.before = (_text, { signal }) => {
            started.happen(signal);
            return release.promise;
          };
          const leave = send('/comments', { json });
          try {
            const signal = await soon(started.promise, 'The judgement');
            leave();
            expect(await soon(decided.promise, 'The decision')).toBe('ABORTED');
            expect(signal?.aborted).toBe(true);
          } finally {
            release.happen();
          }
          expectPassed(await ask('/comments', { json }), { toxicity: { action: 'allow' } });
          expect(handled()).toBe(1);
          expect(log.join('\n')).not.toMatch(/ERR_HTTP_HEADERS_SENT|ERR_STREAM/);
        });
      },
    }),
  ),
  {
    name: 'nothing that is written holds a text: no log, no console, no header, no refusal',
    run: (harness) =>
      withApp(
        harness,
        { guard: { failure: 'open', maxTextLength: 200 } },
        async ({ ask, classifier, log }) => {
          const { output, result: answers } = await outputOf(async () => {
            const refused = await ask('/comments', { json: { comment: MARKED } });
            const tooLong = await ask('/comments', { json: { comment: MARKED.repeat(10) } });
            classifier.before = () => Promise.reject(new Error(MARKED, { cause: MARKED }));
            const failed = await ask('/comments', { json: { comment: MARKED } });
            expectPassed(failed, { toxicity: { action: 'unavailable' } });
            // The handler's own echo, which is to hold it.
            const { toxicity } = JSON.parse(failed.text);
            return [refused, tooLong, { headers: failed.headers, toxicity }];
          });
          expect(answers).toMatchObject([{ status: 422 }, { status: 413 }, {}]);
          expect(inspect([answers, output, log], { depth: null, maxStringLength: null })).not.toContain(
            '5f0c',
          );
        },
      ),
  },
  {
    name: "closing twice does no harm, and the application's own classifier stays open",
    run: (harness) =>
      withApp(harness, {}, async ({ ask, classifier, close, soon }) => {
        await ask('/comments', { json });
        await soon(close(), 'The end of closing');
        await soon(close(), 'The end of closing again');
        expect(classifier.closes).toBe(0);
        await expect(ask('/comments', { json })).rejects.toThrow('ECONNREFUSED');
      }),
  },
  {
    name: 'closing waits for the judgement that is under way',
    run: (harness) => {
      const classifier = wordClassifier();
      return withApp(harness, { guard: { classifier, deadlineMs: 60_000 } }, async ({ ask, close, soon }) => {
        const started = event();
        const release = event();
        classifier.before = () => {
          started.happen();
          return release.promise;
        };
        const asked = ask('/comments', { json });
        asked.catch(() => undefined);
        let closing: Promise<void> | undefined;
        try {
          await soon(started.promise, 'The judgement');
          closing = close();
        } finally {
          release.happen();
        }
        expectPassed(await asked, { toxicity: { action: 'allow' } });
        await soon(closing, 'The end of closing');
      });
    },
  },
];
