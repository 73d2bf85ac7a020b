import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Decision } from '@toxicity-guard/core';
import { verdictOf } from './calls/verdict.js';

declare global {
  namespace Express {
    interface Request {
      /** What the guard decided of a request that it let pass; absent in `shadow` and where there was no text. */
      toxicity?: Decision;
    }
  }
}

/**
 * Gives a handler's parameter the {@link Decision} of the call: its action is `allow`, `flag` or, where
 * `failure: 'open'` let it pass, `unavailable`. `null` in `shadow`, and where no guard ran or there was no text.
 *
 * @example
 * @Post('comments')
 * @FlagToxic()
 * create(@Body() comment: Comment, @Toxicity() toxicity: Decision | null) {
 *   return this.comments.add(comment, { review: toxicity?.action === 'flag' })
 * }
 */
export const Toxicity: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Decision | null => verdictOf(context) ?? null,
);
