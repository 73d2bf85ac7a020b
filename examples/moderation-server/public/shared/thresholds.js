import { LABELS } from './labels.js';

export const LEVELS = ['flag', 'reject'];
const KEY = 'thresholds';

/** The thresholds that the sliders set, over the model's own. The browser keeps what was moved. Emits `change`. */
export class Thresholds extends EventTarget {
  #own;
  #moved;

  constructor(own, storage = localStorageOrNone()) {
    super();
    this.#own = own;
    this.storage = storage;
    this.#moved = this.#read();
  }

  get(level, label) {
    return this.#moved[level][label] ?? this.#own[level][label];
  }

  /** Sets one. A flag threshold is never over the reject threshold: the other one gives way. */
  set(level, label, value) {
    const rounded = Math.min(Math.max(Math.round(value * 1000) / 1000, 0), 1);
    this.#moved[level][label] = rounded;
    if (level === 'flag' && this.get('reject', label) < rounded) this.#moved.reject[label] = rounded;
    if (level === 'reject' && this.get('flag', label) > rounded) this.#moved.flag[label] = rounded;
    this.#changed();
  }

  isOwn(level, label) {
    return this.get(level, label) === this.#own[level][label];
  }

  get areOwn() {
    return LEVELS.every((level) => LABELS.every((label) => this.isOwn(level, label)));
  }

  /** Back to the model's own. */
  reset() {
    this.#moved = { flag: {}, reject: {} };
    this.#changed();
  }

  #changed() {
    try {
      this.storage?.setItem(KEY, JSON.stringify(this.#moved));
    } catch {
      // Full, or forbidden: they hold until the page is closed.
    }
    this.dispatchEvent(new Event('change'));
  }

  #read() {
    const moved = { flag: {}, reject: {} };
    let kept;
    try {
      kept = JSON.parse(this.storage?.getItem(KEY) ?? 'null');
    } catch {
      return moved;
    }
    for (const label of LABELS) {
      const [flag, reject] = LEVELS.map((level) => kept?.[level]?.[label]);
      if (isThreshold(flag)) moved.flag[label] = flag;
      if (isThreshold(reject)) moved.reject[label] = reject;
      // Another model's own threshold may have come to lie across.
      const least = moved.flag[label] ?? this.#own.flag[label];
      if (least > (moved.reject[label] ?? this.#own.reject[label])) moved.reject[label] = least;
    }
    return moved;
  }
}

function isThreshold(value) {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function localStorageOrNone() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
