/** Doubled with each failure in a row. */
const RETRY_MS = { first: 500, most: 16_000 };
/** Views come every second. A worker that hangs leaves its connections open, and silent. */
const SILENCE_MS = 5000;

/**
 * Follows `GET /workers/events`, and connects again where it ends, fails, or falls silent.
 *
 * @param onView called with each view of the pool.
 * @param onLost called when connecting again has failed.
 */
export function createLivePool({ onView, onLost }) {
  let source;
  let timer;
  let failures = 0;

  function open() {
    source = new EventSource('/workers/events');
    source.addEventListener('message', ({ data }) => {
      expectMore();
      failures = 0;
      onView(JSON.parse(data));
    });
    source.addEventListener('error', lose);
    expectMore();
  }

  function expectMore() {
    clearTimeout(timer);
    timer = setTimeout(lose, SILENCE_MS);
  }

  function lose() {
    close();
    timer = setTimeout(open, Math.min(RETRY_MS.first * 2 ** failures, RETRY_MS.most));
    failures += 1;
    // A worker that leaves ends its connections, and the next one answers at once.
    if (failures > 1) onLost();
  }

  function close() {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  }

  return {
    open() {
      if (source === undefined) {
        clearTimeout(timer);
        open();
      }
    },
    close,
  };
}
