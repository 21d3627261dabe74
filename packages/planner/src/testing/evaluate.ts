import {
  type Expr,
  type IntervalValue,
  type LiteralValue,
  SqlError,
  type SqlType,
} from '@windrow/core';
import { compareLiterals } from '../expr/compare-literals.ts';
import { comparisonOf } from '../expr/comparison.ts';

/*
 * Constants for tests: numbers, dates and their comparison, so that folding has something to fold. The
 * function library of the tests has signatures only.
 */

const MICROS_PER_DAY = 86_400_000_000n;

const isInterval = (value: LiteralValue): value is IntervalValue =>
  typeof value === 'object' && value !== null && 'months' in value;

function overflow(): never {
  throw new SqlError('execution', 'overflow', { sqlState: '22003' });
}

/** The exact value, as a fraction of a power of ten. */
function unscaled(value: LiteralValue, type: SqlType, scale: number): bigint {
  const own = type.kind === 'decimal' ? type.scale : 0;
  const integer = typeof value === 'bigint' ? value : BigInt(Math.trunc(Number(value)));
  return scale >= own ? integer * 10n ** BigInt(scale - own) : integer / 10n ** BigInt(own - scale);
}

function toNumber(value: LiteralValue, type: SqlType): number {
  return type.kind === 'decimal' ? Number(value) / 10 ** type.scale : Number(value);
}

const WIDTHS: Readonly<Record<string, number>> = { int8: 7, int16: 15, int32: 31, int64: 63 };

/** A number as a literal of a numeric type. */
function asNumeric(value: LiteralValue, from: SqlType, to: SqlType): LiteralValue {
  if (to.kind === 'float64' || to.kind === 'float32') return toNumber(value, from);
  const integer = unscaled(value, from, to.kind === 'decimal' ? to.scale : 0);
  const width = WIDTHS[to.kind];
  if (width !== undefined && (integer >= 2n ** BigInt(width) || -integer > 2n ** BigInt(width))) {
    return overflow();
  }
  return width !== undefined && width < 63 ? Number(integer) : integer;
}

function cast(value: LiteralValue, from: SqlType, to: SqlType): LiteralValue {
  if (value === null || (from.kind === to.kind && from.kind !== 'decimal')) return value;
  if (from.kind === 'date' && to.kind === 'timestamp')
    return BigInt(Number(value)) * MICROS_PER_DAY;
  if (from.kind === 'timestamp' && to.kind === 'date')
    return Number((value as bigint) / MICROS_PER_DAY);
  if (from.kind === 'varchar' && to.kind === 'date') {
    return Date.parse(`${String(value)}T00:00:00Z`) / 86_400_000;
  }
  if (from.kind === 'varchar') {
    const number = Number(value);
    if (Number.isNaN(number)) throw new SqlError('execution', `"${String(value)}" is no number`);
    return asNumeric(number, { kind: 'float64' }, to);
  }
  return asNumeric(value, from, to);
}

function addInterval(
  value: LiteralValue,
  type: SqlType,
  interval: IntervalValue,
  sign: number,
): bigint {
  const micros = type.kind === 'date' ? BigInt(Number(value)) * MICROS_PER_DAY : (value as bigint);
  const date = new Date(Number(micros / 1000n));
  date.setUTCMonth(date.getUTCMonth() + sign * interval.months);
  date.setUTCDate(date.getUTCDate() + sign * interval.days);
  return BigInt(date.getTime()) * 1000n + BigInt(sign) * interval.micros;
}

function arithmetic(
  name: string,
  values: readonly LiteralValue[],
  types: readonly SqlType[],
  type: SqlType,
): LiteralValue {
  const [a, b] = values as [LiteralValue, LiteralValue];
  const [left, right] = types as [SqlType, SqlType];
  const sign = name === 'subtract' ? -1 : 1;
  if (isInterval(b)) return addInterval(a, left, b, sign);
  if (type.kind === 'float64') {
    const [x, y] = [toNumber(a, left), toNumber(b, right)];
    return name === 'multiply' ? x * y : name === 'divide' ? x / y : x + sign * y;
  }
  const scale = type.kind === 'decimal' ? type.scale : 0;
  const exact =
    name === 'multiply'
      ? unscaled(a, left, left.kind === 'decimal' ? left.scale : 0) *
        unscaled(b, right, right.kind === 'decimal' ? right.scale : 0)
      : unscaled(a, left, scale) + BigInt(sign) * unscaled(b, right, scale);
  return type.kind === 'decimal' ? exact : asNumeric(exact, { kind: 'int64' }, type);
}

/** The value of an expression without columns. @throws SqlError for what the tests do not fold. */
export function evaluateLiteral(expr: Expr): LiteralValue {
  if (expr.kind === 'literal') return expr.value;
  if (expr.kind === 'cast') return cast(evaluateLiteral(expr.input), expr.input.type, expr.type);
  if (expr.kind === 'call') {
    const values = expr.args.map(evaluateLiteral);
    const comparison = comparisonOf(expr);
    if (expr.function === 'is_null') return values[0] === null;
    if (values.some((value) => value === null)) return null;
    if (expr.function === 'not') return values[0] !== true;
    if (comparison !== undefined) {
      const order = compareLiterals(values[0] ?? null, values[1] ?? null) ?? 0;
      return {
        '=': order === 0,
        '<>': order !== 0,
        '<': order < 0,
        '<=': order <= 0,
        '>': order > 0,
        '>=': order >= 0,
      }[comparison.operator];
    }
    if (['add', 'subtract', 'multiply', 'divide'].includes(expr.function)) {
      return arithmetic(
        expr.function,
        values,
        expr.args.map((arg) => arg.type),
        expr.type,
      );
    }
  }
  throw new SqlError('execution', 'the tests cannot evaluate this');
}
