import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.js';

// A command, not a library: nobody imports it, so one format and no declarations.
export default defineConfig({ ...base, format: ['esm'], dts: false, entry: ['src/index.ts'] });
