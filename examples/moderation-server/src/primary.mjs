import cluster from 'node:cluster';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Board } from './board.mjs';
import { Pool } from './cluster/pool.mjs';
import { createLog } from './log.mjs';
import { createPoolMetrics } from './metrics/pool-metrics.mjs';
import { readSettings } from './settings/read-settings.mjs';
import { Refusal } from './settings/refusal.mjs';

/**
 * A request leaves little behind, so a young generation of 16 MB would only be filled before it is swept: with 2 MB
 * and a heap that grows slowly a worker takes 55 MB less and answers as many.
 */
const SMALL_HEAP = ['--max-semi-space-size=2', '--optimize-for-size'];

/** glibc's malloc keeps an arena for each thread, and what is free in one is no use to another: 8 MB of a worker. */
const MALLOC_ARENA_MAX = '1';

/** The process that is started: it watches the workers, and holds what they share. */
export async function start() {
  const settings = await orExit(() => readSettings());
  const log = createLog(settings, { pid: process.pid });
  const folder = await orExit(() => folderOf(settings));

  // Each worker takes its connections from the shared socket itself. Handed out in turn by this process, some would
  // be handed to a worker that hangs, and lost with it.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('../server.mjs', import.meta.url)),
    args: [],
    execArgv: [...process.execArgv, ...SMALL_HEAP],
  });
  const board = new Board();
  const pool = new Pool({
    settings,
    folder,
    fork: () => cluster.fork({ MALLOC_ARENA_MAX, ...process.env }),
    handlers: {
      settings: () => settings,
      view: () => pool.view(),
      metrics: () => collect(),
      listening: (_member, address) => {
        listening ??= address;
      },
      counted: (member, snapshot) => metrics.keep(member, snapshot),
      addComment: (_member, comment) => board.add(comment),
      listComments: () => board.list(),
      switchModel: (_member, path) => switchModel(path),
      onError: (_member, err) => log.error({ err }, 'A message was not answered'),
    },
  });
  const metrics = createPoolMetrics(() => pool.view());
  let listening;

  pool.on('forked', (member, reason) => {
    metrics.started(reason);
    log.debug({ worker: member.slot, workerPid: member.pid, reason }, 'A worker starts');
  });
  pool.on('ended', (member, reason) => {
    metrics.ended(reason);
    void metrics.retire(member);
    const isPlanned = ['idle', 'stop', 'asked'].includes(reason);
    log[isPlanned ? 'info' : 'warn'](
      { worker: member.slot, workerPid: member.pid, reason },
      'A worker has ended',
    );
  });
  pool.on('resized', (from, to, reason) => log.info({ from, to, reason }, 'Another number of workers'));

  /** All that counts answers, or what it last told counts instead. */
  async function collect() {
    const asked = [...pool.members].filter(({ state }) => state !== 'starting' && state !== 'hung');
    await Promise.all(
      asked.map(async (member) => {
        const snapshot = await member.messages.ask('metrics', undefined, 1000).catch(() => null);
        if (snapshot !== null && pool.members.has(member)) metrics.keep(member, snapshot);
      }),
    );
    return { type: metrics.contentType, text: await metrics.text() };
  }

  async function switchModel(path) {
    try {
      const from = pool.model;
      const to = await pool.switchModel(folderOf(path === undefined ? readSettings() : { model: path }));
      metrics.switched('taken');
      log.info({ from, to }, 'The model is changed');
      return to;
    } catch (error) {
      metrics.switched('refused');
      log.error(
        { reason: error instanceof Refusal ? error.message : error.name },
        'The model is not changed',
      );
      throw error;
    }
  }

  process.on('SIGHUP', () => {
    // The terminal that it was started in is closed.
    if (process.stdin.isTTY) void stop('SIGHUP');
    else void switchModel().catch(() => {});
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop(signal));

  async function stop(signal) {
    if (pool.stopping) {
      // Asked twice.
      pool.kill();
      process.exit(1);
    }
    log.info({ signal }, 'Stopping');
    await pool.stop();
    process.exit(0);
  }

  await orExit(() => pool.start().catch((error) => (pool.stopping ? null : Promise.reject(error))));
  if (pool.stopping) return;
  console.log(`The moderation server answers at http://localhost:${listening.port}`);
  log.info({ ...listening, workers: pool.wanted, model: pool.model }, 'Answering');
}

/**
 * The folder itself and not a link to it, which may lead elsewhere by the time when a worker starts.
 *
 * @throws {Refusal} where there is none.
 */
function folderOf({ model }) {
  if (model === undefined) return undefined;
  try {
    return realpathSync(model);
  } catch (error) {
    throw new Refusal(`MODEL names ${model}, which cannot be read (${error.code}).`);
  }
}

async function orExit(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
