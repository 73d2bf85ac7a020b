/** How long the stores of these tests may take, in milliseconds. */
export const DEADLINE_MS = 50;

/** A way to fail. */
export interface Fault {
  readonly does: string;
  /** What reading gives. */
  answer(values: readonly unknown[]): unknown;
  /** Whether the store seems to answer, so that what it says may be taken for damage. */
  readonly seemsToAnswer?: true;
}

const after = <T>(delay: number, work: () => T): Promise<T> =>
  new Promise((resolve, reject) => {
    setTimeout(() => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    }, delay);
  });

const fail = (): never => {
  throw new Error('down');
};

export const FAULTS: readonly Fault[] = [
  { does: 'throws', answer: fail },
  { does: 'rejects', answer: async () => fail() },
  {
    does: 'throws nothing that could be told',
    answer: () => {
      throw undefined;
    },
  },
  { does: 'rejects with no error', answer: () => Promise.reject(Object.create(null)) },
  { does: 'hangs', answer: () => new Promise(() => undefined) },
  { does: 'is too slow', answer: (values) => after(4 * DEADLINE_MS, () => values) },
  { does: 'fails when nobody waits any more', answer: () => after(2 * DEADLINE_MS, fail) },
  { does: 'answers nothing', answer: () => undefined },
  { does: 'answers null', answer: async () => null },
  { does: 'answers text', answer: () => 'values' },
  { does: 'answers an object', answer: () => ({}) },
  { does: 'answers with a value less', answer: (values) => values.slice(1) },
  { does: 'answers with a value more', answer: (values) => [...values, 'one more'] },
  { does: 'hides what it has', answer: (values) => values.map(() => undefined) },
  { does: 'answers numbers', answer: (values) => values.map(() => 7), seemsToAnswer: true },
  { does: 'answers functions', answer: (values) => values.map(() => () => 'value'), seemsToAnswer: true },
  { does: 'answers symbols', answer: (values) => values.map(() => Symbol('value')), seemsToAnswer: true },
  {
    does: 'answers objects that throw when they are read',
    answer: (values) => values.map(() => new Proxy({}, { get: fail })),
    seemsToAnswer: true,
  },
  {
    does: 'answers with lists of its own',
    answer: (values) => values.map(() => ({ type: 'Buffer', data: ['a', -1, null] })),
    seemsToAnswer: true,
  },
  {
    does: 'answers with the values of other keys',
    answer: (values) => (values.length > 1 ? values.toReversed() : [{ words: ['other'], done: true }]),
    seemsToAnswer: true,
  },
];
