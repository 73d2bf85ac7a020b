/** What a group of people is named by. */
export const CATEGORIES = ['gender', 'orientation', 'religion', 'ethnicity', 'disability', 'age'] as const;

/** One of {@link CATEGORIES}. */
export type Category = (typeof CATEGORIES)[number];

/**
 * Words that name groups of people and that people use of themselves: no slurs, which are toxic by themselves. The
 * first form of each line stands for the term; the others are its plural and its variants.
 */
export const IDENTITY_TERMS: Readonly<Record<Category, readonly (readonly string[])[]>> = {
  gender: [
    ['woman', 'women'],
    ['girl', 'girls'],
    ['female', 'females'],
    ['male', 'males'],
    ['men'],
    ['transgender', 'transgendered', 'trans'],
    ['nonbinary', 'non-binary'],
    ['feminist', 'feminists'],
  ],
  orientation: [
    ['gay', 'gays'],
    ['lesbian', 'lesbians'],
    ['bisexual', 'bisexuals'],
    ['homosexual', 'homosexuals'],
    ['heterosexual', 'heterosexuals'],
    ['queer', 'queers'],
    ['lgbt', 'lgbtq', 'lgbtqia'],
  ],
  religion: [
    ['muslim', 'muslims', 'moslem', 'moslems'],
    ['islam', 'islamic'],
    ['christian', 'christians', 'christianity'],
    ['catholic', 'catholics'],
    ['protestant', 'protestants'],
    ['mormon', 'mormons'],
    ['jew', 'jews'],
    ['jewish'],
    ['hindu', 'hindus'],
    ['buddhist', 'buddhists'],
    ['sikh', 'sikhs'],
    ['atheist', 'atheists'],
  ],
  ethnicity: [
    ['black', 'blacks'],
    ['white', 'whites'],
    ['african', 'africans'],
    ['african american', 'african americans', 'african-american', 'african-americans'],
    ['asian', 'asians'],
    ['chinese'],
    ['japanese'],
    ['indian', 'indians'],
    ['arab', 'arabs', 'arabic'],
    ['latino', 'latinos', 'latina', 'latinas', 'latinx'],
    ['hispanic', 'hispanics'],
    ['mexican', 'mexicans'],
    ['european', 'europeans'],
    ['native american', 'native americans'],
    ['roma', 'romani'],
    ['immigrant', 'immigrants'],
    ['refugee', 'refugees'],
  ],
  disability: [
    ['deaf'],
    ['blind'],
    ['disabled', 'disability', 'disabilities'],
    ['autistic', 'autism'],
    ['wheelchair', 'wheelchairs'],
    ['paralyzed', 'paralysed'],
    ['epileptic', 'epilepsy'],
    ['mentally ill', 'mental illness'],
  ],
  age: [
    ['elderly'],
    ['older'],
    ['younger'],
    ['young'],
    ['teenager', 'teenagers', 'teenage', 'teen', 'teens'],
    ['senior', 'seniors'],
    ['millennial', 'millennials', 'millenial', 'millenials'],
    ['middle-aged', 'middle aged'],
  ],
};
