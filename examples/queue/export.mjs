// Writes the verdicts on an archive, a JSON line for each comment in its order: node export.mjs comments.jsonl
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createArchiveVerdicts } from './src/archive/archive-verdicts.mjs';
import { batches } from './src/archive/batches.mjs';
import { openArchive } from './src/archive/open-archive.mjs';
import { readArguments } from './src/archive/read-arguments.mjs';
import { connect } from './src/connect.mjs';
import { createJudge } from './src/judge.mjs';
import { readSettings } from './src/settings.mjs';

const { path, name, batch } = readArguments();
const settings = readSettings();
const source = await openArchive(path);
const judge = await createJudge(settings);
const { model } = judge;
await judge.close();
const redis = connect(settings);
const verdicts = createArchiveVerdicts(redis, settings, name, model);
let missing = 0;

async function* lines() {
  for await (const { comments } of batches(source.read(), batch)) {
    const found = await verdicts.get(comments.map(({ id }) => id));
    for (const [at, { id }] of comments.entries()) {
      if (found[at] === undefined) missing++;
      else yield `${JSON.stringify({ id, ...found[at], model })}\n`;
    }
  }
}

await pipeline(Readable.from(lines()), process.stdout);
redis.disconnect();
if (missing > 0) {
  console.error(`${missing} comments have no verdict of ${model} yet.`);
  process.exitCode = 1;
}
