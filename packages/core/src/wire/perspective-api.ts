import type { ModelInfo } from '../classifier/classification.js';

/** What is asked of the interface. */
export type PerspectiveOperation = 'analyze' | 'suggestscore' | 'discovery';

/** Where each operation is, below the address of the server. */
export const PERSPECTIVE_ROUTES: readonly {
  readonly method: 'POST' | 'GET';
  readonly path: string;
  readonly operation: PerspectiveOperation;
}[] = [
  { method: 'POST', path: '/v1alpha1/comments:analyze', operation: 'analyze' },
  { method: 'POST', path: '/v1alpha1/comments:suggestscore', operation: 'suggestscore' },
  { method: 'GET', path: '/$discovery/rest', operation: 'discovery' },
];

/** The longest body, in bytes, that a server need read for the interface. */
export const PERSPECTIVE_BODY_LIMIT = 1_048_576;

/** A request as {@link PerspectiveApi.answer} takes it. */
export interface PerspectiveRequest {
  readonly operation: PerspectiveOperation;
  /** What was parsed, or JSON as text or as bytes of UTF-8. */
  readonly body?: unknown;
  /** Why there is no body, although there was one. */
  readonly bodyMissing?: 'too long' | 'broken off' | undefined;
  /** The query by name. */
  readonly query?: unknown;
  /** The headers by name in lower case. */
  readonly headers?: unknown;
  /** The address that was asked, for the discovery document. */
  readonly rootUrl?: string | undefined;
}

/** An answer to send as it is. */
export interface PerspectiveAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The Perspective API of a server. Made by {@link createPerspectiveApi}. */
export interface PerspectiveApi {
  /**
   * Answers a request. It does not reject.
   *
   * @param options.signal Gives the judgement up, such as when the client has gone.
   */
  answer(
    request: PerspectiveRequest,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<PerspectiveAnswer>;
  /** Loads the model, which otherwise waits for the first request. Rejects where it cannot be read. */
  ready(): Promise<ModelInfo>;
  /** Releases the model, unless the classifier is yours. */
  close(): Promise<void>;
}
