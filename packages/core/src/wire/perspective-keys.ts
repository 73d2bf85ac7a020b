import { createHash, timingSafeEqual } from 'node:crypto';
import { PerspectiveError } from './perspective-error.js';

const UNREGISTERED =
  "Method doesn't allow unregistered callers (callers without established identity). " +
  'Please use API Key or other form of API consumer identity to call this API.';
const INVALID = 'API key not valid. Please pass a valid API key.';

/** Says whether requests bring a key that is accepted, as `key` of the query or as `X-Goog-Api-Key`. */
export class Keys {
  readonly #digests: readonly Buffer[] | undefined;

  /** @param keys those that are accepted; where there are none any is, and none is asked for. */
  constructor(keys: readonly string[] | undefined) {
    this.#digests = keys?.map(digest);
  }

  /**
   * @param isOptional whether a request may come without a key.
   * @throws {PerspectiveError} 403 without a key, 400 with one that is not accepted.
   */
  check({ query, headers }: { query?: unknown; headers?: unknown }, isOptional = false): void {
    if (this.#digests === undefined) return;
    const key = textOf(query, 'key') ?? textOf(headers, 'x-goog-api-key');
    if (key === undefined) {
      if (isOptional) return;
      throw new PerspectiveError(403, 'PERMISSION_DENIED', UNREGISTERED);
    }
    const given = digest(key);
    // Digests have one length, and the time that this takes tells nothing of the keys.
    if (this.#digests.filter((known) => timingSafeEqual(known, given)).length > 0) return;
    throw new PerspectiveError(400, 'INVALID_ARGUMENT', INVALID, [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'commentanalyzer.googleapis.com' },
      },
      {
        '@type': 'type.googleapis.com/google.rpc.LocalizedMessage',
        locale: 'en-US',
        message: INVALID,
      },
    ]);
  }
}

/** A value of a query or of headers; the first where there are many, and nothing where it is empty. */
export function textOf(values: unknown, name: string): string | undefined {
  if (typeof values !== 'object' || values === null || !Object.hasOwn(values, name)) return undefined;
  const value: unknown = [(values as Record<string, unknown>)[name]].flat()[0];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
