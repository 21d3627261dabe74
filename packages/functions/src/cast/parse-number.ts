import { powerOfTen } from '../emit/decimal.ts';

/**
 * What reading a value from text gives: the value, undefined when the text is malformed, null when it is
 * well-formed but outside the type's range.
 */
export type Parsed<T> = T | undefined | null;

/** A number as written: coefficient × 10^exponent, exactly. */
interface ExactNumber {
  readonly coefficient: bigint;
  readonly exponent: number;
}

const DIGITS = String.raw`\d+(?:_\d+)*`;
const DECIMAL_NUMBER = new RegExp(
  String.raw`^([+-]?)(?:(${DIGITS})(?:\.(${DIGITS})?)?|\.(${DIGITS}))(?:[eE]([+-]?\d{1,6}))?$`,
);
const RADIX_NUMBER = /^([+-]?)(0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[bB][01]+(?:_[01]+)*)$/;

/** Digits that no number type has: beyond them a number is out of range or rounds to zero. */
const MAX_WHOLE_DIGITS = 400;

/** Blanks around a number are dropped; underscores may stand between digits. */
function exactNumber(text: string): Parsed<ExactNumber> {
  const trimmed = text.trim();
  const radix = RADIX_NUMBER.exec(trimmed);
  if (radix !== null) {
    const magnitude = BigInt((radix[2] ?? '').replaceAll('_', ''));
    return { coefficient: radix[1] === '-' ? -magnitude : magnitude, exponent: 0 };
  }
  const match = DECIMAL_NUMBER.exec(trimmed);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = match[4] ?? '', , written = '0'] = match;
  const fractionDigits = fraction.replaceAll('_', '');
  const exponent = Number(written) - fractionDigits.length;
  const digits = whole.replaceAll('_', '') + fractionDigits;
  const magnitude = BigInt(digits);
  if (magnitude !== 0n && digits.length + exponent > MAX_WHOLE_DIGITS) return null;
  return { coefficient: sign === '-' ? -magnitude : magnitude, exponent };
}

/** `coefficient × 10^exponent`, half away from zero. */
export function scaledInteger(coefficient: bigint, exponent: number): bigint {
  if (coefficient === 0n) return 0n;
  if (exponent >= 0) return coefficient * powerOfTen(exponent);
  if (-exponent > 2 * MAX_WHOLE_DIGITS + coefficient.toString().length) return 0n;
  const factor = powerOfTen(-exponent);
  const magnitude = coefficient < 0n ? -coefficient : coefficient;
  const rounded = (2n * magnitude + factor) / (2n * factor);
  return coefficient < 0n ? -rounded : rounded;
}

/** An integer; fractions and exponents are accepted and rounded half away from zero. */
export function parseInteger(
  text: string,
  range: { readonly min: bigint; readonly max: bigint },
): Parsed<bigint> {
  const exact = exactNumber(text);
  if (exact === undefined || exact === null) return exact;
  const value = scaledInteger(exact.coefficient, exact.exponent);
  return value < range.min || value > range.max ? null : value;
}

/** An unscaled decimal of `precision` digits, digits beyond the scale rounded half away from zero. */
export function parseDecimal(text: string, precision: number, scale: number): Parsed<bigint> {
  const exact = exactNumber(text);
  if (exact === undefined || exact === null) return exact;
  const value = scaledInteger(exact.coefficient, exact.exponent + scale);
  const limit = powerOfTen(precision);
  return value <= -limit || value >= limit ? null : value;
}

const SPECIAL_NUMBER = /^([+-]?)(inf|infinity|nan)$/i;

/** A double, correctly rounded; text beyond the range is out of range, not infinite. */
export function parseDouble(text: string): Parsed<number> {
  const trimmed = text.trim();
  const special = SPECIAL_NUMBER.exec(trimmed);
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return Number.NaN;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (RADIX_NUMBER.test(trimmed)) return Number(exactNumber(trimmed)?.coefficient);
  if (!DECIMAL_NUMBER.test(trimmed)) return undefined;
  const value = Number(trimmed.replaceAll('_', ''));
  return Number.isFinite(value) ? value : null;
}

/** A float: the double rounded once more, which differs from direct rounding in rare last digits. */
export function parseFloat32(text: string): Parsed<number> {
  const double = parseDouble(text);
  if (double === undefined || double === null) return double;
  const single = Math.fround(double);
  return Number.isFinite(single) || !Number.isFinite(double) ? single : null;
}

const TRUE_WORDS: ReadonlySet<string> = new Set(['t', 'true', 'y', 'yes', 'on', '1']);
const FALSE_WORDS: ReadonlySet<string> = new Set(['f', 'false', 'n', 'no', 'off', '0']);

export function parseBoolean(text: string): Parsed<boolean> {
  const word = text.trim().toLowerCase();
  return TRUE_WORDS.has(word) ? true : FALSE_WORDS.has(word) ? false : undefined;
}
