import type { RouteToxicityOptions } from './toxicity.options.js';
import { type RouteDecorator, routeDecorator } from './toxicity-route.decorator.js';

/**
 * Refuses toxic calls of a handler, or of every handler of a class. A handler's decorator wins over its class's.
 *
 * @throws {TypeError} for an option that is unknown or wrong.
 *
 * @example
 * @Post('comments')
 * @RejectToxic({ fields: ['/comment'] })
 * create(@Body() comment: Comment) { … }
 */
export const RejectToxic: (options?: RouteToxicityOptions) => RouteDecorator = routeDecorator('reject');
