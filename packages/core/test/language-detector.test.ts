import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUNDLED_LANGUAGES } from '../src/bundled-languages.js';
import { LanguageDetector, MODEL_LANGUAGES } from '../src/language/detector.js';
import { loadNgrams, Ngrams } from '../src/language/ngrams.js';
import { sampleOf, tellingWords } from '../src/language/words.js';
import { readSafetensors } from '../src/model/safetensors.js';
import { samples } from './language-samples.js';

const detector = new LanguageDetector(await loadNgrams(), MODEL_LANGUAGES);
const detect = (text: string) => detector.detect(text);

describe('a text of another language', () => {
  it.each([
    ['fr', 'Je ne suis pas du tout d’accord avec toi'],
    ['de', 'Ich habe das leider nicht verstanden'],
    ['ru', 'Спокойной ночи'],
    ['uk', 'Я там ніколи не була'],
    ['el', 'Δεν ξέρω'],
    ['zh', '非常感谢'],
    ['ja', 'おやすみなさい'],
    ['ko', '잘 자요'],
    ['ar', 'لا أعرف'],
    ['hi', 'मेरा फोन फिर खराब हो गया'],
    ['th', 'ไม่รู้'],
  ])('is noticed as %s', (language, text) => {
    expect(detect(text)).toEqual({ language, supported: false });
  });

  it.each([
    ['a word that the n-grams lack', '晚安', 'und'],
    ['a script that the n-grams lack', 'မင်္ဂလာပါ ခင်ဗျာ', 'und'],
    ['an address in it', '看看这个 https://example.com/some/long/path/in/english 很有意思', 'zh'],
    ['figures in it', '我昨天买了3个苹果和2本书', 'zh'],
    ['an English name in it', '我的iPhone坏了', 'zh'],
    ['capitals all over', 'JE NE SUIS PAS DU TOUT D’ACCORD AVEC TOI', 'fr'],
    ['decomposed accents', 'déjà très fatigué après la réunion'.normalize('NFD'), 'fr'],
    ['wide letters', 'ｊｅ ｎｅ ｓｕｉｓ ｐａｓ ｄｕ ｔｏｕｔ ｄ’ａｃｃｏｒｄ ａｖｅｃ ｔｏｉ', 'fr'],
    ['a thousand characters', 'Mein Nachbar hat gestern den ganzen Garten umgegraben. '.repeat(20), 'de'],
  ])('is noticed with %s', (_, text, language) => {
    expect(detect(text)).toEqual({ language, supported: false });
  });
});

describe('a text that is English, or too short to tell', () => {
  it.each([
    '',
    ' \n',
    'ok lol',
    'Dick Van Dyke',
    'Angela Merkel',
    'Rio de Janeiro',
    'yo hamburger',
    '😂😂😂',
    '¯\\_(ツ)_/¯',
    'ಠ_ಠ',
    '好',
    'Ω',
    'https://example.fr/une/page/en/francais',
    'pierre.dupont@exemple.fr',
    '#journeeinternationale @jeanclaude',
    'const resultat = maFonction(premier, deuxieme);',
    'y o u a r e d u m b',
    'm\u0336i\u0336s\u0336t\u0336a\u0336k\u0336e',
  ])('is supported: %s', (text) => {
    expect(detect(text).supported).toBe(true);
  });

  it('is English with a name and a foreign word in it', () => {
    const text = 'we had pho with Nguyễn and she said it was the best she had since Hà Nội';
    expect(detect(text)).toEqual({ language: 'en', supported: true });
  });

  it('is English where look-alikes of another script disguise words', () => {
    expect(detect('yоu аre а stuрid сlоwn аnd nоbоdy likеs yоu').supported).toBe(true);
  });

  it('is English with some of another script in it', () => {
    expect(detect('I really love this song so much 사랑해요').supported).toBe(true);
  });

  it('is not said to be another language', () => {
    for (const text of Object.values(samples.english).flat()) {
      const { language, supported } = detect(text);
      if (supported) expect(['en', 'und'], text).toContain(language);
    }
  });
});

describe('any text', () => {
  const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 2_000 }),
    fc.string({ unit: 'grapheme', maxLength: 2_000 }),
    fc.array(unit, { maxLength: 2_000 }).map((units) => units.join('')),
    fc.constantFrom('\uFDFA', 'a', 'a\u0301', "a'", '!', 'İ', '\uD800').map((part) => part.repeat(50_000)),
  );

  it('has a language, and never throws', () => {
    fc.assert(
      fc.property(text, (any) => {
        const { language, supported } = detect(any);
        expect(typeof supported).toBe('boolean');
        expect(Intl.getCanonicalLocales(language)).toHaveLength(1);
      }),
    );
  });

  it('is looked at in a bounded part, and counted in no more', () => {
    let most = 0;
    class Measured extends Ngrams {
      override score(words: string): Float64Array {
        most = Math.max(most, words.length);
        return super.score(words);
      }
    }
    const table = readSafetensors(readFileSync(BUNDLED_LANGUAGES), 'table');
    const measured = new LanguageDetector(new Measured(table, 'table'), MODEL_LANGUAGES);
    fc.assert(
      fc.property(text, (any) => {
        expect(sampleOf(any).length).toBeLessThanOrEqual(720);
        measured.detect(any);
      }),
    );
    expect(most).toBeGreaterThan(0);
    // Some letters are longer in lower case.
    expect(most).toBeLessThanOrEqual(3 * 720);
  });
});

describe('the sample of a text', () => {
  it('is all of a short one', () => {
    const text = 'x'.repeat(360);
    expect(sampleOf(text)).toBe(text);
  });

  it('is the beginning, the middle and the end of a long one', () => {
    const text = `${'a'.repeat(1_000)}${'b'.repeat(1_000)}${'c'.repeat(1_000)}`;
    expect(sampleOf(text)).toBe(`${'a'.repeat(120)} ${'b'.repeat(120)} ${'c'.repeat(120)}`);
  });
});

describe('the words that tell a language', () => {
  it.each([
    ['c’est l’été', ['c’est', 'l’été']],
    ['see www.example.org and me@example.com, @dana #letsgo x1 a_b f(x) f**k', ['see', 'and']],
    ['We met Shital in Mumbai', ['We', 'met', 'in']],
    ['WE MET SHITAL', ['WE', 'MET', 'SHITAL']],
    ['a b c don’t', ['don’t']],
    ['"well-known", (really)!', ['well', 'known', 'really']],
  ])('of %s', (text, words) => {
    expect(tellingWords(text)).toEqual(words);
  });
});

describe('a model of other languages', () => {
  const of = async (...languages: string[]) => new LanguageDetector(await loadNgrams(), languages);

  it('knows them, and only them', async () => {
    const german = await of('de-AT', 'fr');
    expect(german.detect('Ich habe das leider nicht verstanden')).toEqual({
      language: 'de',
      supported: true,
    });
    expect(german.detect('Je ne suis pas du tout d’accord avec toi').supported).toBe(true);
    expect(german.detect('This is not what we agreed on last week')).toEqual({
      language: 'en',
      supported: false,
    });
  });

  it('may be of another script alone', async () => {
    const russian = await of('ru');
    expect(russian.detect('Спокойной ночи')).toEqual({ language: 'ru', supported: true });
    expect(russian.detect('не')).toMatchObject({ supported: true });
    expect(russian.detect('good night')).toEqual({ language: 'en', supported: false });
    expect(russian.detect('晚安，明天见，别忘了带钥匙')).toEqual({ language: 'zh', supported: false });
  });

  it.each([[['english!']], [[7]], ['en'.length], [null]])(
    'that tells no tags is refused: %j',
    async (given) => {
      const ngrams = await loadNgrams();
      expect(() => new LanguageDetector(ngrams, given as never)).toThrow(
        expect.objectContaining({ code: 'CLASSIFIER_FAILED' }),
      );
    },
  );
});
