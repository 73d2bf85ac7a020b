/** How far a run is. The trainer's own says more, but its types lead to TensorFlow's. */
export interface Progress {
  /** What is being done, such as `judging`. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}
