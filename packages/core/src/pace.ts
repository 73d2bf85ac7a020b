/** How long the work of one turn of the event loop may take before it rests, in milliseconds. */
const SLICE_MS = 10;

// Shared by the whole process on purpose. Node runs every due `setImmediate` in one turn, so judgements that
// each kept their own clock would add up: thirty of them at 10 ms would hold the loop for 300.
let turnStarted = 0;
let waking = false;

/** Those who rest, as a linked list: taking the first of a long array would move all others. */
interface Rester {
  readonly wake: () => void;
  next: Rester | undefined;
}
let first: Rester | undefined;
let last: Rester | undefined;

/** Whether this turn of the event loop has been used up, so that long work should {@link rest}. */
export function isDue(): boolean {
  const now = performance.now();
  if (turnStarted === 0) {
    turnStarted = now;
    setImmediate(endTurn);
    return false;
  }
  return now - turnStarted > SLICE_MS;
}

/**
 * Resolves on a later turn of the event loop. One rester wakes a turn, the longest waiting first.
 *
 * @param ahead whether to wake before all others, for work that would be lost if others came in between.
 */
export function rest(ahead = false): Promise<void> {
  return new Promise((wake) => {
    const rester: Rester = { wake, next: undefined };
    if (first === undefined || last === undefined) first = last = rester;
    else if (ahead) {
      rester.next = first;
      first = rester;
    } else {
      last.next = rester;
      last = rester;
    }
    if (waking) return;
    waking = true;
    // The first immediate may run in this very turn, right behind the work that has used it up.
    setImmediate(() => setImmediate(wakeOne));
  });
}

/** Items that {@link eachInTurns} works on before the clock is looked at: a small part of a slice for what is quick. */
const ITEMS_AT_ONCE = 64;

/** Does something quick with each item, over as many turns of the event loop as it takes; with a few, in this one. */
export async function eachInTurns<T>(items: Iterable<T>, work: (item: T, at: number) => void): Promise<void> {
  let at = 0;
  for (const item of items) {
    if (at % ITEMS_AT_ONCE === ITEMS_AT_ONCE - 1 && isDue()) await rest();
    work(item, at++);
  }
}

function endTurn(): void {
  if (!waking) turnStarted = 0;
}

function wakeOne(): void {
  turnStarted = performance.now();
  const rester = first;
  first = rester?.next;
  if (first === undefined) last = undefined;
  waking = first !== undefined;
  setImmediate(waking ? wakeOne : endTurn);
  rester?.wake();
}
