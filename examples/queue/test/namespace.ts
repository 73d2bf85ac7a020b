import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';

/** A part of a Redis server that a suite has for itself. */
export interface Namespace {
  readonly redis: Redis;
  readonly prefix: string;
  /** What the programs of the example are started with. */
  readonly env: Record<string, string>;
  keys(pattern?: string): Promise<string[]>;
  /** Everything that is kept in it, as one text. */
  dump(): Promise<string>;
  queue(name: string): Queue;
  remove(): Promise<void>;
}

export const SECRET = Buffer.from('what nobody knows').toString('base64');

export function openNamespace(url: string): Namespace {
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  const prefix = `test-${randomUUID()}`;
  const queues: Queue[] = [];

  async function keys(pattern = '*'): Promise<string[]> {
    const found: string[] = [];
    for await (const some of redis.scanStream({ match: `${prefix}:${pattern}`, count: 1000 }))
      found.push(...some);
    return found;
  }

  async function contentOf(key: string): Promise<unknown> {
    const type = await redis.type(key);
    if (type === 'string') return await redis.get(key);
    if (type === 'hash') return await redis.hgetall(key);
    if (type === 'list') return await redis.lrange(key, 0, -1);
    if (type === 'zset') return await redis.zrange(key, 0, -1);
    if (type === 'set') return await redis.smembers(key);
    if (type === 'stream') return await redis.xrange(key, '-', '+');
    if (type === 'none') return null;
    throw new Error(`A key is a ${type}`);
  }

  return {
    redis,
    prefix,
    env: {
      REDIS_URL: url,
      QUEUE_PREFIX: prefix,
      WEBHOOK_SECRET: SECRET,
      PORT: '0',
      PROCESSES: '1',
      LOCK_MS: '3000',
      BACKOFF_MS: '20',
    },
    keys,
    dump: async () => JSON.stringify(await Promise.all((await keys()).map(contentOf))),
    queue(name) {
      const queue = new Queue(name, { connection: redis, prefix });
      queues.push(queue);
      return queue;
    },
    async remove() {
      await Promise.all(queues.map((queue) => queue.close()));
      const all = await keys();
      if (all.length > 0) await redis.unlink(...all);
      redis.disconnect();
    },
  };
}
