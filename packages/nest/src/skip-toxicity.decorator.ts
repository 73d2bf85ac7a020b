import { SetMetadata } from '@nestjs/common';
import type { RouteDecorator } from './toxicity-route.decorator.js';
import { TOXICITY_ROUTE } from './toxicity-route.key.js';

/**
 * Takes a handler, or every handler of a class, out of what its class or the application judges.
 *
 * @example
 * @Post('login')
 * @SkipToxicity()
 * login(@Body() credentials: Credentials) { … }
 */
export const SkipToxicity = (): RouteDecorator => SetMetadata(TOXICITY_ROUTE, false);
