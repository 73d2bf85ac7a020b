import { HttpException } from '@nestjs/common';
import type { Problem } from '@toxicity-guard/core';

/**
 * A refusal, over HTTP and GraphQL. An exception filter that catches it answers in its own way.
 *
 * @example
 * @Catch(ToxicityException)
 * export class RefusalFilter implements ExceptionFilter {
 *   catch({ problem }: ToxicityException, host: ArgumentsHost) {
 *     host.switchToHttp().getResponse<Response>().status(400).json({ refused: problem.code })
 *   }
 * }
 */
export class ToxicityException extends HttpException {
  /** What GraphQL servers put into an error's `extensions`. */
  readonly extensions: { readonly code: string; readonly problem: Problem };

  constructor(readonly problem: Problem) {
    super(problem, problem.status);
    this.message = problem.detail;
    this.extensions = { code: problem.code, problem };
  }
}
