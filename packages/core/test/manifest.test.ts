import { describe, expect, it } from 'vitest';
import { modelId, parseManifest } from '../src/model/manifest.js';
import { smallModel } from './small-model.js';

const FILE = 'folder/manifest.json';
const sound = JSON.stringify({ ...smallModel().manifest, contentHash: '0123456789abcdef' });

/** The sound manifest with one part set to something else; `undefined` leaves it out. */
function changed(path: string, value: unknown): string {
  const manifest = JSON.parse(sound);
  const keys = path.split('.');
  const last = keys.pop() as string;
  const parent = keys.reduce((object, key) => object[key], manifest);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return JSON.stringify(manifest);
}

function refused(code: string, why: string): object {
  return expect.objectContaining({ code, message: `${FILE} ${why}` });
}

describe('a manifest', () => {
  it('is read, and gives the id of its model', () => {
    const manifest = parseManifest(sound, FILE);
    expect(manifest).toEqual(JSON.parse(sound));
    expect(modelId(manifest)).toBe('small@1+0123456789ab');
  });

  it.each([
    ['that is cut off', sound.slice(0, -2)],
    ['that is empty', ''],
    ['that is no text', '\0\ufffd'],
  ])('%s is unreadable', (_, json) => {
    expect(() => parseManifest(json, FILE)).toThrow(
      refused('MODEL_UNREADABLE', 'is not JSON; it may be cut off'),
    );
  });

  it.each(['null', '[]', '7', '"text"', '{}', '{"format":"keras","labels":[]}'])(
    'of another project is incompatible: %s',
    (json) => {
      expect(() => parseManifest(json, FILE)).toThrow(
        refused('MODEL_INCOMPATIBLE', 'is not the manifest of a toxicity-guard-model'),
      );
    },
  );

  it.each([
    [2, '2'],
    ['1', '"1"'],
    [undefined, 'undefined'],
  ])('of another format version is incompatible: %j', (version, shown) => {
    expect(() => parseManifest(changed('formatVersion', version), FILE)).toThrow(
      refused('MODEL_INCOMPATIBLE', `has format version ${shown}; this release reads version 1`),
    );
  });

  it.each([[['toxic']], [[]], [undefined], [[...smallModel().manifest.labels].reverse()]])(
    'of other labels is incompatible: %j',
    (labels) => {
      expect(() => parseManifest(changed('labels', labels), FILE)).toThrow(
        refused('MODEL_INCOMPATIBLE', 'is of a model with other labels'),
      );
    },
  );

  it.each([
    ['tokenizer', undefined],
    ['tokenizer.name', 'keras'],
    ['tokenizer.version', 2],
  ])('of another tokenizer is incompatible: %s', (path, value) => {
    expect(() => parseManifest(changed(path, value), FILE)).toThrow(
      refused('MODEL_INCOMPATIBLE', 'is of a model with another tokenizer'),
    );
  });

  it.each<[part: string, path: string, value: unknown]>([
    ['name', 'name', undefined],
    ['name', 'version', 1],
    ['contentHash', 'contentHash', undefined],
    ['files', 'files', null],
    ['files', 'files', { 'weights.safetensors': {} }],
    ['files', 'files', { 'weights.safetensors': null }],
    ['files', 'files', { 'weights.safetensors': { bytes: 1.5, sha256: '' } }],
    ['tokenizer', 'tokenizer.window', 0],
    ['tokenizer', 'tokenizer.window', 4e9],
    ['tokenizer', 'tokenizer.window', '128'],
    ['tokenizer', 'tokenizer.stride', 129],
    ['tokenizer', 'tokenizer.stride', 0],
    ['network', 'network', undefined],
    ['network', 'network.dimensions', 1e12],
    ['network', 'network.filters', 2.5],
    ['network', 'network.hidden', null],
    ['network.ngrams', 'network.ngrams', undefined],
    ['network.ngrams', 'network.ngrams.buckets', 63],
    ['network.ngrams', 'network.ngrams.buckets', 2 ** 53],
    ['network.ngrams', 'network.ngrams.longest', undefined],
    ['network.ngrams', 'network.ngrams.longest', 2],
    ['network.wide', 'network.wide', null],
    ['network.wide', 'network.wide.shortest', -1],
    ['network.wide', 'network.wide.buckets', 0],
    ['network.wide', 'network.wide.smoothing', '4'],
    ['network.wide.smoothing', 'network.wide.smoothing', -4],
    ['calibration.deep', 'calibration', undefined],
    ['calibration.deep', 'calibration.deep', [1, 1, 1, 1, 1]],
    ['calibration.wide', 'calibration.wide', [1, 1, 1, 1, 1, '1']],
    ['calibration.bias', 'calibration.bias', [1, 1, 1, 1, 1, null]],
    ['calibration.partPenalty', 'calibration.partPenalty', 1],
    ['thresholds', 'thresholds', undefined],
    ['thresholds', 'thresholds.flag.toxic', 1.5],
    ['thresholds', 'thresholds.reject.threat', undefined],
    ['spans', 'spans', { bias: 0 }],
  ])('without a proper %s is unreadable: %s = %j', (part, path, value) => {
    expect(() => parseManifest(changed(path, value), FILE)).toThrow(
      refused('MODEL_UNREADABLE', `has no proper \`${part}\``),
    );
  });
});
