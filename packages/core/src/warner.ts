/** Makes a function that warns the process, each message once. */
export function createWarner(): (message: string) => void {
  const warned = new Set<string>();
  return (message) => {
    if (warned.has(message)) return;
    warned.add(message);
    process.emitWarning(message, 'ToxicityGuardWarning');
  };
}
