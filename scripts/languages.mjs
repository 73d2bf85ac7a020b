// npm run languages: measures how often a text's language is mistaken. With `--write` the figures go to
// docs/guide/languages.md. Run `npm test` once before, which installs.
import './node-version.mjs';
import { join } from 'node:path';

const { passSignals, pnpm, root, run } = await import('./workspace.mjs');

passSignals();
const code = await run(pnpm('--filter', './packages/core', 'build'), { quiet: true });
process.exitCode =
  code || (await run([process.execPath, join(root, 'bench', 'languages.mjs'), ...process.argv.slice(2)]));
