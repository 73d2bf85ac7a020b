import { kindOfKey } from './keys.js';

/** What a walk looks for at one place of a value. */
export interface Selection {
  /** The only keys worth a look, or `null` for every one. */
  readonly only: readonly string[] | null;
  /** Whether a text at this place is judged. */
  takes(text: string): boolean;
  /** What to look for under a key; `null` for nothing. */
  under(key: string | number, inArray: boolean): Selection | null;
}

/** Every text, whatever its key. */
export const everything: Selection = {
  only: null,
  takes: () => true,
  under: () => everything,
};

/** Every text but those whose key says that they are a secret or an address. For one walk. */
export function prose(): Selection {
  // The keys of a list's items repeat. Forgotten with the walk, because keys are the sender's.
  const kinds = new Map<string, Selection>();

  const under = (key: string | number): Selection => {
    if (typeof key === 'number') return text;
    let found = kinds.get(key);
    if (found === undefined) {
      found = { secret, address, prose: text }[kindOfKey(key)];
      kinds.set(key, found);
    }
    return found;
  };
  const text: Selection = { only: null, takes: () => true, under };
  // A key excuses a text, never an object: what lies deeper has keys that speak for themselves. So nobody hides
  // a comment by sending `{"token": {"comment": …}}` or `{"password": ["…"]}`.
  const secret: Selection = { only: null, takes: () => false, under };
  const address: Selection = {
    only: null,
    takes: (value) => /\s/.test(value),
    under: (key, inArray) => (inArray ? address : under(key)),
  };
  return text;
}
