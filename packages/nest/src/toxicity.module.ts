import {
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Global,
  Inject,
  Module,
} from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { ToxicityFilter } from './toxicity.filter.js';
import { ToxicityGuard } from './toxicity.guard.js';
import { ConfigurableModuleClass, TOXICITY_OPTIONS } from './toxicity.module-definition.js';
import { checkModuleOptions, type ToxicityModuleOptions } from './toxicity.options.js';
import { ToxicityService } from './toxicity.service.js';

/** Options of `ToxicityModule.forRootAsync()`: `useFactory`, `useClass` or `useExisting`. */
export type ToxicityModuleAsyncOptions = ConfigurableModuleAsyncOptions<
  ToxicityModuleOptions,
  'createToxicityOptions'
>;

/**
 * Gives an application what its guards need: the options and one classifier for all. It is global: import it once,
 * in the application's module. It judges nothing by itself; a decorator does, or a guard that you bind.
 *
 * @example
 * @Module({ imports: [ToxicityModule.forRoot()], controllers: [CommentsController] })
 * export class AppModule {}
 *
 * @example
 * // Every route of the application, but for those with `@SkipToxicity()`.
 * @Module({
 *   imports: [ToxicityModule.forRoot({ mode: 'flag' })],
 *   providers: [{ provide: APP_GUARD, useClass: ToxicityGuard }],
 * })
 * export class AppModule {}
 */
@Global()
@Module({
  providers: [ToxicityService, ToxicityGuard, ToxicityFilter],
  exports: [ToxicityService, ToxicityGuard],
})
export class ToxicityModule extends ConfigurableModuleClass {
  constructor(
    @Inject(ApplicationConfig) config: ApplicationConfig,
    @Inject(ToxicityFilter) filter: ToxicityFilter,
  ) {
    super();
    // Before any of the application, so that it comes last: as an APP_FILTER it would keep refusals from theirs.
    config.addGlobalFilter(filter);
  }

  /** @throws {TypeError} for an option that is unknown or wrong. Those of `forRootAsync()` throw it at the start. */
  static override forRoot(options: ToxicityModuleOptions = {}): DynamicModule {
    const provider = { provide: TOXICITY_OPTIONS, useValue: checkModuleOptions(options) };
    return { module: ToxicityModule, providers: [provider] };
  }
}
