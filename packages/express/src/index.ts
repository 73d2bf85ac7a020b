export type { ToxicityGuardOptions } from './options.js';
export { type ToxicityMiddleware, toxicityGuard } from './toxicity-guard.js';
