import type { Request } from 'express';

/**
 * The requests that a guard has judged. One that is mounted twice judges again only what may have changed in
 * between: a parser has read the body, or a route has found parameters.
 */
export class JudgedRequests {
  readonly #judged = new WeakMap<Request, { readonly body: unknown; readonly route: unknown }>();

  add(req: Request): void {
    this.#judged.set(req, { body: req.body, route: req.route });
  }

  has(req: Request): boolean {
    const judged = this.#judged.get(req);
    if (judged === undefined || judged.body !== req.body) return false;
    return judged.route === req.route || Object.keys(req.params).length === 0;
  }
}
