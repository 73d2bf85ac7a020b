import { readFileSync } from 'node:fs';
import { format } from 'node:util';
import { describe, expect, it } from 'vitest';
import { rows, section } from '../../../test/markdown.js';
import { createGuard } from '../src/guard/guard.js';
import { LanguageDetector, MODEL_LANGUAGES } from '../src/language/detector.js';
import { loadNgrams } from '../src/language/ngrams.js';
import { english, LENGTHS, lengthOf, samples } from './language-samples.js';

const detector = new LanguageDetector(await loadNgrams(), MODEL_LANGUAGES);
const called = (texts: readonly string[]) => texts.filter((text) => !detector.detect(text).supported).length;
const others = Object.entries(samples.others);
const isLatin = ([language]: (typeof others)[number]) =>
  new Intl.Locale(language).maximize().script === 'Latn';

const page = readFileSync(new URL('../../../docs/guide/languages.md', import.meta.url), 'utf8');
const shown = rows(section(page, '## How often it is mistaken'));

describe('the samples', () => {
  it('are enough to say something', () => {
    expect(others.length).toBeGreaterThanOrEqual(25);
    for (const [language, byLength] of others) {
      for (const length of LENGTHS) expect(byLength[length], language).toHaveLength(4);
    }
    expect(english.length).toBeGreaterThanOrEqual(250);
    for (const length of LENGTHS) {
      expect(english.filter((text) => lengthOf(text) === length).length).toBeGreaterThanOrEqual(50);
    }
  });

  it('are all different and as long as they are said to be', () => {
    const all = [...english, ...others.flatMap(([, byLength]) => Object.values(byLength).flat())];
    // Russian and Ukrainian share one.
    expect(new Set(all).size).toBe(all.length - 1);
    const spaced = others.filter(([language]) => !['zh', 'ja', 'th'].includes(language));
    for (const [, byLength] of spaced) {
      for (const length of LENGTHS) {
        for (const text of byLength[length]) expect(lengthOf(text), text).toBe(length);
      }
    }
    for (const text of all) expect(text.split(/\s+/).length, text).toBeLessThanOrEqual(20);
  });
});

describe('docs/guide/languages.md', () => {
  const share = (textsOf: (length: (typeof LENGTHS)[number]) => readonly string[]) =>
    LENGTHS.map((length) => {
      const texts = textsOf(length);
      const count = called(texts);
      return `${((100 * count) / texts.length).toFixed(1)} % (${count} of ${texts.length})`;
    });

  it('has the error rates that are measured here', () => {
    expect(shown.slice(1, 4)).toEqual([
      [
        'English called unsupported',
        ...share((length) => english.filter((text) => lengthOf(text) === length)),
      ],
      [
        'other languages noticed, in Latin script',
        ...share((length) => others.filter(isLatin).flatMap(([, byLength]) => byLength[length])),
      ],
      [
        'other languages noticed, in other scripts',
        ...share((length) =>
          others.filter((other) => !isLatin(other)).flatMap(([, byLength]) => byLength[length]),
        ),
      ],
    ]);
  });

  it('has those of every language', () => {
    expect(shown.slice(5)).toEqual(
      others.map(([language, byLength]) => [
        `\`${language}\``,
        ...LENGTHS.map((length) => String(called(byLength[length]))),
      ]),
    );
  });

  it('shows what the guard says', async () => {
    const [, comment] = /comment: '(.+)' \}/.exec(page) ?? [];
    const [, said] = /^console\.log\(.*\);\n\/\/ (.*)$/m.exec(page) ?? [];
    const guard = createGuard({ unsupportedLanguage: 'flag', deadlineMs: 60_000 });
    const { action, findings, unsupported } = await guard.judge({ body: { comment } });
    await guard.close();
    expect(format(action, findings[0]?.reason, findings[0]?.labels, unsupported)).toBe(said);
  });

  it('counts the languages', () => {
    expect(page).toContain(`and ${others.length} other languages.`);
  });
});

describe('the detector', () => {
  it('is as good as a site may rely on', () => {
    const rate = (texts: readonly string[]) => called(texts) / texts.length;
    const longer = english.filter((text) => lengthOf(text) !== 'short');
    expect(rate(longer)).toBeLessThanOrEqual(0.01);
    expect(rate(english)).toBeLessThanOrEqual(0.03);
    expect(rate(others.flatMap(([, { medium, long }]) => [...medium, ...long]))).toBeGreaterThanOrEqual(0.95);
  });
});
