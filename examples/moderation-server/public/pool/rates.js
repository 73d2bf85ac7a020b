/** Beats come about as often as views do, so two views may have the same one. */
const SAME_MS = 100;

/** Requests a second of each worker, from how many it had answered at each of its beats. */
export class Rates {
  #last = new Map();

  /** Reads a view that came at `now`, milliseconds, and gives each pid's rate. */
  read(workers, now) {
    const seen = new Map();
    for (const { pid, beat, silentMs } of workers) {
      if (beat === null) continue;
      const last = this.#last.get(pid);
      const at = now - silentMs;
      if (last !== undefined && at - last.at < SAME_MS) seen.set(pid, last);
      else seen.set(pid, { at, requests: beat.requests, rate: rateSince(last, beat.requests, at) });
    }
    this.#last = seen;
    return new Map([...seen].map(([pid, { rate }]) => [pid, rate]));
  }
}

function rateSince(last, requests, at) {
  if (last === undefined) return 0;
  return Math.max(0, ((requests - last.requests) * 1000) / (at - last.at));
}
