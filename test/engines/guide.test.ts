import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json as readJson } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createClassifier, foldedKeras, kerasTokenizer } from '@toxicity-guard/core';
import { importKeras } from '@toxicity-guard/trainer/keras';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { kerasFolder } from '../../packages/core/test/keras-network.js';
import { unpack } from '../../packages/trainer/test/keras/keras-models.js';
import { blocks, ROOT, read } from '../markdown.js';
import { describeWith } from '../requirements.js';
import { json } from './model-server.js';

const [withFolded, withTensorFlow, withRemote] = blocks(read('docs/guide/engines.md'), 'js') as [
  string,
  string,
  string,
];
const withGru = blocks(read('docs/guide/keras.md'), 'js').at(-1) as string;
const wordIndex = Object.fromEntries(Array.from({ length: 39 }, (_, at) => [`w${at + 1}`, at + 1]));
const TEXT = 'w7 and w3, w31';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-guide-'));
  const packages = {
    '@toxicity-guard/core': 'packages/core',
    '@tensorflow/tfjs-node': 'packages/trainer/node_modules/@tensorflow/tfjs-node',
  };
  for (const [name, path] of Object.entries(packages)) {
    await mkdir(join(folder, 'node_modules', name, '..'), { recursive: true });
    await symlink(join(ROOT, path), join(folder, 'node_modules', name), 'junction');
  }
  await cp(kerasFolder('classic'), join(folder, 'models', 'comments'), { recursive: true });
  // As tokenizer.to_json() of Keras has it: a JSON text within the JSON text.
  const config = {
    filters: '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n',
    lower: true,
    split: ' ',
    char_level: false,
  };
  const tokenizer = { class_name: 'Tokenizer', config: { ...config, word_index: JSON.stringify(wordIndex) } };
  await writeFile(join(folder, 'models', 'tokenizer.json'), JSON.stringify(tokenizer));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs some of the guide to its end, with more behind it, and gives what that prints. */
async function run(code: string, more: string, cwd = folder): Promise<unknown> {
  const file = join(folder, 'program.mjs');
  await writeFile(file, `${code}\n${more}\n`);
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd });
  return JSON.parse(stdout);
}

const LAYOUT =
  'const network = await engine.load(); console.log(JSON.stringify([network.id, network.length, network.outputs]));';

describe('the programs in the guide to engines', { timeout: 60_000 }, () => {
  it('judge with foldedKeras', async () => {
    const classifier = createClassifier({
      engine: foldedKeras({ model: join(folder, 'models', 'comments') }),
      tokenizer: kerasTokenizer({ wordIndex }),
    });
    onTestFinished(() => classifier.close());
    const printed = await run(
      withFolded,
      `console.log(JSON.stringify(await classifier.classify(${JSON.stringify(TEXT)})));`,
    );
    expect(printed).toEqual(JSON.parse(JSON.stringify(await classifier.classify(TEXT))));
  });

  it('ask a server', async () => {
    const server = createServer(async (request, response) => {
      const { instances } = (await readJson(request)) as { instances: number[][] };
      json(response, 200, { predictions: instances.map(({ length }) => [length / 1_000]) });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const here = withRemote.replace('http://serving:8501', `http://127.0.0.1:${port}`);
    expect(here).not.toBe(withRemote);
    const printed = await run(`import { remote } from '@toxicity-guard/core';\n${here}`, `${LAYOUT}`);
    expect(printed).toEqual(['comments', 100, 1]);
  });

  describeWith('tfjs-node', 'and TensorFlow.js', () => {
    it('load with tensorflow', async () => {
      const printed = await run(
        `import { tensorflow } from '@toxicity-guard/core';\n${withTensorFlow}`,
        LAYOUT,
      );
      expect(printed).toEqual([expect.stringMatching(/^comments\+/), 12, 6]);
    });

    it('load a model with the GRU of Keras themselves', async () => {
      const cwd = await mkdtemp(join(folder, 'gru-'));
      await importKeras(await unpack('keras-3/default-gru.keras', cwd), {
        out: join(cwd, 'models/comments'),
      });
      expect(await run(withGru, LAYOUT, cwd)).toEqual(['tensorflow', 10, 6]);
    });
  });
});
