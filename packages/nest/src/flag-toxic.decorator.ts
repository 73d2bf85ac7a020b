import type { RouteToxicityOptions } from './toxicity.options.js';
import { type RouteDecorator, routeDecorator } from './toxicity-route.decorator.js';

/**
 * Lets every call of a handler, or of every handler of a class, pass and marks the toxic ones: `@Toxicity()` gives
 * the mark. A handler's decorator wins over its class's.
 *
 * @throws {TypeError} for an option that is unknown or wrong.
 *
 * @example
 * @Post('comments')
 * @FlagToxic()
 * create(@Body() comment: Comment, @Toxicity() toxicity: Decision | null) { … }
 */
export const FlagToxic: (options?: RouteToxicityOptions) => RouteDecorator = routeDecorator('flag');
