import { expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { readAddress } from '../src/store/address.js';
import { openStore } from '../src/store/open-store.js';
import { mongoDatabase, redisDatabase, sqliteDatabase, type TestDatabase } from './vocabulary-databases.js';

function writesMany(open: () => Promise<TestDatabase>): void {
  it('writes many values, also over those that are there, as the plain adapter reads them', async () => {
    const { address, options, keyv, close } = await open();
    onTestFinished(close);
    const [, place = 'keyv'] = options;
    const inCollection = options.includes('--collection');
    const ours = await openStore(readAddress(address)!, {
      collection: inCollection ? place : 'keyv',
      namespace: inCollection ? 'keyv' : place,
      deadlineMs: 10_000,
    });
    onTestFinished(() => ours.close());
    const value = (key: string) => ({ key, bytes: Buffer.from(key) });
    const entries = (keys: readonly string[], ttl = 0) =>
      keys.map((key) => ({ key, value: value(key), ttl }));
    await keyv.set('two', 'of old');
    await ours.keyv.setMany(entries(['one', 'two', 'three']));
    await ours.keyv.setMany(entries(['three', 'four', 'one']));
    const keys = ['one', 'two', 'three', 'four'];
    expect(await keyv.getMany([...keys, 'five'])).toEqual([...keys.map(value), undefined]);
    for (const key of keys) expect((await keyv.get(key, { raw: true }))?.expires).toBeUndefined();

    await ours.keyv.deleteMany(['one', 'five']);
    expect(await keyv.getMany(['one', 'two'])).toEqual([undefined, value('two')]);
  });
}

describeWith('redis', 'openStore with Redis', (url) => writesMany(() => redisDatabase(url)));
describeWith('sqlite', 'openStore with SQLite', () => writesMany(sqliteDatabase));
describeWith('mongo', 'openStore with MongoDB', (url) => {
  writesMany(() => mongoDatabase(url));
});
