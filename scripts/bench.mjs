// npm run bench: prints the measurements of bench/. Run `npm test` once before, which installs and builds.
import './node-version.mjs';
import { join } from 'node:path';

const { passSignals, pnpm, root, run } = await import('./workspace.mjs');

passSignals();
const code = await run(pnpm('-r', '--filter', './packages/*', 'build'), { quiet: true });
process.exitCode =
  code || (await run([process.execPath, join(root, 'bench', 'main.mjs'), ...process.argv.slice(2)]));
