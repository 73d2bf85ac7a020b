/** Weights of a logistic regression on two features. */
export interface Stack {
  readonly deep: number;
  readonly wide: number;
  readonly bias: number;
}

/** Strength of the pull towards the plain sum; it matters for labels with few positives alone. */
const RIDGE = 1;

/**
 * Fits `P(label) = logistic(deep · d + wide · w + bias)` on comments the networks were not trained on, by
 * Newton's method: the weight of each part and Platt's calibration (1999) in one.
 *
 * @param d,w logits of the deep and of the linear part.
 * @param labels 1, 0, or any other value for a comment that is left out.
 * @param weights how much each comment counts.
 */
export function fitStack(
  d: ArrayLike<number>,
  w: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
): Stack {
  const [deep, wide, bias] = fitLogistic([d, w], labels, weights) as [number, number, number];
  if (deep >= 0 && wide >= 0) return { deep, wide, bias };
  // A part that would count against itself only fits noise: leave it out.
  const [weight, rest] = fitLogistic([deep < 0 ? w : d], labels, weights) as [number, number];
  return deep < 0 ? { deep: 0, wide: weight, bias: rest } : { deep: weight, wide: 0, bias: rest };
}

/** Platt's calibration (1999) of one logit: `P(label) = logistic(scale · logit + bias)`. */
export function fitPlatt(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
): { readonly scale: number; readonly bias: number } {
  const [scale, bias] = fitLogistic([logits], labels, weights) as [number, number];
  return { scale, bias };
}

/**
 * Weights of a logistic regression on some features, the bias last, by Newton's method.
 *
 * @param features columns, one number a row.
 * @param labels 1, 0, or any other value for a row that is left out.
 * @param counts how much each row counts.
 */
export function fitLogistic(
  features: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  counts: ArrayLike<number>,
): number[] {
  const size = features.length + 1;
  const prior = Array.from({ length: size }, (_, index) => (index < size - 1 ? 1 / (size - 1) : 0));
  const strength = prior.map((_, index) => (index < size - 1 ? RIDGE : 1e-6));
  let weights = [...prior];
  for (let iteration = 0; iteration < 50; iteration++) {
    const gradient = weights.map(
      (value, index) => (strength[index] as number) * (value - (prior[index] as number)),
    );
    const hessian = strength.map((value, i) => strength.map((_, j) => (i === j ? value : 0)));
    for (let row = 0; row < labels.length; row++) {
      const y = labels[row] as number;
      if (y > 1) continue;
      const x = [...features.map((feature) => feature[row] as number), 1];
      const z = x.reduce((sum, value, index) => sum + value * (weights[index] as number), 0);
      const p = 1 / (1 + Math.exp(-z));
      const count = counts[row] as number;
      for (let i = 0; i < size; i++) {
        gradient[i] = (gradient[i] as number) + count * (p - y) * (x[i] as number);
        for (let j = 0; j < size; j++) {
          const line = hessian[i] as number[];
          line[j] = (line[j] as number) + count * p * (1 - p) * (x[i] as number) * (x[j] as number);
        }
      }
    }
    const step = solve(hessian, gradient);
    weights = weights.map((value, index) => value - (step[index] as number));
    if (Math.max(...step.map(Math.abs)) < 1e-8) break;
  }
  return weights;
}

/** Solves a small linear system by Gaussian elimination with pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index] as number]);
  const size = right.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]?.[column] as number) > Math.abs(rows[pivot]?.[column] as number)) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const head = rows[column] as number[];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const line = rows[row] as number[];
      const factor = (line[column] as number) / (head[column] as number);
      for (let at = column; at <= size; at++) line[at] = (line[at] as number) - factor * (head[at] as number);
    }
  }
  return rows.map((row, index) => (row[size] as number) / (row[index] as number));
}
