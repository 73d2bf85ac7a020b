// Has the workers judge an archive with the model of MODEL: node rejudge.mjs comments.jsonl
import { createArchiveVerdicts } from './src/archive/archive-verdicts.mjs';
import { createCheckpoint } from './src/archive/checkpoint.mjs';
import { openArchive } from './src/archive/open-archive.mjs';
import { showProgress } from './src/archive/progress.mjs';
import { queueArchive } from './src/archive/queue-archive.mjs';
import { readArguments } from './src/archive/read-arguments.mjs';
import { connect } from './src/connect.mjs';
import { createJudge } from './src/judge.mjs';
import { openQueue, rejudgeQueue } from './src/queues.mjs';
import { readSettings } from './src/settings.mjs';

const { path, name, batch, ahead } = readArguments();
const settings = readSettings();
const source = await openArchive(path);
const judge = await createJudge(settings);
const { model } = judge;
await judge.close();

const redis = connect(settings);
const queue = openQueue(rejudgeQueue(model), redis, settings);
const verdicts = createArchiveVerdicts(redis, settings, name, model);
const checkpoint = createCheckpoint(redis, settings, name, model);
const began = performance.now();
const before = await verdicts.count();

let state = { read: 0 };
const progress = showProgress(process.stderr, async () => ({
  read: state.read,
  judged: await verdicts.count(),
  share: source.share?.(),
}));
const onState = (next) => {
  state = next;
};
const { cursor, ...counts } = await queueArchive({
  source,
  name,
  queue,
  verdicts,
  checkpoint,
  batch,
  ahead,
  onState,
});
await progress.end();

const judged = await verdicts.count();
const seconds = (performance.now() - began) / 1000;
const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ name, model, ...counts, judged, judgedNow: judged - before, seconds, peakMb }));
// Run it again when what made them fail is mended.
if (counts.deadLetters > 0) process.exitCode = 1;
await queue.close();
redis.disconnect();
