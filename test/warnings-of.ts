/** The warnings that `run` brings about. */
export async function warningsOf(run: () => Promise<unknown>): Promise<string[]> {
  const warnings: string[] = [];
  const hear = (warning: Error) => {
    if (warning.name === 'ToxicityGuardWarning') warnings.push(warning.message);
  };
  process.on('warning', hear);
  await run();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', hear);
  return warnings;
}
