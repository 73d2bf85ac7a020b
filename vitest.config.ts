import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`packages/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests read the sources, so that a failure points at them and no stale build is judged.
    alias: [
      { find: /^@toxicity-guard\/core$/, replacement: source('core/src/index.ts') },
      { find: /^@toxicity-guard\/core\/training$/, replacement: source('core/src/training.ts') },
      { find: /^@toxicity-guard\/express$/, replacement: source('express/src/index.ts') },
      { find: /^@toxicity-guard\/fastify$/, replacement: source('fastify/src/index.ts') },
      { find: /^@toxicity-guard\/trainer$/, replacement: source('trainer/src/index.ts') },
      {
        find: /^@toxicity-guard\/trainer\/evaluation$/,
        replacement: source('trainer/src/evaluation/index.ts'),
      },
      { find: /^@toxicity-guard\/trainer\/keras$/, replacement: source('trainer/src/keras/index.ts') },
    ],
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    retry: 0,
    // A test that leaves a promise to fail later fails the run.
    dangerouslyIgnoreUnhandledErrors: false,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
