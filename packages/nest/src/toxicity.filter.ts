import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ToxicityException } from './toxicity.exception.js';

/** Answers refusals over HTTP, because Nest's own filter answers every exception as `application/json`. */
@Catch(ToxicityException)
export class ToxicityFilter implements ExceptionFilter<ToxicityException> {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(exception: ToxicityException, host: ArgumentsHost): void {
    // A GraphQL server answers by itself, and it may have no response to write to.
    if (host.getType() !== 'http') throw exception;
    const { httpAdapter } = this.host;
    const { status } = exception.problem;
    const text = JSON.stringify(exception.problem);
    const response: unknown = host.switchToHttp().getResponse();
    // Somebody has answered in the meantime: there is nothing left to say.
    if (httpAdapter.isHeadersSent(response)) return void httpAdapter.end(response);
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json; charset=utf-8');
    if (httpAdapter.getType() === 'express') {
      // What Express sends it gives an ETag, and this is not to be kept.
      httpAdapter.status(response, status);
      httpAdapter.end(response, text);
    } else {
      // As a string, or Nest makes `application/json` of it, whatever the header says.
      httpAdapter.reply(response, text, status);
    }
  }
}
