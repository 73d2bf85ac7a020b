/** How far a long run is, as `@toxicity-guard/trainer` tells it. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly note?: string;
}

/** Where progress is shown: standard error, or a test's own. */
export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const TERMINAL_INTERVAL = 100;
const LOG_INTERVAL = 30_000;
/** Before this share of a stage is done, nobody knows how long it takes. */
const TELLING_SHARE = 0.01;

/**
 * Makes a function that shows progress with the time left: one line that is written over on a terminal, a line
 * every half minute in a log. `now` is a clock in milliseconds.
 */
export function progressPrinter(
  output: ProgressOutput,
  now: () => number = () => performance.now(),
): (progress: Progress) => void {
  const interval = output.isTTY === true ? TERMINAL_INTERVAL : LOG_INTERVAL;
  let stage: string | undefined;
  let begin = { at: 0, done: 0 };
  let last = Number.NEGATIVE_INFINITY;

  return (progress) => {
    const time = now();
    const isNew = progress.stage !== stage;
    if (isNew) {
      if (stage !== undefined && output.isTTY === true) output.write('\n');
      stage = progress.stage;
      begin = { at: time, done: progress.done };
    }
    // The last step of a stage is always shown, or a finished stage would seem to have stopped short.
    if (!isNew && time - last < interval && progress.done < progress.total) return;
    last = time;
    const line = describe(progress, begin, time);
    output.write(
      output.isTTY === true ? `\r\u001B[2K${line.slice(0, (output.columns ?? 80) - 1)}` : `${line}\n`,
    );
  };
}

function describe(
  { stage, done, total, note }: Progress,
  begin: { readonly at: number; readonly done: number },
  time: number,
): string {
  if (done <= 0 || total <= 1) return stage;
  const parts = [`${stage}: ${Math.floor((done / total) * 100)} %`];
  if (note !== undefined) parts.push(note);
  const made = done - begin.done;
  if (made / total >= TELLING_SHARE && done < total) {
    parts.push(`${duration(((time - begin.at) / made) * (total - done))} left`);
  }
  return parts.join(', ');
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
