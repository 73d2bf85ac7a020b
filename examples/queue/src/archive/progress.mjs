const TERMINAL_MS = 500;
const LOG_MS = 10_000;

/**
 * Shows how far a run is: one line that is written over on a terminal, a line every ten seconds in a log.
 *
 * @param look gives `{ read, judged, share }`: records read, verdicts there are, and how much of the archive is read,
 * if that is known.
 */
export function showProgress(output, look) {
  const began = performance.now();
  let first;
  let isLooking = false;

  async function show() {
    if (isLooking) return;
    isLooking = true;
    const now = await look().finally(() => {
      isLooking = false;
    });
    first ??= now;
    const line = describe(now, first, (performance.now() - began) / 1000);
    output.write(output.isTTY ? `\r\u001B[2K${line.slice(0, (output.columns ?? 80) - 1)}` : `${line}\n`);
  }

  // Redis may be away for a while: the next look is as good.
  const timer = setInterval(() => void show().catch(() => {}), output.isTTY ? TERMINAL_MS : LOG_MS);
  const begun = show().catch(() => {});
  return {
    async end() {
      await begun;
      clearInterval(timer);
      await show();
      if (output.isTTY) output.write('\n');
    },
  };
}

function describe({ read, judged, share }, first, seconds) {
  const parts = [`${read.toLocaleString('en')} read`, `${judged.toLocaleString('en')} judged`];
  parts.push(`${Math.round((judged - first.judged) / Math.max(seconds, 0.001)).toLocaleString('en')}/s`);
  if (share === undefined) return parts.join(', ');
  parts.unshift(`${Math.floor(share * 100)} %`);
  const done = share - first.share;
  if (done > 0.01 && share < 1) parts.push(`${duration((seconds / done) * (1 - share))} left`);
  return parts.join(', ');
}

function duration(seconds) {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
