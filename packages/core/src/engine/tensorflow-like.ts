/**
 * The parts of TensorFlow.js that the `tensorflow()` engine calls. `@tensorflow/tfjs`, `@tensorflow/tfjs-node` and
 * `@tensorflow/tfjs-node-gpu` have this shape.
 */
export interface TensorFlowLike {
  ready(): Promise<void>;
  getBackend(): string;
  tensor2d(values: Int32Array | Float32Array, shape: [number, number], dtype: InputType): TensorLike;
  tensor3d(values: Float32Array, shape: [number, number, number], dtype: InputType): TensorLike;
  loadLayersModel(handler: never): Promise<object>;
  loadGraphModel(handler: never): Promise<object>;
  /** Only in tfjs-node. */
  readonly node?: { loadSavedModel(path: string): Promise<object> };
}

/** What a network takes for a number. */
export type InputType = 'int32' | 'float32';

/** A tensor, as it comes out of a network. */
export interface TensorLike {
  readonly shape: readonly number[];
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

/** A loaded LayersModel, GraphModel or TFSavedModel. */
export interface TensorFlowModel {
  predict(input: never): unknown;
  dispose(): unknown;
}

/** What of a model says what it takes: on LayersModel, GraphModel and TFSavedModel, each in its own way. */
export interface ModelParts extends TensorFlowModel {
  /** On a GraphModel, for graphs with control flow. */
  executeAsync?(input: TensorLike): Promise<unknown>;
  readonly inputs?: readonly { readonly shape?: readonly unknown[] | null; readonly dtype?: string }[];
  readonly layers?: readonly { getClassName(): string; readonly inputDim?: unknown }[];
}
