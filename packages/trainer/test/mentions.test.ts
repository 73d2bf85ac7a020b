import { describe, expect, it } from 'vitest';
import { groupDrawer, mentionGroup, sentenceAboutPeople } from '../src/mentions.js';
import { Random } from '../src/random.js';

const FISHERS = { plural: 'fishers', one: 'a fisher' };

describe('mentionGroup', () => {
  it.each([
    ['People and students met an artist.', 'Fishers and fishers met a fisher.'],
    ['A person came.', 'A fisher came.'],
  ])('%s', (text, other) => expect(mentionGroup(text, FISHERS)).toBe(other));

  it('leaves a text alone that speaks of no people', () => {
    expect(mentionGroup('The peoples of the fanshaped studentship', FISHERS)).toBeUndefined();
  });
});

describe('sentenceAboutPeople', () => {
  const text = 'The mill is old. People like it very much! Some people do not? No.';

  it('gives one of the sentences that do, within the lengths', () => {
    const found = new Set(
      Array.from({ length: 50 }, (_, seed) => sentenceAboutPeople(text, 5, 80, new Random(seed))),
    );
    expect([...found].sort()).toEqual(['People like it very much!', 'Some people do not?']);
    expect(sentenceAboutPeople(text, 5, 20, new Random(1))).toBe('Some people do not?');
    expect(sentenceAboutPeople(text, 50, 80, new Random(1))).toBeUndefined();
  });
});

describe('groupDrawer', () => {
  it('draws by how often the texts name a group, and none never', () => {
    const groups = [FISHERS, { plural: 'old fishers', one: 'an old fisher' }];
    const texts = [...Array(60).fill('fishers and Fishers'), 'old fishers, fishersmen'];
    const draw = groupDrawer(groups, texts, new Random(1));
    const drawn = Array.from({ length: 4000 }, draw).filter(({ plural }) => plural === 'fishers').length;
    // Named 120 times and once.
    expect(drawn / 4000).toBeCloseTo(121 ** 0.6 / (121 ** 0.6 + 2 ** 0.6), 1);
  });
});
