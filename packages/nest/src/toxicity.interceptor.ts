import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { ToxicityGuard } from './toxicity.guard.js';

/** Judges in the guard's place, when the interceptor that parses the body has run. Bound by the option `after`. */
@Injectable()
export class ToxicityInterceptor implements NestInterceptor {
  constructor(@Inject(ToxicityGuard) private readonly guard: ToxicityGuard) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<ReturnType<CallHandler['handle']>> {
    if (this.guard.isLate(context)) await this.guard.check(context);
    return next.handle();
  }
}
