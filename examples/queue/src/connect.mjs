import { Redis } from 'ioredis';
import { codeOf } from './code-of.mjs';
import { log } from './log.mjs';

/**
 * Connects to Redis. While it is away, a worker waits for it; where somebody waits for an answer, `failFast` has
 * commands fail at once.
 */
export function connect({ redisUrl }, { failFast = false } = {}) {
  const patience = failFast
    ? { maxRetriesPerRequest: 1, enableOfflineQueue: false }
    : { maxRetriesPerRequest: null };
  const redis = new Redis(redisUrl, patience);
  redis.on('error', (error) => log('redis is away', { code: codeOf(error) }));
  return redis;
}
