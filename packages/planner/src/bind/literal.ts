import {
  BIGINT,
  BLOB,
  DOUBLE,
  decimal,
  HUGEINT,
  INTEGER,
  INTERVAL,
  type IntervalValue,
  isInteger,
  type Literal,
  type LiteralValue,
  MAX_DECIMAL_PRECISION,
  NULL_TYPE,
  REAL,
  SMALLINT,
  type Span,
  type SqlType,
  TINYINT,
  VARCHAR,
} from '@windrow/core';
import type { BlobLiteral, IntervalUnit, NumberLiteral } from '@windrow/parser';
import { bindError } from './errors.ts';

export const nullLiteral = (span: Span, type: SqlType = NULL_TYPE): Literal => ({
  kind: 'literal',
  value: null,
  type,
  span,
});

export const textLiteral = (value: string, span?: Span): Literal => ({
  kind: 'literal',
  value,
  type: VARCHAR,
  span,
});

export const integerLiteral = (value: number, span?: Span): Literal => ({
  kind: 'literal',
  value,
  type: INTEGER,
  span,
});

const BITS: Readonly<Record<string, readonly [minimum: bigint, maximum: bigint]>> = {
  int8: [-(2n ** 7n), 2n ** 7n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  hugeint: [-(2n ** 127n), 2n ** 127n - 1n],
  uint8: [0n, 2n ** 8n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

/** Does an integer type hold the value? */
export function fitsInteger(value: bigint, type: SqlType): boolean {
  const range = BITS[type.kind];
  return range !== undefined && value >= range[0] && value <= range[1];
}

const WIDE_INTEGERS: readonly string[] = ['int64', 'hugeint', 'uint64'];

/** An integer as the plain value that its type wants. */
export const integerValue = (value: bigint, type: SqlType): LiteralValue =>
  WIDE_INTEGERS.includes(type.kind) ? value : Number(value);

/** INTEGER, BIGINT, HUGEINT, then DOUBLE: the first that holds it. */
function literalOfInteger(value: bigint, span: Span): Literal {
  const type = [INTEGER, BIGINT, HUGEINT].find((t) => fitsInteger(value, t));
  return type === undefined
    ? { kind: 'literal', value: Number(value), type: DOUBLE, span }
    : { kind: 'literal', value: integerValue(value, type), type, span };
}

/** A number as its text says: integers by size, decimals by the digits written, exponents DOUBLE. */
export function bindNumber(node: NumberLiteral, negative: boolean, span: Span): Literal {
  const text = negative ? `-${node.text}` : node.text;
  switch (node.suffix) {
    case 'L':
      return suffixed(node, BIGINT, negative, span);
    case 'S':
      return suffixed(node, SMALLINT, negative, span);
    case 'Y':
      return suffixed(node, TINYINT, negative, span);
    case 'D':
      return { kind: 'literal', value: Number(text), type: DOUBLE, span };
    case 'F':
      return { kind: 'literal', value: Math.fround(Number(text)), type: REAL, span };
    case 'BD':
      return decimalLiteral(node.text, negative, span);
    case null:
      break;
  }
  if (node.form === 'integer') {
    const value = BigInt(node.text);
    return literalOfInteger(negative ? -value : value, span);
  }
  if (node.form === 'exponent') return { kind: 'literal', value: Number(text), type: DOUBLE, span };
  return decimalLiteral(node.text, negative, span);
}

function suffixed(node: NumberLiteral, type: SqlType, negative: boolean, span: Span): Literal {
  const value = negative ? -BigInt(node.text) : BigInt(node.text);
  if (!fitsInteger(value, type)) {
    throw bindError('22003', `${value}${node.suffix ?? ''} is out of range`, span);
  }
  return { kind: 'literal', value: integerValue(value, type), type, span };
}

function decimalLiteral(text: string, negative: boolean, span: Span): Literal {
  const [whole = '', fraction = ''] = text.split('.');
  const precision = whole.length + fraction.length;
  if (precision > MAX_DECIMAL_PRECISION) {
    return { kind: 'literal', value: Number(negative ? `-${text}` : text), type: DOUBLE, span };
  }
  const digits = BigInt(`${whole}${fraction}`);
  const type = decimal(Math.max(1, precision), fraction.length);
  return { kind: 'literal', value: negative ? -digits : digits, type, span };
}

export function bindBlob(node: BlobLiteral): Literal {
  const bytes = new Uint8Array(node.hex.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(node.hex.slice(2 * i, 2 * i + 2), 16);
  }
  return { kind: 'literal', value: bytes, type: BLOB, span: node.span };
}

const MICROS: Readonly<Partial<Record<IntervalUnit, bigint>>> = {
  microsecond: 1n,
  millisecond: 1_000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
};
const DAYS: Readonly<Partial<Record<IntervalUnit, number>>> = { day: 1, week: 7 };
const MONTHS: Readonly<Partial<Record<IntervalUnit, number>>> = {
  month: 1,
  quarter: 3,
  year: 12,
  decade: 120,
  century: 1200,
  millennium: 12000,
};

/** `count` times a unit; undefined when a field of the interval does not hold it. */
export function intervalOf(count: bigint, unit: IntervalUnit): IntervalValue | undefined {
  const micros = MICROS[unit];
  if (micros !== undefined) {
    const total = count * micros;
    return fitsInteger(total, BIGINT) ? { months: 0, days: 0, micros: total } : undefined;
  }
  const days = count * BigInt(DAYS[unit] ?? 0);
  const months = count * BigInt(MONTHS[unit] ?? 0);
  if (!fitsInteger(days, INTEGER) || !fitsInteger(months, INTEGER)) return undefined;
  return { months: Number(months), days: Number(days), micros: 0n };
}

export const intervalLiteral = (value: IntervalValue, span: Span): Literal => ({
  kind: 'literal',
  value,
  type: INTERVAL,
  span,
});

export const addIntervals = (a: IntervalValue, b: IntervalValue): IntervalValue => ({
  months: a.months + b.months,
  days: a.days + b.days,
  micros: a.micros + b.micros,
});

/** A literal integer's value, whatever its width; undefined for anything else. */
export const integerOf = (expr: { readonly kind: string }): bigint | undefined => {
  const literal = expr as Literal;
  if (literal.kind !== 'literal' || !isInteger(literal.type)) return undefined;
  return typeof literal.value === 'number' || typeof literal.value === 'bigint'
    ? BigInt(literal.value)
    : undefined;
};
