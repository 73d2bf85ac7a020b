/** Runs something and keeps from the test runner what fails in it unheard: who is tested hears it too. */
export async function unheardByRunner(run: () => Promise<void>): Promise<void> {
  const runners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  try {
    await run();
  } finally {
    for (const listener of runners) process.on('unhandledRejection', listener);
  }
}
