import type { Options } from 'tsup';

/** What every package's build shares; a package adds its entries. */
export const base: Options = {
  format: ['esm', 'cjs'],
  target: 'node20',
  platform: 'node',
  dts: { compilerOptions: { paths: {} } },
  clean: true,
  shims: true,
  sourcemap: false,
  splitting: true,
  treeshake: true,
};
