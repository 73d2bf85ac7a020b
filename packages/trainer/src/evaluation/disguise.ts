/** Numbers in [0, 1), as the trainer's seeded generator gives them. */
export interface Random {
  next(): number;
}

/**
 * One way to get words past a filter. Pure: the same text and the same state of `random` give the same disguise.
 *
 * @param share Share of the words that are disguised, 0 to 1; at least one where there is one. Default
 * {@link DEFAULT_SHARE}. Padding leaves every word as it is and takes no notice of it.
 */
export type Disguise = (text: string, random: Random, share?: number) => string;

/** Four of five words that carry a meaning: whoever hides words hides most of those that give them away. */
export const DEFAULT_SHARE = 0.8;

/** The names of {@link DISGUISES}. */
export type DisguiseName =
  | 'leet'
  | 'homoglyphs'
  | 'spaced'
  | 'stretched'
  | 'zeroWidth'
  | 'punctuated'
  | 'mistyped'
  | 'camelCase'
  | 'paddedBefore'
  | 'paddedAfter';

/** Three plain Latin letters or more, no part of a user's name, of a contraction or of a word in other letters. */
const WORD = /(?<![\p{L}\p{N}@#'’])[a-z]{3,}(?![\p{L}\p{N}]|['’]\p{L})/giu;
/** Two to four words with one blank between them. */
const RUN = /(?<![\p{L}\p{N}@#'’])[a-z]+(?: [a-z]+){1,3}(?![\p{L}\p{N}]|['’]\p{L})/giu;

/** Words that give nobody away. */
const FUNCTION_WORDS = new Set(
  (
    'about after all also and any are because been before being both but can could did does down each even every ' +
    'few for from had has have her here hers him his how into its just like many may more most much must not now ' +
    'off one only other our out over same shall she should some such than that the their them then there these ' +
    'they this those through too under until upon very was were what when where which while who whom why will ' +
    'with would you your yours'
  ).split(' '),
);

const LEET: ReadonlyMap<string, string> = new Map(
  'a4@ b8 e3 g96 i1! l1 o0 s5$ t7+ z2'.split(' ').map((signs) => [signs.charAt(0), signs.slice(1)]),
);

/** Each Latin letter with one that is drawn like it. */
const CYRILLIC =
  'aа bЬ cс dԁ eе hһ iі jј lӏ oо pр qԛ sѕ wԝ xх yу AА BВ CС EЕ HН IІ JЈ KК MМ OО PР SЅ TТ XХ YУ';
const GREEK = 'aα eε iι kκ nη oο pρ tτ uυ vν wω xχ yγ AΑ BΒ EΕ HΗ IΙ KΚ MΜ NΝ OΟ PΡ TΤ XΧ YΥ ZΖ';
const FULL_WIDTH = Array.from(
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  (letter) => letter + String.fromCharCode(letter.charCodeAt(0) + 0xfee0),
).join(' ');
const ALPHABETS: readonly ReadonlyMap<string, string>[] = [CYRILLIC, GREEK, FULL_WIDTH].map(
  (pairs) => new Map(pairs.split(' ').map((pair) => [pair.charAt(0), pair.charAt(1)])),
);

/** Zero width space, non-joiner, joiner, word joiner, soft hyphen. */
const INVISIBLE = ['\u200b', '\u200c', '\u200d', '\u2060', '\u00ad'];
const MARKS = ['.', '-', '_', '*', '/', ','];

const LEAST_PADDING = 50;
const MOST_PADDING = 200;

/** Sentences that harm nobody; what stands in braces is one of the words below. */
const SENTENCES = [
  'The {thing} that we ordered arrived on {day} and it was just what we had hoped for.',
  'In {month} the {place} opens an hour earlier so that families can visit before the afternoon.',
  'I have been reading about the history of the {place} and there is a lot more to learn.',
  'My {person} is going to bring a {thing} and some fresh bread for everybody.',
  'The weather on {day} should be mild with a little wind from the west.',
  'Please remember to water the plants next to the {place} while we are away.',
  'We walked along the river until the {place} came into view and then had a cup of tea.',
  'The next meeting is on {day} at ten in the morning and the notes will be shared afterwards.',
  'It takes about forty minutes by train from the {place} to the centre of the town.',
  'The recipe asks for two eggs, a spoon of sugar and as much flour as the dough will take.',
  'Our {person} repaired the {thing} last {month} and it has worked ever since.',
  'There is a small exhibition of old photographs at the {place} until the end of {month}.',
  'Thank you for the details about the {thing}, they were useful to me.',
  'The second chapter explains how the {thing} was made and why the colours have lasted.',
  'I would suggest moving the table closer to the window because the light is better there.',
  'A new footpath between the {place} and the lake was finished in {month}.',
  'On {day} the children planted tulips and daffodils in front of the {place}.',
  'The article needs a source for the year in which the {place} was built.',
  'My {person} plays the cello in an orchestra that meets every {day} evening.',
  'You can find the opening hours on the page of the {place} near the bottom.',
  'We counted eleven kinds of birds in the garden during the first week of {month}.',
  'The {thing} comes with a manual in five languages and a spare battery.',
  'It rained in the morning, so the picnic was moved to the hall behind the {place}.',
  'Some of the older maps show a bridge close to the {place} that no longer exists.',
  'The library keeps a copy of the letter and a translation that my {person} made.',
  'They painted the fence green, which goes well with the roses along the road.',
  'I sent the form on {day} and got an answer from the office two days later.',
  'A good way to begin is to sort the pictures by date and to write a line about each.',
  'The concert at the {place} begins at seven and the tickets can be had at the door.',
  'For the trip in {month} we need a tent, a lamp and a {thing}.',
  'The bakery beside the {place} sells the best cinnamon rolls in this part of town.',
  'Last {month} the museum received a {thing} from the collection of a local doctor.',
];
const SLOTS: Readonly<Record<string, readonly string[]>> = {
  day: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  month: ['January', 'March', 'April', 'June', 'July', 'September', 'October', 'December'],
  place: [
    'library',
    'old mill',
    'station',
    'market hall',
    'harbour',
    'school',
    'park',
    'town hall',
    'garden',
  ],
  thing: ['bicycle', 'camera', 'wooden chair', 'teapot', 'clock', 'telescope', 'guitar', 'lamp', 'kettle'],
  person: ['sister', 'neighbour', 'uncle', 'teacher', 'friend', 'colleague', 'grandmother', 'cousin'],
};

/** Changes one word of two letters or more. */
type Change = (word: string, random: Random) => string;

const inLeet: Change = (word, random) =>
  onLetters(word, (letter) => {
    const signs = LEET.get(letter.toLowerCase());
    return signs === undefined || random.next() >= 0.7 ? letter : pick([...signs], random);
  });

const inLookAlikes: Change = (word, random) => {
  const alphabet = pick(ALPHABETS, random);
  return onLetters(word, (letter) => (random.next() < 0.7 ? (alphabet.get(letter) ?? letter) : letter));
};

const withBlanks: Change = (word) => [...word].join(' ');

const withRuns: Change = (word, random) => {
  const { length } = [...word];
  const place = below(length, random);
  const other = random.next() < 0.3 ? below(length, random) : place;
  return onLetters(word, (letter, at) =>
    at === place || at === other ? letter.repeat(3 + below(5, random)) : letter,
  );
};

const withInvisibles: Change = (word, random) => {
  const place = 1 + below([...word].length - 1, random);
  return onLetters(word, (letter, at) =>
    at === place || (at > 0 && random.next() < 0.3) ? pick(INVISIBLE, random) + letter : letter,
  );
};

const withMarks: Change = (word, random) => {
  const mark = pick(MARKS, random);
  const isEverywhere = random.next() < 0.6;
  const place = 1 + below([...word].length - 1, random);
  return onLetters(word, (letter, at) => (at === place || (at > 0 && isEverywhere) ? mark + letter : letter));
};

const withSlip: Change = (word, random) => {
  const letters = [...word];
  // The first letter stays: nobody reads over a slip there.
  const place = 1 + below(letters.length - 2, random);
  const [letter = '', next = ''] = letters.slice(place);
  const slips = [next, letter + letter + next, next + letter];
  // Two equal letters cannot change places.
  const slip = pick(letter === next ? slips.slice(0, 2) : slips, random);
  return [...letters.slice(0, place), slip, ...letters.slice(place + 2)].join('');
};

/** Digits and signs for letters: `1d10t`. */
export const leet: Disguise = onWords(inLeet);

/** Letters of another alphabet, one for each word: Cyrillic, Greek or full-width. */
export const homoglyphs: Disguise = onWords(inLookAlikes);

/** A blank between the letters of a word: `i d i o t`. */
export const spaced: Disguise = onWords(withBlanks);

/** One or two letters of a word, many times: `idiooooot`. */
export const stretched: Disguise = onWords(withRuns);

/** Characters that are drawn as nothing, between the letters of a word. */
export const zeroWidth: Disguise = onWords(withInvisibles);

/** One mark between all letters of a word, or between two: `i.d.i.o.t`, `idi-ot`. */
export const punctuated: Disguise = onWords(withMarks);

/** A letter left out or doubled, or two that change places: `idoit`. */
export const mistyped: Disguise = onWords(withSlip);

/** Two to four words as one: `YouAreJoinedUp`. */
export const camelCase: Disguise = (text, random, share) =>
  replaceSome(text, RUN, random, share, (run) =>
    run.replace(/(?:^| )(.)/g, (_, first: string) => first.toUpperCase()),
  );

/** 50 to 200 harmless words before the text. */
export const paddedBefore: Disguise = (text, random) => `${padding(random)} ${text}`;

/** 50 to 200 harmless words behind the text. */
export const paddedAfter: Disguise = (text, random) => `${text} ${padding(random)}`;

/**
 * Every disguise by its name.
 *
 * @example
 * DISGUISES.spaced('You are a fool', random, 1) // 'You are a f o o l'
 */
export const DISGUISES: Readonly<Record<DisguiseName, Disguise>> = {
  leet,
  homoglyphs,
  spaced,
  stretched,
  zeroWidth,
  punctuated,
  mistyped,
  camelCase,
  paddedBefore,
  paddedAfter,
};

/** Two disguises at once, on the same words where both are on words. */
export const DISGUISE_PAIRS: Readonly<Record<string, Disguise>> = {
  'leet + stretched': onWords(inLeet, withRuns),
  'leet + spaced': onWords(inLeet, withBlanks),
  'homoglyphs + zeroWidth': onWords(inLookAlikes, withInvisibles),
  'homoglyphs + punctuated': onWords(inLookAlikes, withMarks),
  'stretched + punctuated': onWords(withRuns, withMarks),
  'mistyped + leet': onWords(withSlip, inLeet),
  'mistyped + stretched': onWords(withSlip, withRuns),
  'camelCase + leet': both(camelCase, leet),
  'camelCase + paddedAfter': both(camelCase, paddedAfter),
  'leet + paddedBefore': both(leet, paddedBefore),
  'spaced + paddedAfter': both(spaced, paddedAfter),
  'punctuated + paddedAfter': both(punctuated, paddedAfter),
};

/** A disguise that makes changes, one after the other, to words that carry a meaning. */
function onWords(...changes: readonly Change[]): Disguise {
  return (text, random, share) =>
    replaceSome(text, WORD, random, share, (word) =>
      changes.reduce((changed, change) => change(changed, random), word),
    );
}

function both(first: Disguise, second: Disguise): Disguise {
  return (text, random, share) => second(first(text, random, share), random, share);
}

/** Changes a share of what a pattern finds, at least one; words that give nobody away are passed over. */
function replaceSome(
  text: string,
  pattern: RegExp,
  random: Random,
  share = DEFAULT_SHARE,
  change: (found: string) => string,
): string {
  const found = [...text.matchAll(pattern)].filter(([word]) => !FUNCTION_WORDS.has(word.toLowerCase()));
  if (found.length === 0 || share <= 0) return text;
  const some = found.filter(() => random.next() < share);
  let changed = '';
  let end = 0;
  for (const { 0: word, index } of some.length > 0 ? some : [pick(found, random)]) {
    changed += text.slice(end, index) + change(word);
    end = index + word.length;
  }
  return changed + text.slice(end);
}

function onLetters(word: string, change: (letter: string, at: number) => string): string {
  return Array.from(word, change).join('');
}

function padding(random: Random): string {
  const least = LEAST_PADDING + below(MOST_PADDING - LEAST_PADDING - 20, random);
  const sentences: string[] = [];
  for (let words = 0; words < least; ) {
    const sentence = pick(SENTENCES, random).replace(/\{(\w+)\}/g, (_, slot: string) =>
      pick(SLOTS[slot] ?? [''], random),
    );
    sentences.push(sentence);
    words += sentence.split(' ').length;
  }
  return sentences.join(' ');
}

function below(count: number, random: Random): number {
  return Math.floor(random.next() * count);
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[below(items.length, random)] as T;
}
