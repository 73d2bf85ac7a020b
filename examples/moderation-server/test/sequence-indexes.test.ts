import { KeyvMongo } from '@keyv/mongo';
import KeyvRedis from '@keyv/redis';
import { pushVocabulary, removeVersion, useVersion } from '@toxicity-guard/core';
import Keyv from 'keyv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { readContract } from './open-api.js';
import { type RunningServer, startServer } from './start-server.js';

const words = ['the', 'my', 'on', 'you', 'before', 'c', 'work', 'around', 'sucker', 'piss', 'late'];
const prefix = `moderation-${process.pid}/`;
const version = 'words';
const answers = (url: string, body: object): Promise<Response> =>
  fetch(`${url}/sequence-indexes`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

function suite(open: (url: string) => Keyv): (url: string) => void {
  return (url) => {
    let keyv: Keyv;
    let server: RunningServer;
    beforeAll(async () => {
      keyv = open(url);
      const entries = words.map((word, at) => ({ word, index: at + 1 }));
      const about = { version, model: 'a Keras model', dimensions: 0, encoding: 'none' as const };
      await pushVocabulary(keyv, entries, about, { prefix });
      await useVersion(keyv, version, { prefix });
      server = await startServer({
        WORKERS_INITIAL: '1',
        VOCABULARY_STORE: url,
        VOCABULARY_PREFIX: prefix,
        VOCABULARY_WORDS: '11',
      });
    });
    afterAll(async () => {
      await server?.stop();
      // One that is in use is not removed.
      await keyv.delete(`${prefix}current`);
      await removeVersion(keyv, version, { prefix });
      await keyv.disconnect();
    });

    it('answers the padded indexes of a text', async () => {
      const { hold } = await readContract(server.url);
      const sequence = 'C*#%`SUCKER BEFORE YOU PISS AROUND ON MY WORK';
      const ask = async (body: object) =>
        (await hold('POST /sequence-indexes', await answers(server.url, body))) as object;
      const indexes = [6, 9, 5, 4, 10, 8, 3, 2, 7];
      expect(await ask({ sequence, padding: 100 })).toEqual({ indexes: [...Array(91).fill(0), ...indexes] });
      expect(await ask({ sequence })).toEqual({ indexes: [...Array(91).fill(0), ...indexes] });
      expect(await ask({ sequence, padding: 3 })).toEqual({ indexes: [3, 2, 7] });
      // Unknown, and known but past the number of words.
      expect(await ask({ sequence: 'the unheard-of, late', padding: 2 })).toEqual({ indexes: [0, 1] });
      expect(await ask({ sequence: '', padding: 2 })).toEqual({ indexes: [0, 0] });
      expect(await ask({ sequence, padding: 0 })).toMatchObject({ status: 400 });
      expect(await ask({ padding: 3 })).toMatchObject({ status: 400 });
    });
  };
}

describeWith(
  'mongo',
  'POST /sequence-indexes from MongoDB (A4)',
  suite((url) => new Keyv({ store: new KeyvMongo({ url }) })),
);
describeWith(
  'redis',
  'POST /sequence-indexes from Redis (A4)',
  suite((url) => new Keyv({ store: new KeyvRedis(url) })),
);

describe('POST /sequence-indexes without a database (A4)', { timeout: 90_000 }, () => {
  it.each([
    { name: 'named', settings: {} },
    { name: 'that answers', settings: { VOCABULARY_STORE: 'redis://127.0.0.1:1' } },
  ])('says that there is none $name', async ({ settings }) => {
    const server = await startServer({ WORKERS_INITIAL: '1', ...settings });
    try {
      expect((await answers(server.url, { sequence: 'hello' })).status).toBe(503);
      expect(server.log()).not.toContain('hello');
    } finally {
      await server.stop();
    }
  });
});
