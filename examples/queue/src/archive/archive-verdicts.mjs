import { LABELS } from '@toxicity-guard/core';

/** One model's verdicts on an archive, in a hash in Redis: one for each id, whoever else judges it too. */
export function createArchiveVerdicts(redis, { prefix }, archive, model) {
  const key = `${prefix}:archive:${archive}:${model}`;

  async function get(ids) {
    if (ids.length === 0) return [];
    const found = await redis.hmget(key, ...ids);
    return found.map((json) => (json === null ? undefined : unpack(json)));
  }

  return {
    get,
    count: () => redis.hlen(key),
    /** Those of some comments `{ id }` that have no verdict. */
    async without(comments) {
      const verdicts = await get(comments.map(({ id }) => id));
      return comments.filter((_, at) => verdicts[at] === undefined);
    },
    /** Keeps a verdict for each `[id, verdict]`, unless there is one. */
    async record(entries) {
      if (entries.length === 0) return;
      const commands = redis.multi();
      for (const [id, verdict] of entries) commands.hsetnx(key, id, pack(verdict));
      const failed = (await commands.exec()).find(([error]) => error !== null);
      if (failed !== undefined) throw failed[0];
    },
  };
}

/** Millions of them lie in Redis, so that names are left out; four digits are more than a score means. */
function pack({ action, labels, scores }) {
  const numbers = scores && LABELS.map((label) => Number(scores[label].toPrecision(4)));
  return JSON.stringify([action, labels.map((label) => LABELS.indexOf(label)), numbers]);
}

function unpack(json) {
  const [action, labels, numbers] = JSON.parse(json);
  const scores = numbers && Object.fromEntries(LABELS.map((label, at) => [label, numbers[at]]));
  return { action, labels: labels.map((at) => LABELS[at]), scores };
}
