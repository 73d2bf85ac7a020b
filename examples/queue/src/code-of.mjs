/**
 * What may be said of an error in a log or in Redis: its code, or else its name. Its message may quote a comment,
 * and an error of Redis holds the whole command.
 */
export function codeOf(error) {
  const codes = [error?.code, error?.cause?.code, error?.name];
  return codes.find((code) => typeof code === 'string' && /^\w{1,64}$/.test(code)) ?? 'UNKNOWN';
}
