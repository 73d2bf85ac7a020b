const ZERO = 0x30;
const POINT = 0x2e;
const MINUS = 0x2d;
const PLUS = 0x2b;
/** So many digits, and powers of ten, that a double holds exactly. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/**
 * The number that a part of a text says, `NaN` where it is none. As `Number()` reads it, and several times as fast: of
 * two numbers that are exact the quotient is rounded once (Clinger, How to read floating point numbers accurately, 1990).
 */
export function parseNumber(text: string, start: number, end: number): number {
  const sign = text.charCodeAt(start);
  const first = sign === MINUS || sign === PLUS ? start + 1 : start;
  let mantissa = 0;
  let digits = 0;
  let decimals = -1;
  for (let at = first; at < end; at++) {
    const unit = text.charCodeAt(at);
    const digit = unit - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = 10 * mantissa + digit;
      digits++;
      if (decimals >= 0) decimals++;
    } else if (unit === POINT && decimals < 0) decimals = 0;
    else return parseOther(text.slice(start, end));
  }
  if (digits === 0 || digits > EXACT_DIGITS) return parseOther(text.slice(start, end));
  const number = mantissa / (POWERS[Math.max(0, decimals)] as number);
  return sign === MINUS ? -number : number;
}

/** With an exponent, or more digits. */
function parseOther(part: string): number {
  return part === '' ? Number.NaN : Number(part);
}
