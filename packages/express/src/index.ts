export type { ToxicityGuardOptions } from './options.js';
export { type PerspectiveMiddleware, perspectiveApi } from './perspective-api.js';
export { type ToxicityMiddleware, toxicityGuard } from './toxicity-guard.js';
