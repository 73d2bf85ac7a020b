const LEFT = {
  hang: 'was silent for too long',
  memory: 'had grown too large',
  idle: 'was not needed any more',
  asked: 'was told to end',
  stop: 'stops with the server',
};

/** What happened between two views of the pool, as sentences. */
export function changesBetween(before, after) {
  const states = new Map(before.workers.map((worker) => [worker.pid, worker]));
  const sentences = [];
  for (const { pid, slot, state, reason } of after.workers) {
    const known = states.get(pid);
    states.delete(pid);
    if (known?.state === state) continue;
    const why = LEFT[reason] ? `: it ${LEFT[reason]}` : '';
    sentences.push(`Worker ${slot} (process ${pid}) is ${state}${why}.`);
  }
  for (const { pid, slot } of states.values()) sentences.push(`Worker ${slot} (process ${pid}) has ended.`);
  if (before.wanted !== after.wanted) sentences.push(`${after.wanted} workers are wanted now.`);
  if (before.model !== after.model) sentences.push(`The model is ${after.model} now.`);
  return sentences;
}
