import { ToxicityGuardError } from '../errors.js';
import type { GuardRequest } from '../guard/decision.js';
import { valuesOf } from './values.js';

/** What a request's body holds; nothing where there is none or where it is malformed. */
export interface ReadBody {
  readonly body?: unknown;
  /** Set where there is a body that was not read. */
  readonly missing?: NonNullable<GuardRequest['bodyMissing']>;
  /** Why the body cannot be had, for the guard's failure policy. */
  readonly error?: ToxicityGuardError;
}

/** Reads a clone of a request's body, and at most `most` bytes of it. */
export async function readBody(request: Request, most: number): Promise<ReadBody> {
  if (request.body === null) return {};
  if (request.bodyUsed || request.body.locked) {
    return fault(
      'BODY_NOT_PARSED',
      'The body was read before it was judged. Judge first, or give the parsed `body`.',
    );
  }
  const announced = request.headers.get('content-type') ?? '';
  const type = announced.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isEncoded = !['', 'identity'].includes(request.headers.get('content-encoding')?.toLowerCase() ?? '');
  // Where the type or the coding says that it is not for us, it may still be JSON: a handler's `json()` asks neither.
  const isOurs = kindOf(type) !== undefined && !isEncoded;
  const isWanted = (start: Uint8Array) => isOurs || mayBeJson(start);
  try {
    const bytes = await bytesOf(request, most, isWanted);
    if (bytes === 'unwanted') return { missing: 'declined' };
    if (bytes === 'too long') {
      return fault(
        'TEXT_TOO_LONG',
        `The body is longer than the ${most} bytes that \`maxBodyBytes\` allows.`,
      );
    }
    return bytes.length === 0 ? {} : await parse(bytes, type, announced);
  } catch {
    return fault('ABORTED', 'The body broke off before it was read.');
  }
}

function fault(code: 'BODY_NOT_PARSED' | 'TEXT_TOO_LONG' | 'ABORTED', message: string): ReadBody {
  return { error: new ToxicityGuardError(code, message) };
}

function kindOf(type: string): 'JSON' | 'form' | 'multipart' | 'text' | undefined {
  if (type === 'application/json' || type.endsWith('+json')) return 'JSON';
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (type === 'multipart/form-data') return 'multipart';
  return type.startsWith('text/') ? 'text' : undefined;
}

async function bytesOf(
  request: Request,
  most: number,
  isWanted: (start: Uint8Array) => boolean,
): Promise<Uint8Array | 'unwanted' | 'too long'> {
  const reader = (request.clone().body as ReadableStream<Uint8Array>).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer());
    if (value.length === 0) continue;
    const isFirst = length === 0;
    length += value.length;
    const verdict = isFirst && !isWanted(value) ? 'unwanted' : length > most ? 'too long' : null;
    if (verdict !== null) {
      // Not waited for: a clone's cancelling ends when the request's own stream does.
      void reader.cancel().catch(() => undefined);
      return verdict;
    }
    chunks.push(value);
  }
}

async function parse(bytes: Uint8Array, type: string, announced: string): Promise<ReadBody> {
  const kind = kindOf(type);
  if (kind === 'multipart') {
    const form = await formOf(bytes, announced);
    if (form !== null) return { body: valuesOf(form) };
  }
  // As `request.text()` and `request.json()` decode it, whatever charset it announces.
  const text = new TextDecoder().decode(bytes);
  const json = kind === 'JSON' || mayBeJson(bytes) ? parseJson(text) : undefined;
  if (json !== undefined) return { body: json };
  if (kind === 'JSON') return {};
  if (kind === 'form') return { body: valuesOf(new URLSearchParams(text)) };
  return kind === 'text' ? { body: text } : { missing: 'declined' };
}

/** Whether bytes begin as a JSON object, array or string does, or have not begun yet. */
function mayBeJson(start: Uint8Array): boolean {
  // As a stream, so that half a byte order mark is not taken for a letter.
  return /^\s*(?:$|[[{"])/.test(new TextDecoder().decode(start, { stream: true }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function formOf(bytes: Uint8Array, type: string): Promise<FormData | null> {
  try {
    return await new Response(bytes, { headers: { 'content-type': type } }).formData();
  } catch {
    return null;
  }
}
