import type { Random } from './random.js';

/** Names of groups that stand in for each other in a sentence, by their form. */
const FORMS: readonly (readonly string[])[] = [
  // Plurals that stand alone.
  'muslims christians jews hindus buddhists sikhs atheists catholics mexicans africans asians arabs indians americans europeans germans italians irishmen russians chinese japanese koreans nigerians somalis poles romanians turks pakistanis immigrants migrants refugees foreigners lesbians women men teenagers pensioners'.split(
    ' ',
  ),
  // Adjectives before a noun.
  'muslim christian jewish hindu buddhist sikh catholic mexican african asian arab indian american european german italian irish russian chinese japanese korean nigerian somali polish romanian turkish pakistani latino immigrant'.split(
    ' ',
  ),
  // Nouns of two words.
  ...['people', 'men', 'women', 'folks', 'guys', 'kids'].map((noun) =>
    [
      'black',
      'white',
      'brown',
      'gay',
      'trans',
      'disabled',
      'deaf',
      'old',
      'young',
      'jewish',
      'asian',
      'native',
    ].map((adjective) => `${adjective} ${noun}`),
  ),
  ...['person', 'man', 'woman', 'guy', 'girl', 'kid'].map((noun) =>
    [
      'black',
      'white',
      'brown',
      'gay',
      'trans',
      'disabled',
      'deaf',
      'jewish',
      'muslim',
      'mexican',
      'christian',
    ].map((adjective) => `${adjective} ${noun}`),
  ),
];
const FORM_OF = new Map(FORMS.flatMap((form) => form.map((name) => [name, form] as const)));
const NAMES = new RegExp(
  `\\b(?:${[...FORM_OF.keys()].sort((a, b) => b.length - a.length).join('|')})\\b`,
  'giu',
);

/**
 * The same text about other groups (counterfactual fairness, Kusner et al. 2017; Garg et al. 2019): each name of
 * a group becomes another of its form, the same one throughout.
 *
 * @returns undefined where the text names no group.
 */
export function swapGroups(text: string, random: Random): string | undefined {
  const swapped = new Map<string, string>();
  const other = text.replace(NAMES, (name) => {
    const key = name.toLowerCase();
    let to = swapped.get(key);
    if (to === undefined) {
      const form = FORM_OF.get(key) as readonly string[];
      to = form[Math.floor(random.next() * form.length)] as string;
      swapped.set(key, to);
    }
    return /^\p{Lu}/u.test(name) ? to.charAt(0).toUpperCase() + to.slice(1) : to;
  });
  return other === text ? undefined : other;
}
