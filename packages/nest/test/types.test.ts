import type { CanActivate, DynamicModule, ExecutionContext, Type } from '@nestjs/common';
import type { Classifier, Decision, GuardOptions } from '@toxicity-guard/core';
import { describe, expectTypeOf, it } from 'vitest';
import type * as nest from '../src/index.js';

describe('the types', () => {
  it('of the decorators fit classes and methods, or a parameter', () => {
    type Decorator = ClassDecorator & MethodDecorator;
    expectTypeOf<typeof nest.RejectToxic>().returns.toEqualTypeOf<Decorator>();
    expectTypeOf<typeof nest.FlagToxic>().toEqualTypeOf<typeof nest.RejectToxic>();
    expectTypeOf<typeof nest.SkipToxicity>().toEqualTypeOf<() => Decorator>();
    expectTypeOf<typeof nest.Toxicity>().toEqualTypeOf<() => ParameterDecorator>();
  });

  it('of the options are those of core and of Nest, and of a decorator not those of the module alone', () => {
    expectTypeOf<keyof nest.ToxicityModuleOptions>().toEqualTypeOf<keyof GuardOptions | 'skip'>();
    expectTypeOf<keyof nest.RouteToxicityOptions>().toEqualTypeOf<
      Exclude<keyof GuardOptions, 'classifier' | 'mode'> | 'skip' | 'after'
    >();
    expectTypeOf<NonNullable<nest.ToxicityModuleOptions['skip']>>().parameters.toEqualTypeOf<
      [ExecutionContext]
    >();
  });

  it('of the module are what Nest imports, in every form', () => {
    type Module = typeof nest.ToxicityModule;
    expectTypeOf<Module['forRoot']>().toEqualTypeOf<
      (options?: nest.ToxicityModuleOptions) => DynamicModule
    >();
    expectTypeOf<nest.ToxicityModuleAsyncOptions>().toExtend<Parameters<Module['forRootAsync']>[0]>();
    expectTypeOf<{
      useExisting: Type<nest.ToxicityOptionsFactory>;
    }>().toExtend<nest.ToxicityModuleAsyncOptions>();
    expectTypeOf<{ useClass: Type<object> }>().not.toExtend<nest.ToxicityModuleAsyncOptions>();
  });

  it('of the guard, the service and the request', () => {
    expectTypeOf<nest.ToxicityGuard>().toExtend<CanActivate>();
    expectTypeOf<nest.ToxicityService>().toExtend<Pick<Classifier, 'classify' | 'classifyMany' | 'ready'>>();
    expectTypeOf<Express.Request['toxicity']>().toEqualTypeOf<Decision | undefined>();
  });
});
