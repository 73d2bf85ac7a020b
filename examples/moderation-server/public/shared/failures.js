/** A failure as a sentence to show. `retryAfter` is in seconds, `undefined` where asking again would not help. */
export class Failure extends Error {
  constructor(sentence, retryAfter) {
    super(sentence);
    this.retryAfter = retryAfter;
  }
}

/** Asks the server. Throws a {@link Failure} for every answer that is none, and for none at all. */
export async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    throw failureOf(error);
  }
  if (!response.ok) throw await refusalOf(response);
  return response;
}

export function askJson(path, body, signal) {
  const headers = { 'Content-Type': 'application/json' };
  return ask(path, { method: 'POST', headers, body: JSON.stringify(body), signal });
}

/** What a connection that broke is to the reader. An abort is ours and stays what it is. */
export function failureOf(error) {
  if (error instanceof Failure || error.name === 'AbortError') return error;
  return new Failure('The server does not answer.', 2);
}

async function refusalOf(response) {
  const { status, statusText, headers } = response;
  const { detail = statusText } = await response.json().catch(() => ({}));
  if (status === 413) return new Failure(`That is more than the server takes at once. ${detail}`);
  const retryAfter = Number(headers.get('Retry-After') ?? 1);
  if (status === 503) return new Failure(`The server is busy. ${detail}`, retryAfter);
  // From a proxy that limits its clients.
  if (status === 429) return new Failure('That is more often than the server allows.', retryAfter);
  return new Failure(`The server answered ${status}. ${detail}`);
}

/** Waits; an abort ends it with the abort's error. */
export function wait(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
