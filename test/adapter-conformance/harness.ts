import type { GuardOptions } from '@toxicity-guard/core';

/**
 * What one framework brings to the suite. To add an adapter, write one of these: `create` builds an application
 * of the framework, with the adapter mounted as its documents say, that has the routes below.
 *
 * | Path | Guard |
 * | --- | --- |
 * | `/comments` | the application's |
 * | `/people/:name` | the application's, mounted so that it knows `name` |
 * | `/uploads` | the application's, after the framework's parser of `multipart/form-data` |
 * | `/own` | the options of `plan.own` in the place of the application's |
 * | `/both` | the application's, and after it one of `plan.own` |
 * | `/unguarded` | none: the route has opted out |
 *
 * Every route takes every method and JSON (of any value, up to 5 MB), forms and plain text. Its handler calls
 * `plan.onHandled` and answers 201 with {@link echo}.
 */
export interface Harness {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** How long a case waits for what does not come, in milliseconds. Default 15,000. */
  readonly patienceMs?: number;
  create(plan: Plan): Promise<App>;
}

/** What an adapter or its framework can do: `true`, or a sentence that says why it cannot. */
export interface Capabilities {
  /** Fields of `multipart/form-data`. */
  readonly multipart: true | string;
  /** A refusal in the application's own words: `plan.refusal`. */
  readonly refusal: true | string;
  /** Such a refusal that lets the request go on to its handler. */
  readonly refusalPasses: true | string;
  /** Two guards on one route: `/both`. */
  readonly stacking: true | string;
  /** A guard that is registered twice asks the classifier once. */
  readonly judgesOnce: true | string;
  /** The guard, not the framework, answers a body of a type that no parser took. */
  readonly answersUnsupported: true | string;
}

export interface Plan {
  /** Options of the application's guard. */
  readonly guard: GuardOptions;
  /** Options of the guard of `/own` and `/both`. Default: those of the application's. */
  readonly own?: GuardOptions;
  /** How often the application's guard is registered. Default 1. */
  readonly times?: 1 | 2;
  /**
   * What the application's own refusal does, where it has one: answers 451 with {@link ownRefusal}, throws or
   * rejects with a `RangeError`, or lets the request go on.
   */
  readonly refusal?: 'answers' | 'throws' | 'rejects' | 'passes';
  /** Hears of each request that reaches a handler. */
  readonly onHandled?: () => void;
  /** Hears whatever the framework logs, at its most talkative, and each error that reaches its error path. */
  readonly onLog?: (line: string) => void;
}

/** An application that listens. */
export interface App {
  readonly url: string;
  /** Closes the guards, by the adapter's own means, and the server. May be called again. */
  close(): Promise<void>;
}

/** What a handler answers: the body that it got and what the guard left on the request. */
export function echo(body: unknown, toxicity: unknown): string {
  return JSON.stringify({ body: body ?? null, toxicity: toxicity ?? null });
}

/** What the application's own refusal answers. */
export function ownRefusal(decision: { readonly action: string }): string {
  return JSON.stringify({ refused: decision.action });
}
