import type { Figure } from './bootstrap.js';

/** What a table shows where there is no figure. */
export const NOTHING = '–';

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A figure with its interval, such as `0.972 (0.967–0.977)`. */
export function show({ value, low, high }: Figure, digits = 3): string {
  if (value === null) return NOTHING;
  const fixed = (number: number): string => unsigned(number.toFixed(digits));
  return low === null || high === null ? fixed(value) : `${fixed(value)} (${fixed(low)}–${fixed(high)})`;
}

/** A share as a percentage with its interval, such as `3.1 % (2.5–3.6)`. */
export function showShare({ value, low, high }: Figure): string {
  if (value === null) return NOTHING;
  const fixed = (share: number): string => (100 * share).toFixed(1);
  return low === null || high === null
    ? `${fixed(value)} %`
    : `${fixed(value)} % (${fixed(low)}–${fixed(high)})`;
}

/** A whole number with its thousands apart. */
export function count(number: number): string {
  return number.toLocaleString('en');
}

/** Names of sources and groups come from files, and may hold what would break a table. */
function escapeCell(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll('|', '\\|');
}

/** A loss of a hundred-thousandth is no negative zero. */
function unsigned(text: string): string {
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}
