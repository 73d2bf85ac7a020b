import type { Decision, GuardOptions } from '@toxicity-guard/core';
import { expect } from 'vitest';
import { type WordClassifier, wordClassifier } from '../../packages/core/test/guard-classifier.js';
import { type Answer, ask, type Question, send } from './ask.js';
import type { Harness, Plan } from './harness.js';

/** One application of a harness, and what happens in it. */
export interface Scene {
  /** The classifier of every guard of the application, unless the plan brings another. */
  readonly classifier: WordClassifier;
  /** Every decision of its guards, in order. */
  readonly decisions: readonly Decision[];
  /** How many requests have reached a handler. */
  handled(): number;
  /** What the framework has logged. */
  readonly log: readonly string[];
  ask(path: string, question?: Question): Promise<Answer>;
  /** Sends without waiting for an answer; the function breaks the request off. */
  send(path: string, question: Question): () => void;
  /** What a promise gives, or an error where it does not come. */
  soon<T>(promise: Promise<T>, what: string): Promise<T>;
  /** Closes the application, which happens at the end in any case. */
  close(): Promise<void>;
}

type ScenePlan = Omit<Plan, 'guard' | 'onHandled' | 'onLog'> & { readonly guard?: GuardOptions };

/** Plays a scene in an application of its own, and closes it after. Nothing may be left that fails unheard. */
export async function withApp(
  harness: Harness,
  plan: ScenePlan,
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const { patienceMs = 15_000 } = harness;
  const classifier = wordClassifier();
  const decisions: Decision[] = [];
  const log: string[] = [];
  let handled = 0;
  const equip = (options: GuardOptions): GuardOptions => ({
    classifier,
    onDecision: (decision) => decisions.push(decision),
    ...options,
  });
  const app = await harness.create({
    ...plan,
    guard: equip(plan.guard ?? {}),
    ...(plan.own !== undefined && { own: equip(plan.own) }),
    onHandled: () => handled++,
    onLog: (line) => log.push(line),
  });
  const unheard: unknown[] = [];
  const hear = (error: unknown) => unheard.push(error);
  process.on('unhandledRejection', hear).on('uncaughtException', hear);
  try {
    await play({
      classifier,
      decisions,
      log,
      handled: () => handled,
      ask: (path, question = {}) => ask(app.url + path, question, patienceMs),
      send(path, question) {
        const asked = send(app.url + path, question);
        asked.on('error', () => undefined);
        return () => asked.destroy();
      },
      soon: (promise, what) => soon(promise, what, patienceMs),
      close: () => app.close(),
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(unheard).toEqual([]);
  } finally {
    process.off('unhandledRejection', hear).off('uncaughtException', hear);
    await app.close();
  }
}

async function soon<T>(promise: Promise<T>, what: string, patienceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${patienceMs} ms.`)), patienceMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A promise, and the function that fulfils it. */
export function event<T = void>(): { readonly promise: Promise<T>; readonly happen: (value: T) => void } {
  let happen: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    happen = resolve;
  });
  return { promise, happen };
}
