import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeSpans } from '../src/classifier/spans.js';
import type { Label, Span } from '../src/labels.js';
import type { OverlayEntry } from '../src/overlay/entry.js';
import { findPhrases } from '../src/overlay/find.js';
import { PhraseList } from '../src/overlay/phrase-list.js';
import { type Overlaid, settle } from '../src/overlay/settle.js';
import { readTokens } from '../src/overlay/tokens.js';
import { Tokeniser } from '../src/text/tokenise.js';

const deny = (phrase: string, label?: Label): OverlayEntry => ({ phrase, action: 'deny', label });
const allow = (phrase: string): OverlayEntry => ({ phrase, action: 'allow' });

/** What the lists of a site and of a community make of a text. */
async function overlaid(
  text: string,
  site: readonly OverlayEntry[],
  community: readonly OverlayEntry[] = [],
): Promise<Overlaid> {
  const lists = [await PhraseList.of(site, false), await PhraseList.of(community, true)];
  return await settle(text, await findPhrases(text, lists));
}

/** What stands in a text at the places of a label. */
async function placesOf(text: string, phrases: readonly string[], label: Label = 'toxic'): Promise<string[]> {
  const { denied } = await overlaid(
    text,
    phrases.map((phrase) => deny(phrase)),
  );
  return (denied.get(label) ?? []).map(([start, end]) => text.slice(start, end));
}

/** `[phrases, text, places]` */
const cases: Record<string, [phrases: string[], text: string, places: string[]][]> = {
  words: [
    [['grumble'], 'Grumble! So grumble. no', ['Grumble', 'grumble']],
    [['grumble'], 'grumbled grumbler ungrumble', []],
    [['cunth'], 'Scunthorpe', []],
    [['fool'], "the fool's errand", ["fool's"]],
    [['grumble'], '', []],
    [['no such'], 'no', []],
  ],
  phrases: [
    [['crypto giveaway'], 'A CRYPTO   giveaway!', ['CRYPTO   giveaway']],
    [['crypto giveaway'], 'crypto free giveaway', []],
    [['crypto giveaway'], 'crypto-giveaway', ['crypto-giveaway']],
    [['river stone river'], 'river stone river stone river', ['river stone river stone river']],
    [['a b'], 'say a b', ['a b']],
    [['😀😀'], 'so 😀😀 so', ['😀😀']],
  ],
  disguises: [
    [['grumble'], 'GRUMBLE grümblé ｇｒｕｍｂｌｅ', ['GRUMBLE grümblé ｇｒｕｍｂｌｅ']],
    [['grumble'], 'a grum\u200bble, a \u200bgrumble', ['grum\u200bble', 'grumble']],
    [['grumble'], 'it is grumbIe', []],
    [['scope'], 'my ѕсоре', ['ѕсоре']],
    [['fool'], 'f00l f0o1 fo0|s', ['f00l f0o1']],
    [['fill'], 'f!l1 no f!!! or f1|l but f!!!! is nothing', ['f!l1', 'f1|l']],
    [['assess'], '@ssess a$$e$$', ['@ssess a$$e$$']],
    [['assess'], 'assssssessss aasess', ['assssssessss']],
    [['god'], 'good godly goood', ['goood']],
    [['ass'], '@$$ and a price of $55', ['@$$']],
    [['fool'], 'fo-ol no f-o-o-l no f.o.o.l no f o o l', ['fo-ol', 'f-o-o-l', 'f.o.o.l', 'f o o l']],
    [['fool'], 'what a f o o l he is', ['f o o l']],
    [['such a fool'], 'such a f o o l', ['such a f o o l']],
    [['afool'], 'a f o o l', ['a f o o l']],
    [['pool'], 's p o o l', []],
    [['lass'], 'c l a s s', []],
    [['foolish'], 'FooLish FOOLish fOOlish', ['FooLish FOOLish fOOlish']],
    [['McDonald'], 'mcdonald McDonald MCDONALD', ['mcdonald McDonald MCDONALD']],
    [['you fool'], '#YouFool', ['YouFool']],
    [['1000'], 'a 10, a 1000, a 10000', ['1000']],
  ],
};

describe.each(Object.entries(cases))('finds %s', (_, list) => {
  it.each(list)('%j in %j', async (phrases, text, places) => {
    expect(await placesOf(text, phrases)).toEqual(places);
  });
});

describe('what contradicts', () => {
  it.each<[name: string, site: OverlayEntry[], community: OverlayEntry[], text: string, denied: string[]]>([
    ['the longer phrase wins', [allow('dick van dyke'), deny('dick')], [], 'dick van dyke, dick', ['dick']],
    [
      'also where it is denied',
      [allow('van'), deny('dick van dyke')],
      [],
      'dick van dyke',
      ['dick van dyke'],
    ],
    [
      'of equals the denied',
      [allow('stone river'), deny('river bank')],
      [],
      'stone river bank',
      ['river bank'],
    ],
    ['and of the same', [allow('stone'), deny('Stone')], [], 'stone', ['stone']],
    ['a community before the site', [deny('stone river')], [allow('river')], 'stone river', []],
    ['denied as well as allowed', [allow('stone river')], [deny('river')], 'stone river', ['river']],
    ['only where they overlap', [deny('stone')], [allow('river')], 'stone river', ['stone']],
    [
      'what lost loses nothing else',
      [allow('a stone'), deny('stone river blue')],
      [deny('blue')],
      'a stone river blue',
      ['stone river blue'],
    ],
  ])('%s', async (_, site, community, text, denied) => {
    const result = await overlaid(text, site, community);
    expect((result.denied.get('toxic') ?? []).map(([start, end]) => text.slice(start, end))).toEqual(denied);
  });
});

describe('what is allowed', () => {
  it('is blank, and everything else is where it was', async () => {
    const text = 'Dick\u200b van DYKE, 👍 dick';
    const { text: rest } = await overlaid(text, [allow('dick van dyke')]);
    expect(rest).toBe(`${' '.repeat(14)}, 👍 dick`);
  });

  it('stays where it is denied too', async () => {
    const { text, denied } = await overlaid('river stone', [allow('stone'), deny('river stone')]);
    expect(text).toBe('river stone');
    expect(denied.get('toxic')).toEqual([[0, 11]]);
  });
});

const WORDS = ['stone', 'river', 'oxen', 'hello', 'goose', 'alien'];
const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 60 });
const entries = fc.array(
  fc.record({
    phrase: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }).map((some) => some.join(' ')),
    action: fc.constantFrom('deny' as const, 'allow' as const),
  }),
  { maxLength: 6 },
);

/** A word in a random disguise, none that stands for another word of {@link WORDS}. */
const disguise = (word: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.constantFrom<(letter: string) => string>(
        (letter) => letter,
        (letter) => letter.toUpperCase(),
        (letter) => `${letter}\u200b`,
        (letter) => `${letter}\u0301`,
        (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0),
        (letter) => ({ o: '0', e: '3', i: '1', l: '1', s: '$' })[letter] ?? letter,
        (letter) => ({ o: 'о', e: 'е', i: 'і', s: 'ѕ' })[letter] ?? letter,
      ),
      { minLength: word.length, maxLength: word.length },
    )
    .map((ways) => [...word].map((letter, at) => (ways[at] as (letter: string) => string)(letter)).join(''))
    .chain((disguised) => fc.constantFrom(disguised, disguised + word.slice(-1).repeat(3)));

interface Reference {
  readonly text: string;
  readonly denied: readonly Span[];
}

/** The same by brute force, over words whose places are known. */
function reference(
  texts: readonly string[],
  places: readonly Span[],
  text: string,
  lists: readonly (readonly OverlayEntry[])[],
): Reference {
  const found = lists.flatMap((list, rank) =>
    list.flatMap(({ phrase, action }) => {
      const wanted = phrase.split(' ');
      const key = (one: OverlayEntry): boolean => one.phrase === phrase && one.action === 'deny';
      // Of a phrase that one list denies and allows, only the denial counts.
      if (action === 'allow' && list.some(key)) return [];
      return texts.flatMap((_, first) =>
        wanted.every((word, at) => texts[first + at] === word)
          ? [
              {
                first,
                last: first + wanted.length - 1,
                order: [rank, wanted.length, Number(action === 'deny')],
                action,
              },
            ]
          : [],
      );
    }),
  );
  const better = (one: number[], other: number[]): number =>
    one.map((value, at) => (other[at] as number) - value).find((difference) => difference !== 0) ?? 0;
  const taken: (string | undefined)[] = [];
  for (const { first, last, action } of found.sort((one, other) => better(one.order, other.order))) {
    const own = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    if (own.every((at) => taken[at] === undefined || taken[at] === action))
      for (const at of own) taken[at] = action;
  }
  const isWhole = ({ first, last }: { first: number; last: number }): boolean =>
    Array.from({ length: last - first + 1 }, (_, at) => taken[first + at]).every(
      (action) => action === 'deny',
    );
  const denied = found
    .filter((match) => match.action === 'deny' && isWhole(match))
    .map(({ first, last }): Span => [(places[first] as Span)[0], (places[last] as Span)[1]]);
  const allowed = found
    .filter(({ action, first, last }) => {
      const own = taken.slice(first, last + 1);
      return action === 'allow' && own.every((taken) => taken === 'allow');
    })
    .map(({ first, last }): Span => [(places[first] as Span)[0], (places[last] as Span)[1]]);
  const units = text.split('');
  for (const [start, end] of allowed) units.fill(' ', start, end);
  return { text: units.join(''), denied: mergeSpans(denied) };
}

describe('any words', () => {
  it('are found as by brute force, disguised or not', async () => {
    const disguised = words.chain((some) =>
      fc.tuple(fc.constant(some), fc.tuple(...some.map(disguise)), fc.nat(40)),
    );
    await fc.assert(
      fc.asyncProperty(disguised, entries, entries, async ([some, written, far], site, community) => {
        const places: Span[] = [];
        let text = '';
        for (const [at, word] of written.entries()) {
          // Now and then further apart than a window of the tokeniser reaches.
          text += at % 7 === 3 ? ` ${'!, '.repeat(far * 80)}` : ' ';
          places.push([text.length, text.length + word.length]);
          text += word;
        }
        const result = await overlaid(text, site, community);
        const expected = reference(some, places, text, [site, community]);
        expect(result.text).toBe(expected.text);
        expect(result.denied.get('toxic') ?? []).toEqual(expected.denied);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('in a long text too, and phrases across the tokeniser’s windows', async () => {
    const some = Array.from(
      { length: 3000 },
      (_, at) => WORDS[(at * at + (at >> 3)) % WORDS.length] as string,
    );
    const text = some.join(' ');
    const places: Span[] = [];
    let at = 0;
    for (const word of some) {
      places.push([at, at + word.length]);
      at += word.length + 1;
    }
    const site = [
      ...WORDS.flatMap((one) => WORDS.map((other) => deny(`${one} ${other} ${one}`))),
      allow('goose'),
    ];
    const community = [deny('goose alien'), allow('river'), allow('hello stone hello stone')];
    const expected = reference(some, places, text, [site, community]);
    expect(expected.denied.length).toBeGreaterThan(10);
    const result = await overlaid(text, site, community);
    expect(result.text).toBe(expected.text);
    expect(result.denied.get('toxic')).toEqual(expected.denied);
  });
});

describe('any text', () => {
  const noise = fc.string({ unit: fc.constantFrom(...'aI.-, oFxé0!\u200b😀ж\n'), maxLength: 300 });

  it('is read as by one reading of the tokeniser, whatever its window', () => {
    fc.assert(
      fc.property(noise, fc.integer({ min: 60, max: 80 }), (text, window) => {
        const whole = new Tokeniser(1000);
        whole.read(text, 0);
        const expected = whole.words().map((word, at) => ({ word, from: whole.from[at], to: whole.to[at] }));
        expect([...readTokens(text, window)].flat()).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps its length and all that no phrase covers, and no phrase is found outside of it', async () => {
    const phrases = fc.array(
      noise.filter((phrase) => [...readTokens(phrase)].flat().length === 1),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(noise, phrases, phrases, async (text, denied, allowed) => {
        const result = await overlaid(text, [...denied.map((phrase) => deny(phrase)), ...allowed.map(allow)]);
        expect(result.text).toHaveLength(text.length);
        const blanks = result.text.split('').filter((unit, at) => unit !== text[at]);
        expect(blanks.every((unit) => unit === ' ')).toBe(true);
        for (const [start, end] of result.denied.get('toxic') ?? []) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(result.text.slice(start, end)).toBe(text.slice(start, end));
        }
      }),
      { numRuns: 500 },
    );
  });
});
