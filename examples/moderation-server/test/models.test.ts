import { expect, it } from 'vitest';
import { createModels } from '../src/model/models.mjs';

it('the words that were looked up never become fewer, while one model gives way to another', async () => {
  const models = createModels();
  await models.load(undefined, []);
  await models.predictMany(['one text of six different words']);
  const before = models.cacheStats();
  expect(before).toEqual({ hits: 0, misses: 6 });
  await models.prepare(undefined);
  const underWay = models.predictMany(['one more text', 'and another']);
  models.use();
  const sum = ({ hits, misses }: typeof before): number => hits + misses;
  const between = models.cacheStats();
  expect(sum(between)).toBeGreaterThanOrEqual(sum(before));
  await underWay;
  await models.predictMany(['one text']);
  expect(sum(models.cacheStats())).toBe(6 + 3 + 2 + 2);
});
