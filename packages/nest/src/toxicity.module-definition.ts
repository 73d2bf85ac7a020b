import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { ToxicityModuleOptions } from './toxicity.options.js';

/**
 * The token of the module's options, such as for a test's `overrideProvider(TOXICITY_OPTIONS)`. It is the same in a
 * CommonJS and an ES module copy of this package.
 */
export const TOXICITY_OPTIONS: unique symbol = Symbol.for('toxicity-guard.options');

/** What `useClass` and `useExisting` of `ToxicityModule.forRootAsync()` name. */
export interface ToxicityOptionsFactory {
  createToxicityOptions(): ToxicityModuleOptions | Promise<ToxicityModuleOptions>;
}

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ToxicityModuleOptions>({
  optionsInjectionToken: TOXICITY_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createToxicityOptions')
  .build();
