import { once } from 'node:events';
import { createMessages } from './messages.mjs';

/** A worker may take this long to load its model and listen. */
const START_MS = 60_000;
/** Past its own deadline, a draining worker has this long to end by itself. */
const GRACE_MS = 1000;

/**
 * One worker as the primary sees it. Its state is `starting`, then `ready`; then `leaving` while it serves on until
 * another is there for it, or `hung`; then `draining`.
 */
export class Member {
  state = 'starting';
  /** Why it was taken out, for the log and the metrics. */
  reason = null;
  beat = null;
  startedAt = Date.now();
  #worker;
  #deadline;
  #firstMemory;

  /**
   * @param worker a `cluster.Worker`.
   * @param handlers what it may ask for and tell, called with the member first.
   */
  constructor(slot, worker, handlers) {
    this.slot = slot;
    this.#worker = worker;
    const bound = Object.entries(handlers).map(([name, handle]) => [name, (value) => handle(this, value)]);
    this.messages = createMessages(worker.process, Object.fromEntries(bound));
    this.lastHeard = performance.now();
    this.ended = once(worker, 'exit').then(() => {
      clearTimeout(this.#deadline);
      this.state = 'ended';
    });
    this.#endAfter(START_MS, 'start');
  }

  get pid() {
    return this.#worker.process.pid;
  }

  /** Whether it takes connections, or will. */
  get counts() {
    return this.state === 'starting' || this.state === 'ready';
  }

  becomeReady() {
    clearTimeout(this.#deadline);
    this.state = 'ready';
  }

  hear(beat) {
    this.lastHeard = performance.now();
    if (beat === undefined) return;
    this.beat = beat;
    this.#firstMemory ??= beat.memory;
  }

  /** Whether it has grown past the limit. One that began above it would only be followed by another like it. */
  hasOutgrown(memoryMb) {
    return this.beat.memory > Math.max(memoryMb * 2 ** 20, 1.5 * this.#firstMemory);
  }

  /** Has it drain and end, by force if it has not after `deadlineMs`. */
  retire(state, reason, deadlineMs) {
    if (this.state === 'ended' || this.state === 'draining' || this.state === 'hung') return;
    this.state = state;
    this.reason ??= reason;
    this.messages.tell('drain');
    this.#endAfter(deadlineMs + GRACE_MS, this.reason);
  }

  #endAfter(ms, reason) {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      this.reason ??= reason;
      // One that is stopped, or in an endless loop, hears no other signal.
      this.#worker.process.kill('SIGKILL');
    }, ms);
  }

  view() {
    const { slot, pid, state, reason, startedAt, beat } = this;
    const silentMs = Math.round(performance.now() - this.lastHeard);
    return { slot, pid, state, reason, startedAt: new Date(startedAt).toISOString(), silentMs, beat };
  }
}
