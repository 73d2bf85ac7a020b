import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, ToxicityGuardError } from '../src/errors.js';
import { answerTo } from '../src/guard/problem.js';

const page = readFileSync(new URL('../../../docs/reference/error-codes.md', import.meta.url), 'utf8');

describe('docs/reference/error-codes.md', () => {
  it('has a heading with a text for every code, and no other, in the order of the code', () => {
    const sections = page.split(/^## /m).slice(1);
    expect(sections.map((section) => section.split('\n', 1)[0])).toEqual([...ERROR_CODES]);
    for (const section of sections)
      expect(section.split('\n').slice(1).join('').trim().length).toBeGreaterThan(80);
  });

  it('has a row with the answer for every code', () => {
    const rows = [...page.matchAll(/^\| \[`(\w+)`\]\(#(\w+)\) \| (\d+) \| (\d*) ?\| (opens|refuses) \|$/gm)];
    const told = rows.map(([, code, anchor, status, retryAfter, open]) => ({
      code,
      anchor,
      status: Number(status),
      retryAfter: retryAfter === '' ? null : Number(retryAfter),
      opens: open === 'opens',
    }));
    const answered = ERROR_CODES.map((code) => {
      const { problem, retryAfter, opens } = answerTo(new ToxicityGuardError(code, ''));
      return { code, anchor: code.toLowerCase(), status: problem.status, retryAfter, opens };
    });
    expect(told).toEqual(answered);
  });
});
