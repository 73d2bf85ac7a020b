import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { base } from '../../tsup.base.js';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** The plots' libraries are bundled, to be a few hundred kilobytes of code instead of forty packages: with their licences. */
const notices: Plugin = {
  name: 'notices',
  setup(build) {
    build.onEnd(({ metafile }) => {
      const used = Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) =>
        Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0),
      );
      const folders = used.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? '');
      const texts = [...new Set(folders)]
        .filter((folder) => folder !== '')
        .sort()
        .map(noticeOf);
      mkdirSync('dist', { recursive: true });
      writeFileSync(join('dist', 'THIRD-PARTY-NOTICES.txt'), texts.join('\n\n'));
    });
  },
};

function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} is bundled and has no licence file`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}

/** A thread starts from a file of its own, beside the one that starts it. */
const worker: Plugin = {
  name: 'worker',
  setup(build) {
    build.onEnd(() => {
      mkdirSync('dist', { recursive: true });
      copyFileSync('src/keras/hdf5-worker.mjs', join('dist', 'hdf5-worker.mjs'));
    });
  },
};

export default defineConfig({
  ...base,
  entry: { index: 'src/index.ts', evaluation: 'src/evaluation/index.ts', keras: 'src/keras/index.ts' },
  esbuildPlugins: [notices, worker],
});
