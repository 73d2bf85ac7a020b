/** How long the work of one turn of the event loop may take before it rests, in milliseconds. */
const SLICE_MS = 10;

// Shared by the whole process on purpose. Node runs every due `setImmediate` in one turn, so judgements that
// each kept their own clock would add up: thirty of them at 10 ms would hold the loop for 300.
let turnStarted = 0;
let waking = false;
const resting: (() => void)[] = [];

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

/** Resolves on a later turn of the event loop. One rester wakes a turn, the longest waiting first. */
export function rest(): Promise<void> {
  return new Promise((resolve) => {
    resting.push(resolve);
    if (!waking) {
      waking = true;
      setImmediate(wake);
    }
  });
}

function endTurn(): void {
  turnStarted = 0;
}

function wake(): void {
  turnStarted = performance.now();
  resting.shift()?.();
  waking = resting.length > 0;
  setImmediate(waking ? wake : endTurn);
}
