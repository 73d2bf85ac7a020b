// Judges a file of comments with a vocabulary in a database: judge.mjs URL NAMESPACE NETWORK COMMENTS. It prints the
// digest of their scores, and the most memory that it has had.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createClassifier, foldedKeras, kerasTokenizer, keyvVocabulary } from '@toxicity-guard/core';
import Keyv from 'keyv';

const [url, namespace, model, comments] = process.argv.slice(2);
const keyv = new Keyv({ store: await connect(), namespace });
const vocabulary = keyvVocabulary(keyv, { mode: 'onDemand', deadlineMs: 60_000 });
const engine = foldedKeras({ model });
const classifier = createClassifier({ engine, tokenizer: kerasTokenizer(), vocabulary });

const digest = createHash('sha256');
for await (const text of createInterface({ input: createReadStream(comments) })) {
  const { scores } = await classifier.classify(text);
  digest.update(JSON.stringify(scores));
}
console.log(JSON.stringify({ scores: digest.digest('hex'), mostBytes: 1024 * mostKilobytes() }));
await classifier.close();
await vocabulary.close();
await keyv.disconnect();

/** On Linux `maxRSS` is that of the process which started this one, where that had more. */
function mostKilobytes() {
  const status = '/proc/self/status';
  if (!existsSync(status)) return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))[1]);
}

/** Only the one client is loaded. */
async function connect() {
  if (url.startsWith('redis')) return new (await import('@keyv/redis')).default(url);
  const { KeyvMongo } = await import('@keyv/mongo');
  return new KeyvMongo({ url, collection: namespace });
}
