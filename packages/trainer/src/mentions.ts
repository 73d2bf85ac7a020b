import type { Random } from './random.js';

/** A group of people as a sentence names it: several of them, and one with its article. */
export interface GroupName {
  readonly plural: string;
  readonly one: string;
}

const PLURALS =
  'people persons students teachers friends guys kids children players fans users editors members workers citizens residents neighbours neighbors voters readers artists writers scientists doctors folks families individuals actors soldiers parents visitors contributors authors lawyers politicians leaders'.split(
    ' ',
  );
const SINGULARS =
  'person student teacher friend guy kid child player fan user editor member worker citizen resident neighbour neighbor voter reader artist writer scientist doctor individual actor soldier parent visitor contributor author lawyer politician leader singer musician engineer professor'.split(
    ' ',
  );
const PEOPLE = new RegExp(`\\b(?:${PLURALS.join('|')}|an? (?:${SINGULARS.join('|')}))\\b`, 'giu');
const SENTENCE = /[^.!?\n]+[.!?]*/gu;

/**
 * The text about a group in place of people in general: `people` and `a student` become a group's names, the same
 * group throughout.
 *
 * @returns undefined where it speaks of no people.
 */
export function mentionGroup(text: string, { plural, one }: GroupName): string | undefined {
  const other = text.replace(PEOPLE, (people) => {
    const name = /^an? /iu.test(people) ? one : plural;
    return /^\p{Lu}/u.test(people) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
  });
  return other === text ? undefined : other;
}

/**
 * One sentence of a text that speaks of people, so that little beside a group's name decides.
 *
 * @param shortest,longest in UTF-16 code units.
 */
export function sentenceAboutPeople(
  text: string,
  shortest: number,
  longest: number,
  random: Random,
): string | undefined {
  const found = (text.match(SENTENCE) ?? [])
    .map((sentence) => sentence.trim())
    .filter(({ length }) => length >= shortest && length <= longest)
    .filter((sentence) => sentence.search(PEOPLE) !== -1);
  return found[Math.floor(random.next() * found.length)];
}

/** A group that texts name often is drawn more often, but not in proportion: the rare ones would go without. */
const EVENNESS = 0.6;

/**
 * Draws groups, the oftener the oftener the texts name them, by the plural or as one: those that are abused most need
 * most harmless company.
 */
export function groupDrawer(
  groups: readonly GroupName[],
  texts: readonly string[],
  random: Random,
): () => GroupName {
  const namesOf = ({ plural, one }: GroupName): string[] =>
    [plural, one.replace(/^an? /u, '')].map((name) => name.toLowerCase());
  const counts = new Map(groups.flatMap(namesOf).map((name) => [name, 0]));
  const names = new RegExp(
    `\\b(?:${[...counts.keys()].sort((a, b) => b.length - a.length).join('|')})\\b`,
    'gu',
  );
  for (const text of texts) {
    for (const name of text.toLowerCase().match(names) ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const ends: number[] = [];
  for (const group of groups) {
    const count = namesOf(group).reduce((sum, name) => sum + (counts.get(name) as number), 1);
    ends.push((ends.at(-1) ?? 0) + count ** EVENNESS);
  }
  return () => {
    const at = random.next() * (ends.at(-1) as number);
    return groups[ends.findIndex((end) => at < end)] as GroupName;
  };
}
