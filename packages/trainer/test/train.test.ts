import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClassifier, LABELS } from '@toxicity-guard/core';
import { MODEL_FILES } from '@toxicity-guard/core/training';
import { beforeAll, expect, it } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import type { Progress, TrainOptions, TrainResult } from '../src/index.js';
import { ownData } from './own-comments.js';

describeWith('tfjs-node', 'train', () => {
  const settings: NonNullable<TrainOptions['settings']> = {
    augmentation: { templates: 0, mentions: 0, swaps: 0, disguises: 0, padding: 0 },
    vocabulary: { minCount: 2 },
    network: { dimensions: 8, filters: 8, hidden: 8 },
    ngramBuckets: 1024,
    deep: { epochs: 3, learningRate: 0.01 },
    wide: { buckets: 4096, epochs: 2 },
  };
  let train: (options: TrainOptions) => Promise<TrainResult>;
  let data: Awaited<ReturnType<typeof ownData>>;
  let whole: TrainResult;
  const progress: Progress[] = [];
  const weightsOf = (folder: string) => Promise.all(MODEL_FILES.map((name) => readFile(join(folder, name))));

  beforeAll(async () => {
    ({ train } = await import('../src/index.js'));
    data = await ownData();
    whole = await train({
      comments: data.comments,
      out: join(data.folder, 'whole'),
      spans: data.spans,
      settings,
      onProgress: (step) => progress.push(step),
    });
  });

  it('writes a model that the classifier reads and that has learnt its lesson', async () => {
    const classifier = createClassifier({ model: whole.folder });
    const { id } = await classifier.ready();
    expect(id).toBe(`toxicity-guard-en@1+${whole.manifest.contentHash.slice(0, 12)}`);
    const rude = await classifier.classify('What a pathetic answer, again');
    const kind = await classifier.classify('What a charming answer, again');
    expect(rude.scores.toxic).toBeGreaterThan(kind.scores.toxic + 0.5);
    await classifier.close();
  });

  it('learns from marked texts which words to report', async () => {
    expect(whole.manifest.spans.contribution).toBeGreaterThan(0);
    const classifier = createClassifier({ model: whole.folder });
    const text = '\u{1f600} What a pathetic song';
    const { spans } = await classifier.classify(text, { spans: true });
    expect(spans.map(([start, end]) => text.slice(start, end))).toEqual(['pathetic']);
    await classifier.close();
  });

  it('states labels, calibration, provenance and licences in the manifest', () => {
    const { manifest } = whole;
    expect(manifest.labels).toEqual(LABELS);
    expect(manifest.calibration.deep).toHaveLength(6);
    expect(manifest.provenance).toMatchObject({ comments: { train: 480, dev: 120 } });
    expect(manifest.licences.map(({ source }) => source)).toEqual(['forum', 'jigsaw']);
    for (const label of LABELS) {
      expect(manifest.thresholds.reject[label]).toBeGreaterThanOrEqual(manifest.thresholds.flag[label]);
    }
  });

  it('keeps the epoch with the best dev score and reports each (B1)', async () => {
    const report = await readFile(whole.report, 'utf8');
    expect(report).toContain('as shipped');
    expect(report).toMatch(/\| 3 \| \d/);
    for (const source of ['forum', 'jigsaw']) expect(report).toContain(`| ${source} |`);
  });

  it('tells how far it is, never backwards within a stage', () => {
    const deep = progress.filter(({ stage }) => stage.startsWith('deep part'));
    expect(deep.length).toBeGreaterThan(5);
    for (const [index, { done, total }] of deep.entries()) {
      expect(done).toBe(index + 1);
      expect(done).toBeLessThanOrEqual(total);
    }
    expect(progress.at(-1)).toMatchObject({ stage: 'done' });
  });

  it('goes on from its checkpoint to the very same model', async () => {
    const out = join(data.folder, 'interrupted');
    const stop = new AbortController();
    const options = { comments: data.comments, out, settings, checkpoint: join(data.folder, 'checkpoint') };
    const first = train({
      ...options,
      signal: stop.signal,
      onProgress: ({ stage, done }) => {
        if (stage.startsWith('deep part, epoch 2') && done % 2 === 0) stop.abort(new Error('enough'));
      },
    });
    await expect(first).rejects.toThrow('enough');
    const stages: Progress[] = [];
    await train({ ...options, onProgress: (step) => stages.push(step) });
    const deep = stages.filter(({ stage }) => stage.startsWith('deep part'));
    expect(deep[0]?.done).toBeGreaterThan(1);
    expect(await weightsOf(out)).toEqual(await weightsOf(whole.folder));
  });

  it("refuses another run's checkpoint", async () => {
    const stop = new AbortController();
    const checkpoint = join(data.folder, 'other');
    const options = { comments: data.comments, out: join(data.folder, 'refused'), checkpoint };
    const onProgress = ({ stage }: Progress) => {
      if (stage.startsWith('deep part')) stop.abort(new Error('enough'));
    };
    await expect(train({ ...options, settings, signal: stop.signal, onProgress })).rejects.toThrow('enough');
    const changed = { ...settings, seed: 2 };
    await expect(train({ ...options, settings: changed })).rejects.toThrow(/checkpoint of a run with other/);
  });

  it('names file and line of a comment that is not of its form', async () => {
    const { readComments } = await import('../src/comments.js');
    const file = join(data.folder, 'bad.csv');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(
      file,
      'source,split,toxic,severe_toxic,obscene,threat,insult,identity_hate,text\na,test,,,,,,,x\n',
    );
    await expect(readComments(file)).rejects.toThrow(/bad\.csv: row 2: expected split/);
    await writeFile(file, 'a,b\n');
    await expect(readComments(file)).rejects.toThrow(/bad\.csv: the header lacks source, split/);
  });

  it('refuses a setting that it does not know', async () => {
    const typo = { sead: 1 } as never;
    const options = { comments: data.comments, out: join(data.folder, 'typo'), settings: typo };
    await expect(train(options)).rejects.toThrow(/known keys, got `sead`/);
  });
});
