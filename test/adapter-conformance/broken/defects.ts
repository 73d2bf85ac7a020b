import type { Classifier, Decision } from '@toxicity-guard/core';
import { toGuardRequest } from '../../../packages/express/src/request.js';
import type { Steps } from './thin-adapter.js';

/** One way to be wrong, and the case that must notice it. */
export interface Defect {
  /** What such an adapter does. */
  readonly does: string;
  readonly noticedBy: string;
  readonly wrong: Partial<Steps>;
}

/** What the adapter below that shares state keeps of the last request, for all of them. */
let last: Decision;

/** What the last of the adapters below gives everything up with. */
const closing = new AbortController();

const TOXIC = 'a toxic comment is refused with exactly this answer, and no handler runs';
const CLEAN = 'a clean comment reaches its handler, judged once and marked';
const FAILING = 'a classifier that fails: 503, and when to come back';

export const DEFECTS: readonly Defect[] = [
  { does: 'never judges', noticedBy: TOXIC, wrong: { judge: (guard) => guard.judge({}) } },
  {
    does: 'judges and lets everything pass',
    noticedBy: TOXIC,
    wrong: { settle: (_decision, { next }) => next() },
  },
  {
    does: 'refuses and runs the handler too',
    noticedBy: TOXIC,
    wrong: {
      settle(decision, { res, next, refuse }) {
        if (decision.problem === null) return next();
        refuse();
        // The handler's answer comes to nothing.
        res.send = () => res;
        return next();
      },
    },
  },
  {
    does: 'quotes the text in its refusal',
    noticedBy: 'nothing that is written holds a text: no log, no console, no header, no refusal',
    wrong: {
      refuse: ({ problem }, res, req) => void res.status(422).json({ ...problem, text: req.body.comment }),
    },
  },
  {
    does: 'writes the text to the console',
    noticedBy: 'nothing that is written holds a text: no log, no console, no header, no refusal',
    wrong: {
      judge(guard, req, signal) {
        console.info('judging', req.body);
        return guard.judge(toGuardRequest(req), { signal });
      },
    },
  },
  {
    does: 'answers 400',
    noticedBy: TOXIC,
    wrong: { refuse: ({ problem }, res) => void res.status(400).json(problem) },
  },
  {
    does: 'refuses with a header too many',
    noticedBy: TOXIC,
    wrong: {
      refuse({ problem }, res) {
        res.set({ 'Cache-Control': 'no-store', ETag: '"1"' }).status(422);
        res.type('application/problem+json').end(JSON.stringify(problem));
      },
    },
  },
  {
    does: 'does not say when to come back',
    noticedBy: FAILING,
    wrong: {
      refuse({ problem, status }, res) {
        res.set('Cache-Control', 'no-store').status(status ?? 500);
        res.type('application/problem+json').end(JSON.stringify(problem));
      },
    },
  },
  {
    does: 'forgets what goes wrong later',
    noticedBy: "a refusal of its own that rejects reaches the framework's error path",
    wrong: { end: (promise) => void promise },
  },
  {
    does: 'swallows what goes wrong later',
    noticedBy: "a refusal of its own that rejects reaches the framework's error path",
    wrong: { end: (promise) => void promise.catch(() => undefined) },
  },
  {
    does: 'shares state between requests',
    noticedBy: '200 requests of every kind at a time keep apart',
    wrong: {
      async judge(guard, req, signal) {
        last = await guard.judge(toGuardRequest(req), { signal });
        for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
        return last;
      },
    },
  },
  {
    does: 'takes a classifier that fails for a verdict',
    noticedBy: FAILING,
    wrong: {
      settle: (decision, { next, refuse }) => (decision.action === 'reject' ? refuse() : next()),
    },
  },
  {
    does: 'answers 503 where failure is open',
    noticedBy: 'a classifier that fails where failure is open: passes, marked',
    wrong: { options: (options) => ({ ...options, failure: 'closed' }) },
  },
  {
    does: 'ignores the mode',
    noticedBy: 'mode shadow changes nothing and tells the hook',
    wrong: { options: (options) => ({ ...options, mode: 'reject' }) },
  },
  {
    does: 'marks in mode shadow',
    noticedBy: 'mode shadow changes nothing and tells the hook',
    wrong: {
      mark(req, decision) {
        req.toxicity = decision;
      },
    },
  },
  {
    does: 'leaves no mark',
    noticedBy: 'a comment to flag passes with its mark',
    wrong: { mark: () => undefined },
  },
  {
    does: 'wipes out an earlier mark',
    noticedBy: 'of two guards on one route each judges, and the graver mark stays',
    wrong: {
      mark(req, decision) {
        req.toxicity = decision;
      },
    },
  },
  {
    does: 'judges twice',
    noticedBy: CLEAN,
    wrong: {
      async judge(guard, req, signal) {
        await guard.judge(toGuardRequest(req), { signal });
        return await guard.judge(toGuardRequest(req), { signal });
      },
    },
  },
  {
    does: 'judges the top of a body only',
    noticedBy: 'a nested body is judged',
    wrong: {
      judge(guard, req, signal) {
        const top = Object.entries(req.body ?? {}).filter(([, value]) => typeof value === 'string');
        return guard.judge({ ...toGuardRequest(req), body: Object.fromEntries(top) }, { signal });
      },
    },
  },
  {
    does: 'marks what holds no text',
    noticedBy: 'an empty object is left alone',
    wrong: {
      mark(req, decision) {
        if (decision.mode !== 'shadow') req.toxicity = decision;
      },
    },
  },
  {
    does: 'ignores that a route has opted out',
    noticedBy: 'a route that opts out is not judged',
    wrong: { skips: () => false },
  },
  {
    does: 'does not notice that a client goes',
    noticedBy: 'a client that goes in mid-judgement is judged no further, where failure is closed',
    wrong: { judge: (guard, req) => guard.judge(toGuardRequest(req)) },
  },
  {
    does: 'runs the handler after the client has gone',
    noticedBy: 'a client that goes in mid-judgement is judged no further, where failure is open',
    wrong: {
      settle: (decision, { next, refuse }) => (decision.action === 'reject' ? refuse() : next()),
    },
  },
  {
    does: 'answers the mistake of the server itself',
    noticedBy:
      "fields that throw are the server's mistake, for the framework's error path, also where failure is open",
    wrong: {
      settle: (decision, { next, refuse }) => (decision.problem === null ? next() : refuse()),
    },
  },
  {
    does: "closes the application's own classifier",
    noticedBy: "closing twice does no harm, and the application's own classifier stays open",
    wrong: {
      async close(guard, { classifier }) {
        await guard.close();
        await (classifier as Classifier).close();
      },
    },
  },
  {
    does: 'gives up what is under way when it closes',
    noticedBy: 'closing waits for the judgement that is under way',
    wrong: {
      judge: (guard, req) => guard.judge(toGuardRequest(req), { signal: closing.signal }),
      async close(guard) {
        closing.abort();
        await guard.close();
      },
    },
  },
];
