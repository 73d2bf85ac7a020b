/** The longest pointer that is made, in UTF-16 code units. */
export const MAX_POINTER_LENGTH = 256;
/** The longest key that a pointer names. */
export const MAX_KEY_LENGTH = 64;

/**
 * A place in a value, linked to the place around it, so that a pointer costs nothing until somebody asks.
 *
 * A pointer past {@link MAX_POINTER_LENGTH}, or through a key past {@link MAX_KEY_LENGTH}, ends early, at the
 * nearest value around it. It is still a true pointer. Keys are chosen by the sender, and a pointer goes into
 * refusals and logs: a key must not carry a comment there, nor ten thousand levels a megabyte.
 */
export class Place {
  #pointer: string | undefined;
  #endsEarly = false;

  constructor(
    private readonly around: Place | null,
    private readonly key: string | number,
  ) {}

  /** The place of a whole part. */
  static root(): Place {
    const place = new Place(null, '');
    place.#pointer = '';
    return place;
  }

  get pointer(): string {
    // A loop, not recursion: a sender may nest deeper than the call stack goes. Each place on the way keeps
    // its answer, so that ten thousand texts at one depth climb once.
    const unknown: Place[] = [];
    let place: Place = this;
    while (place.#pointer === undefined) {
      unknown.push(place);
      place = place.around as Place;
    }
    for (let inner = unknown.pop(); inner !== undefined; inner = unknown.pop()) {
      inner.#extend(place);
      place = inner;
    }
    return place.#pointer as string;
  }

  #extend(around: Place): void {
    const base = around.#pointer as string;
    const key = String(this.key);
    const step = key.length > MAX_KEY_LENGTH ? undefined : `/${escapeKey(key)}`;
    this.#endsEarly =
      around.#endsEarly || step === undefined || base.length + step.length > MAX_POINTER_LENGTH;
    this.#pointer = this.#endsEarly ? base : base + step;
  }
}

/** A key as RFC 6901 writes it: `~` becomes `~0` and `/` becomes `~1`. */
export function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The keys of a pointer or pattern, or `undefined` where it is not one. */
export function keysOf(pointer: string): string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}
