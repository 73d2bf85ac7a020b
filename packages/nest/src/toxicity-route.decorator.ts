import { applyDecorators, SetMetadata, UseGuards, UseInterceptors } from '@nestjs/common';
import { ToxicityGuard } from './toxicity.guard.js';
import { ToxicityInterceptor } from './toxicity.interceptor.js';
import { checkRouteOptions, type RouteToxicity, type RouteToxicityOptions } from './toxicity.options.js';
import { TOXICITY_ROUTE } from './toxicity-route.key.js';

export type RouteDecorator = ClassDecorator & MethodDecorator;

const NONE: RouteToxicityOptions = {};

/** Makes the decorator of a mode. Of one options object it makes one {@link RouteToxicity}, however often it is used. */
export function routeDecorator(
  mode: RouteToxicity['mode'],
): (options?: RouteToxicityOptions) => RouteDecorator {
  const routes = new WeakMap<RouteToxicityOptions, RouteToxicity>();
  return (options = NONE) => {
    const route = routes.get(options) ?? Object.freeze({ ...checkRouteOptions(options), mode });
    routes.set(options, route);
    const { after } = route;
    const late = after === undefined ? [] : [UseInterceptors(after, ToxicityInterceptor)];
    return applyDecorators(SetMetadata(TOXICITY_ROUTE, route), UseGuards(ToxicityGuard), ...late);
  };
}
