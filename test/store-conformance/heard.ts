/** Runs something and gives the errors that nobody heard meanwhile. */
export async function heardBy(run: () => Promise<void>): Promise<unknown[]> {
  const unheard: unknown[] = [];
  const hear = (error: unknown) => unheard.push(error);
  process.on('unhandledRejection', hear).on('uncaughtException', hear);
  try {
    await run();
    await new Promise((resolve) => setImmediate(resolve));
    return unheard;
  } finally {
    process.off('unhandledRejection', hear).off('uncaughtException', hear);
  }
}
