import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

/**
 * Reads the settings from environment variables.
 *
 * @throws {Error} with a sentence that names the variable, and never its value: it may be a secret.
 */
export function readSettings(env = process.env) {
  const number = (name, standard, least = 1) => {
    const value = env[name] ? Number(env[name]) : standard;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new Error(`${name} is an integer from ${least} on.`);
  };
  const port = number('PORT', 3000, 0);
  return {
    port,
    redisUrl: env.REDIS_URL || 'redis://127.0.0.1:6379',
    /** What the name of every key in Redis begins with. */
    prefix: env.QUEUE_PREFIX || 'toxicity-guard',
    webhookUrl: env.WEBHOOK_URL || `http://127.0.0.1:${port}/verdicts`,
    /** Asked for late: whoever only re-judges an archive needs none. */
    get webhookSecret() {
      if (env.WEBHOOK_SECRET) return env.WEBHOOK_SECRET;
      throw new Error(
        'WEBHOOK_SECRET is some random bytes as base64, the same for the server and the workers.',
      );
    },
    /** Folder of the model; without it, the bundled one. */
    model: env.MODEL ? resolve(env.MODEL) : undefined,
    processes: number('PROCESSES', availableParallelism()),
    /** Tries of a judgement or a webhook, and the wait before the second one, which doubles with each. */
    attempts: number('ATTEMPTS', 10),
    backoffMs: number('BACKOFF_MS', 1000),
    /** How long a job whose worker is silent stays with it. */
    lockMs: number('LOCK_MS', 30_000),
    /** How long a dead letter is kept, and with it the text of its comment. */
    deadLetterSeconds: number('DEAD_LETTER_DAYS', 7) * 86_400,
    /** How long the verdict on a comment is kept, so that none is judged again. */
    verdictSeconds: number('VERDICT_DAYS', 30) * 86_400,
  };
}
