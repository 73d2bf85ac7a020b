import { inspect } from 'node:util';

const METHODS = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;

/** What a process writes, to its streams, its console and its warnings, while something runs. */
export async function outputOf<T>(run: () => Promise<T>): Promise<{ output: string; result: T }> {
  const lines: string[] = [];
  const hear = (warning: Error) => lines.push(inspect(warning));
  const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }));
  const methods = METHODS.map((name) => ({ name, method: console[name] }));
  for (const { stream, write } of streams) {
    stream.write = ((...args: Parameters<typeof write>) => {
      lines.push(String(args[0]));
      return write.apply(stream, args);
    }) as typeof write;
  }
  for (const { name } of methods) console[name] = (...args: unknown[]) => lines.push(inspect(args));
  process.on('warning', hear);
  try {
    const result = await run();
    // A warning is told in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
    return { output: lines.join('\n'), result };
  } finally {
    process.off('warning', hear);
    for (const { stream, write } of streams) stream.write = write;
    for (const { name, method } of methods) console[name] = method;
  }
}
