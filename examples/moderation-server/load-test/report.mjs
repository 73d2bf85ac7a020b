/** The report of a run, as Markdown: what happened, and how requests fared from then to the next event. */
export function reportOf(samples, events, failures) {
  const requests = samples.reduce((sum, sample) => sum + sample.requests, 0);
  const rows = events.slice(0, -1).map(({ at, what }, index) => {
    const until = events[index + 1].at;
    const own = samples.filter((sample) => sample.at >= at && sample.at < until);
    const count = own.reduce((sum, sample) => sum + sample.requests, 0);
    const workers = own.map((sample) => sample.workers);
    const cells = [
      `${at.toFixed(0)} s`,
      what,
      count.toLocaleString('en'),
      Math.round(count / (until - at)).toLocaleString('en'),
      middle(own.map(({ p50 }) => p50)).toFixed(1),
      Math.max(...own.map(({ p99 }) => p99)).toFixed(0),
      `${Math.min(...workers)}–${Math.max(...workers)}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '# Load test',
    '',
    'Made by `node load-test/main.mjs`: the clients, the process that watches and all workers on the same machine. Single',
    'texts are counted, not the batches beside them.',
    '',
    `**${requests.toLocaleString('en')} requests, ${failures.length === 0 ? 'none failed' : `${failures.length} failed`}.**`,
    '',
    '| From | What happens | Requests | A second | p50, ms | Highest p99, ms | Workers |',
    '| ---: | --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
    ...(failures.length > 0 ? [`Failures: ${[...new Set(failures)].join(', ')}.`, ''] : []),
    '![Answers a second](answers.svg)',
    '',
    '![Latency](latency.svg)',
    '',
    '![Workers](workers.svg)',
    '',
  ].join('\n');
}

function middle(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
