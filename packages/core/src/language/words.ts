/** How many UTF-16 units of a text are looked at from its start, its middle and its end. */
const PART = 120;
/** What Unicode's compatibility forms may make of them: some characters stand for eighteen. */
const LONGEST = 6 * PART;

const ASCII = /^[\0-\x7f]*$/;
/** Letters with an apostrophe or a hyphen inside and signs around: no address, name of an account, code, `f**k`. */
const PLAIN_WORD = /^[^A-Za-z0-9@#]*([A-Za-z]+(?:['-][A-Za-z]+)*)[^A-Za-z0-9]*$/;
const ADDRESS = /(?:https?:\/\/|www\.)[\x21-\x7e]+/gi;
const WORD = /[\p{L}\p{M}]+(?:['’`][\p{L}\p{M}]+)*/gu;
/** Scripts in which a character stands for what takes others two letters or more. */
export const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** They stand without a space beside words in Latin letters. */
const DENSE_RUN = new RegExp(`${DENSE.source}+`, 'gu');
const CAPITAL = /^\p{Lu}/u;

/** At most so many units of a text that its language shows in them, however long it is. */
export function sampleOf(text: string): string {
  let sample = text;
  if (text.length > 3 * PART) {
    const middle = (text.length - PART) >>> 1;
    sample = `${text.slice(0, PART)} ${text.slice(middle, middle + PART)} ${text.slice(-PART)}`;
  }
  return ASCII.test(sample) ? sample : sample.normalize('NFKC').slice(0, LONGEST);
}

/**
 * The words of a sample that tell its language. A single letter does not: it is a sign, part of a face or of a word
 * s p e l l e d out. Nor does a name: a word that begins with a capital inside a sentence, unless all is in capitals.
 */
export function tellingWords(sample: string): string[] {
  const words: string[] = [];
  for (const token of sample.split(/\s+/)) {
    if (ASCII.test(token)) {
      const word = PLAIN_WORD.exec(token)?.[1];
      if (word !== undefined) words.push(...word.split('-'));
    } else {
      const apart = token.replace(ADDRESS, ' ').replace(DENSE_RUN, ' $& ');
      words.push(...(apart.match(WORD) ?? []));
    }
  }
  const shouts = sample === sample.toUpperCase();
  return words.filter((word, index) => word.length > 1 && (shouts || index === 0 || !CAPITAL.test(word)));
}
