export type { MakeToxicityGuard } from './guards.js';
export type { RouteToxicityOptions, ToxicityGuardOptions } from './options.js';
export { perspectiveApi } from './perspective-api.js';
export { toxicityGuard, toxicityGuard as default } from './toxicity-guard.js';
