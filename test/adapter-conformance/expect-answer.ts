import { expect } from 'vitest';
import type { Answer } from './ask.js';

/** Headers of the connection, which are the server's own affair. */
const TRANSPORT = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];

/** The headers of an answer but those of the connection. */
export function headersOf({ headers }: Answer): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !TRANSPORT.includes(name)));
}

/** A request that reached its handler: 201, with the body that the handler got and the mark. */
export function expectPassed(
  answer: Answer,
  expected: { readonly body?: unknown; readonly toxicity?: unknown } = {},
): void {
  expect(answer.status, answer.text).toBe(201);
  const { body, toxicity } = JSON.parse(answer.text);
  if ('body' in expected) expect(body).toStrictEqual(expected.body);
  if ('toxicity' in expected) {
    if (expected.toxicity === null) expect(toxicity).toBeNull();
    else expect(toxicity).toMatchObject(expected.toxicity as object);
  }
}

/** A refusal, to the byte: these headers and no others, this problem and nothing more. */
export function expectRefused(
  answer: Answer,
  problem: { readonly status: number; readonly [member: string]: unknown },
  retryAfter?: string,
): void {
  expect(answer.status, answer.text).toBe(problem.status);
  expect(headersOf(answer)).toEqual({
    'cache-control': 'no-store',
    'content-type': 'application/problem+json; charset=utf-8',
    ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
  });
  expect(answer.headers['content-length'] ?? String(Buffer.byteLength(answer.text))).toBe(
    String(Buffer.byteLength(answer.text)),
  );
  expect(answer.text).toBe(JSON.stringify(problem));
}

/** The problem of a request in which these texts are refused. `REFUSE` is judged toxic and an insult. */
export function toxicContent(...pointers: string[]) {
  return toxicContentIn('body', ...pointers);
}

export function toxicContentIn(part: string, ...pointers: string[]) {
  const count = pointers.length;
  return {
    type: 'urn:toxicity-guard:problem:toxic-content',
    title: 'Content refused',
    status: 422,
    detail: count === 1 ? '1 text was refused as toxic.' : `${count} texts were refused as toxic.`,
    code: 'TOXIC_CONTENT',
    errors: pointers.map((pointer) => ({
      detail: 'Judged toxic, insult.',
      in: part,
      pointer,
      labels: ['toxic', 'insult'],
    })),
  };
}

/** The problem of a request that could not be judged, through nobody's fault who sent it. */
export function unavailable(code: string) {
  return {
    type: 'urn:toxicity-guard:problem:unavailable',
    title: 'Content could not be checked',
    status: 503,
    detail: 'The content of the request could not be checked for toxicity. Try again later.',
    code,
  };
}

/** The problem of a request with too much text. */
export const TOO_LONG = {
  type: 'urn:toxicity-guard:problem:content-too-large',
  title: 'Content too large to be checked',
  status: 413,
  detail: 'The request has more text than can be checked.',
  code: 'TEXT_TOO_LONG',
};
