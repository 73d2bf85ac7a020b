import { aDatabase, aFile, aList, aListOfNetworks, aNumber, aString, oneOf } from './kinds.mjs';

/**
 * Every setting: its key in the configuration file, its environment variable, what it may be, its default, and
 * what it does. The README's table is made of this one.
 */
export const SETTINGS = [
  ['port', 'PORT', aNumber(0, 65535), 3000, 'Port; 0 takes a free one'],
  ['host', 'HOST', aString, undefined, 'Address to listen on; without it, all'],
  [
    'logLevel',
    'LOG_LEVEL',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'silent'),
    undefined,
    'Default: `info`, and `warn` on a terminal',
  ],
  [
    'adminToken',
    'ADMIN_TOKEN',
    aString,
    undefined,
    'What `POST /admin/model` asks for; without it, nobody may',
  ],
  ['model', 'MODEL', aFile, undefined, 'Folder of the model; without it, the bundled one'],
  [
    'selfTest',
    'SELF_TEST',
    aFile,
    new URL('../../self-test.json', import.meta.url).pathname,
    'Texts and the scores that a model must give them before it is used',
  ],

  ['workers.initial', 'WORKERS_INITIAL', aNumber(1, 1000), undefined, 'Workers at the start. Default: 2'],
  [
    'workers.minimum',
    'WORKERS_MINIMUM',
    aNumber(1, 1000),
    undefined,
    'The fewest. Default: 2, or fewer where fewer are set',
  ],
  [
    'workers.maximum',
    'WORKERS_MAXIMUM',
    aNumber(1, 1000),
    undefined,
    'The most. Default: one for each core, or more where more are set',
  ],
  ['workers.step', 'WORKERS_STEP', aNumber(1, 1000), 1, 'How many come or go at a time'],
  [
    'workers.queue',
    'WORKERS_QUEUE',
    aNumber(1, 1e6),
    8,
    'Texts under way in each worker, on average, at which more come',
  ],
  [
    'workers.delayMs',
    'WORKERS_DELAY_MS',
    aNumber(1, 1e6),
    100,
    'Event-loop delay (99th percentile, mean of the workers) at which more come',
  ],
  [
    'workers.idleMs',
    'WORKERS_IDLE_MS',
    aNumber(0, 1e9),
    60_000,
    'How long the load must be low before some go',
  ],
  ['workers.beatMs', 'WORKERS_BEAT_MS', aNumber(50, 60_000), 1000, 'How often a worker tells how it is'],
  [
    'workers.hangMs',
    'WORKERS_HANG_MS',
    aNumber(100, 1e7),
    10_000,
    'Silence after which a worker is replaced',
  ],
  [
    'workers.memoryMb',
    'WORKERS_MEMORY_MB',
    aNumber(64, 1e6),
    512,
    'Resident memory past which a worker is replaced',
  ],

  [
    'drain.delayMs',
    'DRAIN_DELAY_MS',
    aNumber(0, 1e6),
    0,
    'How long a stopping server is only "not ready" before it takes no more connections',
  ],
  [
    'drain.idleMs',
    'DRAIN_IDLE_MS',
    aNumber(0, 1e6),
    2000,
    'How long a draining worker leaves connections open on which nothing is under way',
  ],
  [
    'drain.deadlineMs',
    'DRAIN_DEADLINE_MS',
    aNumber(100, 1e7),
    10_000,
    'After which a draining worker is ended whatever it does',
  ],

  ['limits.bodyBytes', 'MAX_BODY_BYTES', aNumber(1, 1e9), 1_000_000, 'Largest JSON body'],
  ['limits.texts', 'MAX_TEXTS', aNumber(1, 1e6), 1000, 'Most texts in one `POST /predict`'],
  ['limits.fileBytes', 'MAX_FILE_BYTES', aNumber(1, 1e12), 100_000_000, 'Largest uploaded file'],
  ['limits.lineBytes', 'MAX_LINE_BYTES', aNumber(1, 1e8), 1_000_000, 'Longest line or record of a file'],
  [
    'limits.queue',
    'MAX_QUEUE',
    aNumber(1, 1e9),
    10_000,
    'Texts under way in a worker past which it answers 503',
  ],
  [
    'limits.keepAliveRequests',
    'KEEP_ALIVE_REQUESTS',
    aNumber(1, 1e9),
    1000,
    'Requests on one connection before it is closed, so that clients spread over new workers',
  ],

  [
    'url.hosts',
    'URL_HOSTS',
    aList,
    [],
    'Hosts that `POST /predict/url` may read from; without any it is off',
  ],
  [
    'url.privateNetworks',
    'URL_PRIVATE_NETWORKS',
    aListOfNetworks,
    [],
    'Networks, such as `10.1.0.0/16`, that it may read from although they are not public',
  ],
  ['url.maxBytes', 'URL_MAX_BYTES', aNumber(1, 1e9), 5_000_000, 'Largest document that it reads'],
  ['url.timeoutMs', 'URL_TIMEOUT_MS', aNumber(1, 1e7), 10_000, 'How long reading may take'],
  ['url.maxRedirects', 'URL_MAX_REDIRECTS', aNumber(0, 20), 3, 'How many redirects it follows'],

  [
    'vocabulary.store',
    'VOCABULARY_STORE',
    aDatabase,
    undefined,
    'Database with a vocabulary, `mongodb://…` or `redis://…`, for `POST /sequence-indexes`',
  ],
  [
    'vocabulary.prefix',
    'VOCABULARY_PREFIX',
    aString,
    undefined,
    'What its keys begin with. Default: that of the package',
  ],
  [
    'vocabulary.words',
    'VOCABULARY_WORDS',
    aNumber(1, 2 ** 31 - 1),
    20_000,
    'Keras’s `num_words`: words of this index and over are left out',
  ],
].map(([key, variable, kind, value, says]) => ({ key, variable, kind, default: value, says }));
