import { keyvVocabulary } from '@toxicity-guard/core';

/** No comment waits behind this one for its verdict, so the database may take its time. */
const DEADLINE_MS = 5000;

/** Opens the vocabulary in a database. A word is read when a text has it, so it takes next to no memory. */
export async function openVocabulary({ store, prefix }, log) {
  // Loaded where they are needed: a database's client is larger than all the rest.
  const { default: Keyv } = await import('keyv');
  const keyv = new Keyv({ store: await openStore(store) });
  // It is told to whoever asks as well; unheard, it would end the process.
  keyv.on('error', (err) => log.warn({ err }, 'The vocabulary’s database'));
  return keyvVocabulary(keyv, {
    mode: 'onDemand',
    deadlineMs: DEADLINE_MS,
    ...(prefix !== undefined && { prefix }),
  });
}

async function openStore(url) {
  if (url.startsWith('mongodb')) {
    const { KeyvMongo } = await import('@keyv/mongo');
    return new KeyvMongo({ url });
  }
  const { default: KeyvRedis } = await import('@keyv/redis');
  return new KeyvRedis(url);
}
