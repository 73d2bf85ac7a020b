// The example is plain JavaScript. These are the parts of it that tests call directly.

declare module '*/src/judge.mjs' {
  import type { Classifier } from '@toxicity-guard/core';
  export interface JudgeVerdict {
    readonly action: string;
    readonly labels: readonly string[];
    readonly scores: Record<string, number> | null;
    readonly model: string;
  }
  export interface Judge {
    readonly model: string;
    judge(text: string): Promise<JudgeVerdict>;
    close(): Promise<void>;
  }
  export function createJudge(options: { classifier: Classifier }): Promise<Judge>;
}

declare module '*/src/live/verdicts.mjs' {
  import type { Redis } from 'ioredis';
  export interface Verdicts {
    get(id: string): Promise<{ readonly action: string } | undefined>;
    record(id: string, verdict: { readonly action: string }): Promise<{ readonly action: string }>;
  }
  export function createVerdicts(
    redis: Redis,
    settings: { prefix: string; verdictSeconds: number },
  ): Verdicts;
}

declare module '*/src/live/judge-comment.mjs' {
  type Data = { readonly id: string; readonly text: string };
  export function createCommentJob(parts: {
    judge: { judge(text: string): Promise<object> };
    verdicts: object;
    deliveries: { add(name: string, data: object, options: object): Promise<unknown> };
  }): (job: { data: Data }) => Promise<void>;
}

declare module '*/src/open-worker.mjs' {
  import type { Worker } from 'bullmq';
  import type { Redis } from 'ioredis';
  export function openWorker(
    name: string,
    process: (job: { data: { id: string; text: string } }) => Promise<void>,
    concurrency: number,
    redis: Redis,
    settings: { prefix: string; lockMs: number },
  ): Worker;
}

declare module '*/src/queues.mjs' {
  import type { Queue } from 'bullmq';
  import type { Redis } from 'ioredis';

  interface Settings {
    readonly prefix: string;
    readonly attempts: number;
    readonly backoffMs: number;
    readonly deadLetterSeconds: number;
  }
  export function openQueue(name: string, redis: Redis, settings: Settings): Queue;
  export function rejudgeQueue(model: string): string;
}

declare module '*/src/remove-dead-letters.mjs' {
  import type { Queue } from 'bullmq';
  export function removeDeadLetters(
    queues: readonly Queue[],
    settings: { deadLetterSeconds: number },
  ): Promise<void>;
}

declare module '*/src/archive/open-archive.mjs' {
  type Archived = { readonly id?: unknown; readonly text?: unknown; readonly cursor: unknown };
  export function openArchive(path: string): Promise<{
    read(after?: unknown): AsyncGenerator<Archived>;
    share?(): number;
  }>;
}

declare module '*/src/archive/batches.mjs' {
  type Batch = {
    comments: { id: string; text: string }[];
    unreadable: number;
    read: number;
    cursor: unknown;
  };
  export function batches(records: AsyncIterable<object>, most: number): AsyncGenerator<Batch>;
}
