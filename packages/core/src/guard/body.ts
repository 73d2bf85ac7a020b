import { ToxicityGuardError } from '../errors.js';
import { isRaw } from '../fields/walk.js';
import type { GuardRequest } from './decision.js';

/** How to mount the guard, in the words of a framework. */
export interface MountHints {
  /** What parses JSON, form and text bodies, before the guard. */
  readonly parser: string;
  /** What parses uploads, before the guard. */
  readonly upload: string;
}

export const PLAIN_HINTS: MountHints = {
  parser: 'Parse the body before the guard judges it.',
  upload: 'Parse the upload before the guard judges it.',
};

/** A body that the guard cannot see: an error where it must hold text, a warning where it may. */
export type Unseen = { readonly error: ToxicityGuardError } | { readonly warning: string };

/**
 * Says whether the body of a request is hidden from the guard, and how grave that is. Decided here for every
 * framework: an adapter only tells what it knows, through `bodyMissing`.
 */
export function unseenBody(request: GuardRequest, hints: MountHints): Unseen | null {
  const { body, headers, bodyMissing } = request;
  const raw = isRaw(body);
  if (!raw && (bodyMissing === undefined || !announcesBody(headers))) return null;
  const type = contentType(headers);
  const kind = raw && headers === undefined ? 'text' : kindOf(type);
  if (kind === 'binary') return null;
  if (kind === 'multipart')
    return { warning: `An upload passed unjudged: no parser ran before. ${hints.upload}` };
  if (kind === 'unknown') {
    return {
      warning: `A body of a type that may hold text passed unjudged: no parser took it. ${hints.parser}`,
    };
  }
  if (raw) {
    const message = `The body is raw bytes, though it holds text (${kind}). ${hints.parser}`;
    return { error: new ToxicityGuardError('BODY_NOT_PARSED', message) };
  }
  if (bodyMissing === 'elsewhere') {
    return {
      warning: 'A body passed unjudged: something read it and left nothing. Give `fields` as a function.',
    };
  }
  if (bodyMissing === 'declined') {
    const message = `A parser ran before the guard and did not take a body of this type (${kind}). ${hints.parser}`;
    return { error: new ToxicityGuardError('UNSUPPORTED_BODY', message) };
  }
  return {
    error: new ToxicityGuardError('BODY_NOT_PARSED', `No parser ran before the guard. ${hints.parser}`),
  };
}

type Kind = 'JSON' | 'form' | 'text' | 'multipart' | 'binary' | 'unknown';

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['application/json', 'JSON'],
  ['application/x-ndjson', 'JSON'],
  ['application/x-www-form-urlencoded', 'form'],
  ['application/graphql', 'text'],
  ['application/xml', 'text'],
  ['application/yaml', 'text'],
  ['application/octet-stream', 'binary'],
  ['application/pdf', 'binary'],
  ['application/zip', 'binary'],
  ['application/gzip', 'binary'],
]);

function kindOf(type: string): Kind {
  const known = KINDS.get(type);
  if (known !== undefined) return known;
  if (type.endsWith('+json')) return 'JSON';
  if (type.startsWith('text/') || type.endsWith('+xml')) return 'text';
  if (type.startsWith('multipart/')) return 'multipart';
  const family = type.slice(0, type.indexOf('/') + 1);
  return ['image/', 'audio/', 'video/', 'font/'].includes(family) ? 'binary' : 'unknown';
}

function contentType(headers: unknown): string {
  return header(headers, 'content-type').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** As RFC 9112 section 6 tells: a length, or a transfer coding. */
function announcesBody(headers: unknown): boolean {
  const length = header(headers, 'content-length');
  return (length !== '' && length !== '0') || header(headers, 'transfer-encoding') !== '';
}

function header(headers: unknown, name: string): string {
  if (typeof headers !== 'object' || headers === null) return '';
  const value: unknown = (headers as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}
