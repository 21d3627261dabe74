import {
  formatDouble,
  formatFloat,
  formatLiteral,
  isInteger,
  type LiteralValue,
  type SqlType,
  typeName,
} from '@windrow/core';
import { invalidArgument } from '../errors.ts';

/** How one value is written. */
export interface FormatSpec {
  readonly fill: string;
  /** `=`: blanks go between sign and digits. Undefined: text to the left, numbers to the right. */
  readonly align: '<' | '>' | '^' | '=' | undefined;
  /** Sign of numbers that are not negative. */
  readonly plus: '' | '+' | ' ';
  /** `#`: prefixes of other bases, zeros that %g would leave out. */
  readonly alternate: boolean;
  readonly width: number;
  readonly precision: number | undefined;
  /** Between groups of three digits; '' for none. */
  readonly separator: string;
  /** A letter of C; '' as the value's type has it. */
  readonly letter: string;
}

/** Characters that a number may be padded to, and digits behind its point. */
export const MAX_WIDTH = 1_000_000;
const MAX_PRECISION = 100;

/** The text of a value that is not NULL. @throws SqlError 22023 for a letter that is not for its type. */
export function formatValue(value: LiteralValue, type: SqlType, spec: FormatSpec): string {
  if (isInteger(type)) return formatInteger(BigInt(value as number | bigint), type, spec);
  if (type.kind === 'float64' || type.kind === 'float32' || type.kind === 'decimal')
    return formatFraction(value, type, spec);
  if (spec.letter !== '' && spec.letter !== 's') throw wrongLetter(spec, type);
  const text = formatLiteral(value, type);
  const cut =
    spec.precision === undefined ? text : Array.from(text).slice(0, spec.precision).join('');
  return pad({ ...spec, align: spec.align === '=' ? '<' : (spec.align ?? '<') }, '', cut);
}

const wrongLetter = ({ letter }: FormatSpec, type: SqlType): Error =>
  invalidArgument(`"${letter}" does not format a value of type ${typeName(type)}`);

const BASES: Readonly<Record<string, { readonly radix: number; readonly prefix: string }>> = {
  x: { radix: 16, prefix: '0x' },
  o: { radix: 8, prefix: '0' },
  b: { radix: 2, prefix: '0b' },
};

function formatInteger(value: bigint, type: SqlType, spec: FormatSpec): string {
  const { letter, alternate } = spec;
  if (/^[aefg]$/i.test(letter)) return formatFraction(Number(value), { kind: 'float64' }, spec);
  if (letter === 'c') return pad(spec, '', String.fromCodePoint(codePoint(value)));
  const magnitude = value < 0n ? -value : value;
  const base = BASES[letter.toLowerCase()];
  if (base === undefined && !/^[diu]?$/.test(letter)) throw wrongLetter(spec, type);
  const prefix = base !== undefined && alternate && value !== 0n ? base.prefix : '';
  const digits = (prefix + magnitude.toString(base?.radix ?? 10)).padStart(
    spec.precision ?? 0,
    '0',
  );
  const shown = letter === 'X' ? digits.toUpperCase() : grouped(digits, spec);
  return pad(spec, value < 0n ? '-' : spec.plus, shown);
}

function codePoint(value: bigint): number {
  if (value >= 0n && value <= 0x10ffffn && (value < 0xd800n || value > 0xdfffn))
    return Number(value);
  throw invalidArgument(`${value} is not a character`);
}

function formatFraction(value: LiteralValue, type: SqlType, spec: FormatSpec): string {
  const { letter, precision } = spec;
  const number = type.kind === 'decimal' ? Number(value) / 10 ** type.scale : (value as number);
  if (!/^[aefg]?$/i.test(letter)) throw wrongLetter(spec, type);
  const isNegative = number < 0 || Object.is(number, -0);
  const magnitude = Math.abs(number);
  const digits = Math.min(MAX_PRECISION, precision ?? 6);
  const text = ((): string => {
    if (!Number.isFinite(number)) return Number.isNaN(number) ? 'nan' : 'inf';
    switch (letter.toLowerCase()) {
      case 'f':
        return fixed(magnitude, digits);
      case 'e':
        return exponential(magnitude, digits);
      case 'g':
        return general(magnitude, Math.max(1, digits), spec.alternate);
      default:
        if (precision !== undefined) return general(magnitude, Math.max(1, digits), false);
        return type.kind === 'float32' ? formatFloat(magnitude) : formatDouble(magnitude);
    }
  })();
  const shown = /[A-Z]/.test(letter) ? text.toUpperCase() : grouped(text, spec);
  return pad(spec, isNegative ? '-' : spec.plus, shown);
}

/** Digits behind the point, half to even as in C. */
function fixed(value: number, digits: number): string {
  // JavaScript writes exponents from 1e21 on, and rounds halves up.
  if (value >= 1e21) return BigInt(value) + (digits === 0 ? '' : `.${'0'.repeat(digits)}`);
  const rounded = value.toFixed(digits);
  const isOdd = /[13579]$/.test(rounded);
  if (!isOdd || digits + TIE_DIGITS > MAX_PRECISION) return rounded;
  const exact = value.toFixed(digits + TIE_DIGITS);
  const end = exact.length - TIE_DIGITS;
  if (!/^50*$/.test(exact.slice(end))) return rounded;
  return exact.slice(0, digits === 0 ? end - 1 : end);
}

/** So many digits behind the last one tell a half from what lies beside it. */
const TIE_DIGITS = 30;

/** Two digits of exponent at least. */
const exponential = (value: number, digits: number): string =>
  value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');

/** The shorter of the two, to so many digits. */
function general(value: number, digits: number, keepsZeros: boolean): string {
  const exponent = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  const isFixed = exponent >= -4 && exponent < digits;
  const text = isFixed ? fixed(value, digits - 1 - exponent) : exponential(value, digits - 1);
  return keepsZeros || !text.includes('.') ? text : text.replace(/\.?0+(?=e|$)/, '');
}

/** Groups of three in the digits before the point. */
function grouped(text: string, { separator }: FormatSpec): string {
  if (separator === '') return text;
  const [whole = '', ...rest] = text.split('.');
  return [whole.replaceAll(/\B(?=(\d{3})+$)/g, separator), ...rest].join('.');
}

function pad({ fill, align = '>', width }: FormatSpec, sign: string, text: string): string {
  const missing = width - sign.length - Array.from(text).length;
  if (missing <= 0) return sign + text;
  switch (align) {
    case '<':
      return sign + text + fill.repeat(missing);
    case '=':
      return sign + fill.repeat(missing) + text;
    case '^': {
      const before = Math.floor(missing / 2);
      return fill.repeat(before) + sign + text + fill.repeat(missing - before);
    }
    default:
      return fill.repeat(missing) + sign + text;
  }
}
