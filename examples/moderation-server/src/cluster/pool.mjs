import { EventEmitter, once } from 'node:events';
import { Refusal } from '../settings/refusal.mjs';
import { Member } from './member.mjs';
import { isLow, nextSize } from './next-size.mjs';

/** The longest that loading a model and trying it may take. */
const PREPARE_MS = 60_000;
/** Between a worker's untimely end and the next start, doubled with each one in a row. */
const RETRY_MS = { first: 100, most: 30_000 };
/** A worker that has lived this long did not fail at its start. */
const STABLE_MS = 10_000;

/**
 * Keeps as many workers as there are wanted, and decides how many that is. Each worker goes the same way: another
 * one is ready before it drains.
 *
 * Emits `started` and `ended` with a {@link Member} and a reason, and `changed` at every change and beat.
 */
export class Pool extends EventEmitter {
  members = new Set();
  wanted;
  /** The folder of the model that workers start with, and its id. */
  folder;
  model = null;
  stopping = false;
  #fork;
  #handlers;
  #settings;
  #timer;
  #lastTick = performance.now();
  #lowSince = performance.now();
  #failures = 0;
  #retry;
  #switching = Promise.resolve();

  /**
   * @param fork starts a worker and gives its `cluster.Worker`.
   * @param handlers what workers may ask the primary besides what the pool answers itself.
   */
  constructor({ settings, folder, fork, handlers }) {
    super();
    this.#settings = settings;
    this.#fork = fork;
    this.folder = folder;
    this.wanted = settings.workers.initial;
    this.#handlers = {
      ...handlers,
      hello: ({ slot }) => ({ settings, slot, folder: this.folder }),
      ready: (member, model) => this.#ready(member, model),
      beat: (member, beat) => this.#hear(member, beat),
      failed: (member, sentence) => void this.emit('failed', member, sentence),
      // It was told to end by somebody else.
      leave: (member) => this.#replace(member, 'asked'),
    };
  }

  /** Starts the first workers; resolves when they are ready, rejects with the sentence of the first that fails. */
  async start() {
    const failed = new Promise((_resolve, reject) => {
      this.once('failed', (_member, sentence) => reject(new Refusal(sentence)));
      this.once('ended', () => reject(new Refusal('A worker ended before it was ready.')));
    });
    failed.catch(() => {});
    this.#reconcile('start');
    while (this.#count('ready') < this.wanted) await Promise.race([once(this, 'changed'), failed]);
    this.#timer = setInterval(() => this.#tick(), this.#settings.workers.beatMs);
  }

  /** Drains all workers and resolves when they have ended. */
  async stop() {
    this.stopping = true;
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    for (const { messages } of this.members) messages.tell('stopping');
    await new Promise((resolve) => setTimeout(resolve, this.#settings.drain.delayMs));
    for (const member of this.members) this.#retire(member, 'stop');
    await Promise.all([...this.members].map(({ ended }) => ended));
  }

  /** Ends all workers at once. */
  kill() {
    for (const { pid } of this.members) process.kill(pid, 'SIGKILL');
  }

  /**
   * Changes over to the model of a folder: each worker loads it beside the one in use and tries it, one after the
   * other; when all have, each takes it. Where one cannot, all keep what they have.
   *
   * @throws {Refusal} saying why the model is not taken.
   */
  switchModel(folder) {
    // One at a time; a failed one does not hold up the next.
    const done = this.#switching.then(() => this.#switchModel(folder));
    this.#switching = done.catch(() => {});
    return done;
  }

  view() {
    const { wanted, model, stopping } = this;
    const { minimum, maximum } = this.#settings.workers;
    const workers = [...this.members].map((member) => member.view()).sort((a, b) => a.slot - b.slot);
    return { wanted, minimum, maximum, model, stopping, workers };
  }

  async #switchModel(folder) {
    const prepared = new Set();
    try {
      for (let member = this.#unprepared(prepared); member; member = this.#unprepared(prepared)) {
        if (await this.#prepare(member, folder)) prepared.add(member);
      }
    } catch (error) {
      for (const { messages } of prepared) messages.tell('discardModel');
      throw error;
    }
    // Nothing has happened since the last look: whoever starts from here on starts with the new model.
    this.folder = folder;
    for (const { messages } of prepared) {
      // One that has ended meanwhile needs no model.
      this.model = (await messages.ask('useModel').catch(() => null)) ?? this.model;
    }
    this.emit('changed');
    return this.model;
  }

  #unprepared(prepared) {
    return [...this.members].find(
      (member) => (member.counts || member.state === 'leaving') && !prepared.has(member),
    );
  }

  /** Whether it has; not where it is gone or going. */
  async #prepare(member, folder) {
    const isHere = () => member.state === 'ready' || member.state === 'leaving';
    while (member.state === 'starting') await once(this, 'changed');
    if (!isHere()) return false;
    try {
      await member.messages.ask('prepareModel', folder, PREPARE_MS);
      return true;
    } catch (error) {
      // The channel is closed a moment before the process has ended.
      if (error.gone) await Promise.race([member.ended, once(this, 'changed')]);
      if (!isHere()) return false;
      throw error;
    }
  }

  #ready(member, model) {
    member.hear();
    member.becomeReady();
    this.model ??= model;
    this.emit('started', member);
    if (this.stopping) this.#retire(member, 'stop');
    this.#settle();
  }

  #hear(member, beat) {
    member.hear(beat);
    if (member.state === 'ready' && member.hasOutgrown(this.#settings.workers.memoryMb)) {
      this.#replace(member, 'memory');
    }
    this.emit('changed');
  }

  #tick() {
    const { workers } = this.#settings;
    const now = performance.now();
    // If this process itself was held up, no silence of the others is proven.
    const isLate = now - this.#lastTick > 2 * workers.beatMs + 500;
    this.#lastTick = now;
    for (const member of this.members) {
      const isHung = member.state !== 'starting' && now - member.lastHeard > workers.hangMs;
      if (isLate || !isHung || member.state === 'hung' || member.state === 'draining') continue;
      this.#retire(member, 'hang', 'hung');
      this.#reconcile('hang');
    }
    this.#resize(now);
    this.#reconcile('crash');
  }

  #resize(now) {
    const settings = this.#settings.workers;
    const beats = [...this.members]
      .filter(({ state, beat }) => state === 'ready' && beat)
      .map(({ beat }) => beat);
    if (beats.length === 0 || !isLow(beats, settings)) this.#lowSince = now;
    const wanted = nextSize({ wanted: this.wanted, beats, lowForMs: now - this.#lowSince, settings });
    if (wanted === this.wanted) return;
    const reason = wanted > this.wanted ? 'load' : 'idle';
    this.emit('resized', this.wanted, wanted, reason);
    this.wanted = wanted;
    this.#lowSince = now;
    if (reason === 'load') this.#reconcile(reason);
    this.#settle();
  }

  /** Starts as many workers as are missing. */
  #reconcile(reason) {
    if (this.stopping || this.#retry !== undefined) return;
    const missing = this.wanted - this.#count('starting', 'ready');
    for (let count = 0; count < missing; count++) this.#add(reason);
  }

  /** Lets those go that are too many or to be replaced, as soon as the others suffice. */
  #settle() {
    this.emit('changed');
    const ready = [...this.members].filter(({ state }) => state === 'ready');
    if (this.stopping || ready.length < this.wanted) return;
    for (const member of this.members) if (member.state === 'leaving') this.#retire(member, member.reason);
    for (const member of ready.slice(this.wanted)) this.#retire(member, 'idle');
  }

  #add(reason) {
    const taken = new Set([...this.members].map(({ slot }) => slot));
    let slot = 1;
    while (taken.has(slot)) slot++;
    const member = new Member(slot, this.#fork(), this.#handlers);
    this.members.add(member);
    this.emit('forked', member, reason);
    void member.ended.then(() => this.#ended(member));
  }

  /** Has another worker take the place of one, which serves on until then. */
  #replace(member, reason) {
    if (this.stopping) return this.#retire(member, 'stop');
    if (!member.counts) return;
    member.state = 'leaving';
    member.reason = reason;
    this.#reconcile(reason);
  }

  #retire(member, reason, state = 'draining') {
    const { idleMs, deadlineMs } = this.#settings.drain;
    member.retire(state, reason, Math.max(idleMs, deadlineMs));
    this.emit('changed');
  }

  #ended(member) {
    this.members.delete(member);
    this.emit('ended', member, member.reason ?? 'crash');
    this.emit('changed');
    if (this.stopping || member.reason !== null) return this.#reconcile('crash');
    // It ended by itself. The first replacement comes at once; a row of failures is not to keep a core busy.
    this.#failures = Date.now() - member.startedAt > STABLE_MS ? 0 : this.#failures + 1;
    if (this.#failures === 0) return this.#reconcile('crash');
    const { first, most } = RETRY_MS;
    this.#retry ??= setTimeout(
      () => {
        this.#retry = undefined;
        this.#reconcile('crash');
      },
      Math.min(most, first * 2 ** this.#failures),
    );
  }

  #count(...states) {
    return [...this.members].filter(({ state }) => states.includes(state)).length;
  }
}
