export type { Figure } from './bootstrap.js';
export {
  type Calibrated,
  type CalibratedLevel,
  type CalibrateOptions,
  calibrateThresholds,
} from './calibrate-thresholds.js';
export { DISGUISE_PAIRS, DISGUISES, type Disguise, type DisguiseName, type Random } from './disguise.js';
export { type EvaluateOptions, type Evaluation, evaluate } from './evaluate.js';
export type { Figures } from './figures.js';
export { show, showShare, table } from './markdown.js';
export { fillCard, writeModelCard } from './model-card.js';
export type { Progress } from './progress.js';
export { writeReport } from './report.js';
export { DISGUISE_NAMES } from './robustness.js';
export { summarise } from './summary.js';
export { type ThresholdRates, thresholdRates, thresholdTable } from './threshold-rates.js';
