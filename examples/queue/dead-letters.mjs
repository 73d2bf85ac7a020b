// Shows, tries again or removes what no try could judge or deliver: node dead-letters.mjs [list | retry | remove]
import { connect } from './src/connect.mjs';
import { DELIVER, JUDGE, openQueue } from './src/queues.mjs';
import { readSettings } from './src/settings.mjs';

const PAGE = 1000;
const ACTIONS = {
  async list(queue) {
    for (let start = 0; ; start += PAGE) {
      const jobs = await queue.getFailed(start, start + PAGE - 1);
      for (const { data, failedReason, attemptsMade, finishedOn } of jobs) {
        const failedAt = new Date(finishedOn).toISOString();
        console.log(
          JSON.stringify({
            queue: queue.name,
            id: data.id,
            code: failedReason,
            attempts: attemptsMade,
            failedAt,
          }),
        );
      }
      if (jobs.length < PAGE) return;
    }
  },
  retry: (queue) => queue.retryJobs({ state: 'failed' }),
  remove: (queue) => queue.clean(0, 0, 'failed'),
};

const [name = 'list'] = process.argv.slice(2);
if (!Object.hasOwn(ACTIONS, name)) throw new Error(`It does ${Object.keys(ACTIONS).join(', ')}.`);
const settings = readSettings();
const redis = connect(settings);
const queues = [JUDGE, DELIVER].map((each) => openQueue(each, redis, settings));
for (const queue of queues) await ACTIONS[name](queue);
await Promise.all(queues.map((queue) => queue.close()));
redis.disconnect();
