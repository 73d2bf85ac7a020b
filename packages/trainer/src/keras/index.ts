export type { ImportedInput, ImportedLayer, ImportedOutput } from './describe.js';
export type { EngineProblems } from './engine-problems.js';
export { type ImportedModel, type ImportKerasOptions, importKeras } from './import-keras.js';
export { summariseImport } from './summarise.js';
