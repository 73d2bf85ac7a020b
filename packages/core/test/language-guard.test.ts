import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TOXIC_TEXTS } from '../../../test/toxic-texts.js';
import type { Action, Decision, Mode } from '../src/guard/decision.js';
import { createGuard } from '../src/guard/guard.js';
import type { GuardOptions } from '../src/guard/options.js';
import type { UnsupportedLanguage } from '../src/language/unsupported.js';
import { all, wordClassifier } from './guard-classifier.js';

const FRENCH = 'Je ne suis pas du tout d’accord avec toi';
const CHOICES: readonly UnsupportedLanguage[] = ['judge', 'flag', 'allow'];

async function judge(text: unknown, options: GuardOptions = {}): Promise<Decision> {
  const guard = createGuard({ classifier: wordClassifier(), ...options });
  const decision = await guard.judge({ body: text });
  await guard.close();
  return decision;
}

describe('unsupportedLanguage', () => {
  const clean = FRENCH;
  const rude = `${FRENCH} RUDE`;
  const toxic = `${FRENCH} REFUSE`;

  it.each<[UnsupportedLanguage, Mode, string, Action, reason: string | null, judged: boolean]>([
    ['judge', 'reject', clean, 'allow', null, true],
    ['judge', 'reject', rude, 'flag', 'scores', true],
    ['judge', 'reject', toxic, 'reject', 'scores', true],
    ['judge', 'flag', clean, 'allow', null, true],
    ['judge', 'flag', rude, 'flag', 'scores', true],
    ['judge', 'flag', toxic, 'flag', 'scores', true],
    ['judge', 'shadow', clean, 'allow', null, true],
    ['judge', 'shadow', rude, 'flag', 'scores', true],
    ['judge', 'shadow', toxic, 'reject', 'scores', true],
    ['flag', 'reject', clean, 'flag', 'language', false],
    ['flag', 'reject', rude, 'flag', 'scores', true],
    ['flag', 'reject', toxic, 'reject', 'scores', true],
    ['flag', 'flag', clean, 'flag', 'language', false],
    ['flag', 'flag', rude, 'flag', 'scores', true],
    ['flag', 'flag', toxic, 'flag', 'scores', true],
    ['flag', 'shadow', clean, 'flag', 'language', false],
    ['flag', 'shadow', rude, 'flag', 'scores', true],
    ['flag', 'shadow', toxic, 'reject', 'scores', true],
    ['allow', 'reject', clean, 'allow', null, false],
    ['allow', 'reject', rude, 'allow', null, false],
    ['allow', 'reject', toxic, 'reject', 'scores', true],
    ['allow', 'flag', clean, 'allow', null, false],
    ['allow', 'flag', rude, 'allow', null, false],
    ['allow', 'flag', toxic, 'flag', 'scores', true],
    ['allow', 'shadow', clean, 'allow', null, false],
    ['allow', 'shadow', rude, 'allow', null, false],
    ['allow', 'shadow', toxic, 'reject', 'scores', true],
  ])('%s in mode %s: %s', async (unsupportedLanguage, mode, comment, action, reason, judged) => {
    const decision = await judge({ comment }, { unsupportedLanguage, mode });
    const refused = action === 'reject' && mode === 'reject';
    expect(decision).toMatchObject({ action, mode, status: refused ? 422 : null, model: 'words-1' });
    expect(decision.problem?.code ?? null).toBe(refused ? 'TOXIC_CONTENT' : null);
    expect(decision.unsupported).toEqual([{ in: 'body', pointer: '/comment', language: 'fr', judged }]);
    expect(decision.findings).toHaveLength(reason === null ? 0 : 1);
    expect(decision.findings.map((finding) => finding.reason)).toEqual(reason === null ? [] : [reason]);
    expect(decision.findings.every(({ language, supported }) => language === 'fr' && !supported)).toBe(true);
  });

  it.each(CHOICES)(
    '%s leaves English and what is too short to tell as they are',
    async (unsupportedLanguage) => {
      const body = ['a kind word', 'ok lol', 'somewhat RUDE', 'please REFUSE this', '👍', 'Dick Van Dyke'];
      const decision = await judge(body, { unsupportedLanguage });
      expect(decision.unsupported).toEqual([]);
      expect(decision.findings.map(({ pointer, reason, supported }) => [pointer, reason, supported])).toEqual(
        [
          ['/3', 'scores', true],
          ['/2', 'scores', true],
        ],
      );
    },
  );

  it('flags a text for its language without a label or a place', async () => {
    const { findings } = await judge({ comment: FRENCH }, { unsupportedLanguage: 'flag' });
    expect(findings).toStrictEqual([
      {
        in: 'body',
        pointer: '/comment',
        action: 'flag',
        reason: 'language',
        scores: all(0),
        labels: [],
        spans: [],
        language: 'fr',
        supported: false,
      },
    ]);
  });

  it('names each text in another language, and only those', async () => {
    const decision = await judge({ a: FRENCH, b: 'a kind word', c: ['Спокойной ночи', 'မင်္ဂလာပါ ခင်ဗျာ'] });
    expect(decision.action).toBe('allow');
    expect(decision.unsupported).toStrictEqual([
      { in: 'body', pointer: '/a', language: 'fr', judged: true },
      { in: 'body', pointer: '/c/0', language: 'ru', judged: true },
      { in: 'body', pointer: '/c/1', language: 'und', judged: true },
    ]);
  });

  it('gives decisions that can be cloned and told as JSON, without text', async () => {
    for (const unsupportedLanguage of CHOICES) {
      const decision = await judge({ comment: toxic }, { unsupportedLanguage });
      expect(structuredClone(decision)).toStrictEqual(decision);
      expect(JSON.parse(JSON.stringify(decision))).toStrictEqual(decision);
      expect(JSON.stringify(decision)).not.toContain('accord');
    }
  });

  it('refuses what is refused, and names in the problem only that', async () => {
    const { problem } = await judge([FRENCH, toxic, FRENCH], { unsupportedLanguage: 'flag' });
    expect(problem?.errors?.map(({ pointer }) => pointer)).toEqual(['#/1']);
  });

  it('asks a classifier for its languages', async () => {
    const classifier = wordClassifier();
    const info = await classifier.ready();
    classifier.ready = async () => ({ ...info, languages: ['fr-CA'] });
    const body = [FRENCH, 'This is not what we agreed on last week'];
    const decision = await judge(body, { classifier, unsupportedLanguage: 'flag' });
    expect(decision.unsupported).toEqual([{ in: 'body', pointer: '/1', language: 'en', judged: false }]);
  });

  it('cannot judge where a classifier tells no languages that are such', async () => {
    const classifier = wordClassifier();
    const info = await classifier.ready();
    classifier.ready = async () => ({ ...info, languages: ['of the heart'] });
    expect((await judge('a kind word', { classifier })).error?.code).toBe('CLASSIFIER_FAILED');
  });

  it.each([['Allow'], ['reject'], [true], [null], [() => 'flag']])('refuses to be %o', (value) => {
    expect(() => createGuard({ unsupportedLanguage: value as never })).toThrow(
      /^Expected `unsupportedLanguage` to be 'judge', 'flag' or 'allow', got/,
    );
  });

  it('is judge by default, also where it is undefined', async () => {
    const [plain, given] = [await judge(rude), await judge(rude, { unsupportedLanguage: undefined })];
    expect(given).toEqual(plain);
    expect(plain).toEqual(await judge(rude, { unsupportedLanguage: 'judge' }));
  });
});

describe('foreign words around a toxic text', () => {
  const WEIGHT = { allow: 0, unavailable: 0, flag: 1, reject: 2 };

  it('never turn a refusal into a pass, nor make a choice milder than it says', async () => {
    const part = fc.constantFrom(
      'REFUSE',
      'RUDE',
      'you people have no idea',
      FRENCH,
      'Ich habe das leider nicht verstanden',
      'Спокойной ночи',
      '今天的汤很好喝',
      '😂',
    );
    const comment = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(' '));
    await fc.assert(
      fc.asyncProperty(comment, async (text) => {
        const [judged, flagged, allowed] = await Promise.all(
          CHOICES.map(async (unsupportedLanguage) => (await judge(text, { unsupportedLanguage })).action),
        );
        expect([flagged === 'reject', allowed === 'reject']).toEqual(Array(2).fill(judged === 'reject'));
        expect(WEIGHT[flagged as Action]).toBeGreaterThanOrEqual(WEIGHT[judged as Action]);
      }),
    );
  });

  const padding = {
    French: 'Hier soir nous avons mangé chez ma grand-mère et la soupe était délicieuse.',
    Russian: 'Вчера вечером мы ужинали у бабушки, и суп был очень вкусный.',
    Japanese: '昨日の夜は祖母の家で食べて、スープがとてもおいしかった。',
  };
  const insult = TOXIC_TEXTS.map(({ text }) => text).join(' ');

  it.each(Object.entries(padding))('leave the bundled model’s refusal standing: %s', async (_, foreign) => {
    const texts = [`${foreign} ${insult}`, `${insult} ${foreign}`, `${foreign} ${insult} ${foreign}`];
    const by = async (unsupportedLanguage: UnsupportedLanguage) => {
      const guard = createGuard({ unsupportedLanguage, deadlineMs: 60_000 });
      const decision = await guard.judge({ body: texts });
      await guard.close();
      return decision;
    };
    const [judged, flagged, allowed] = [await by('judge'), await by('flag'), await by('allow')];
    const refused = ({ findings }: Decision) =>
      findings.filter(({ action }) => action === 'reject').map(({ pointer }) => pointer);
    expect(refused(judged).length).toBeGreaterThan(0);
    expect(refused(flagged)).toEqual(refused(judged));
    expect(refused(allowed)).toEqual(refused(judged));
  });
});
