import {
  type CastImplementation,
  type CodeBuilder,
  type EmitValue,
  implicitCastCost,
  isFloat,
  isNumeric,
  type SqlType,
  typeName,
} from '@windrow/core';
import { bind, type Code, push, when } from '../emit/code.ts';
import { powerOfTen } from '../emit/decimal.ts';
import type { DecimalType } from '../resolve.ts';
import {
  type Converted,
  convertNumber,
  decimalToDouble,
  type Integer,
  integerOf,
  integerTo,
  outside,
  rangeOf,
  scaleDown,
  scaleUp,
} from './numeric-emit.ts';

type Convert = (b: CodeBuilder, value: EmitValue, to: SqlType) => Converted;

/**
 * Casts among booleans, integers, floats and decimals, as generated code. Float to decimal is not among
 * them: it goes by the shortest text of the float.
 */
export function numericCast(
  from: SqlType,
  to: SqlType,
  options: { readonly try: boolean },
): CastImplementation | undefined {
  const convert = conversion(from, to);
  if (convert === undefined) return undefined;
  return checkedCast(convert, { try: options.try, mayFail: mayFail(from, to) });
}

/** A cast by generated code: fails with 22003 where `convert` says so, or in the try form gives NULL. */
export function checkedCast(
  convert: Convert,
  options: { readonly try: boolean; readonly mayFail: boolean; readonly sqlState?: string },
): CastImplementation {
  const returnsNull = options.try && options.mayFail;
  const emit = (b: CodeBuilder, args: readonly EmitValue[], returns: SqlType): void => {
    const { locals, fails } = convert(b, args[0] as EmitValue, returns);
    const failed = fails === undefined ? undefined : bind(b, 'i32', fails);
    if (failed !== undefined && !options.try) {
      const sqlState = options.sqlState ?? '22003';
      const message = `{0} is out of range for ${typeName(returns)}`;
      when(b, failed, () => b.raise({ sqlState, message, hint: TRY_CAST_HINT }, args));
    }
    for (const local of locals) b.get(local);
    if (returnsNull) push(b, failed === undefined ? 1 : ['i32.eqz', failed]);
  };
  return {
    implementation: { kind: 'emit', emit },
    raises: options.mayFail && !options.try,
    returnsNull,
  };
}

/** What an error about a cast tells the reader to do. */
export const TRY_CAST_HINT = 'TRY_CAST gives NULL instead.';

function conversion(from: SqlType, to: SqlType): Convert | undefined {
  if (!isNumberLike(from) || !isNumberLike(to)) return undefined;
  if (to.kind === 'decimal') {
    if (isFloat(from)) return undefined;
    const scale = from.kind === 'decimal' ? from.scale : 0;
    return (b, value) => toDecimal(b, value, scale, to);
  }
  if (from.kind !== 'decimal' || to.kind === 'boolean') return convertNumber;
  if (isFloat(to)) {
    return (b, value) => {
      const double = decimalToDouble(b, integerOf(b, value), from.scale);
      const local = to.kind === 'float64' ? double : bind(b, 'f32', ['f32.demote_f64', double]);
      return { locals: [local], fails: undefined };
    };
  }
  return (b, value) => decimalToInteger(b, value, from, to);
}

const isNumberLike = (type: SqlType): boolean => type.kind === 'boolean' || isNumeric(type);

function mayFail(from: SqlType, to: SqlType): boolean {
  if (to.kind === 'boolean' || to.kind === 'float64' || from.kind === 'boolean')
    return to.kind === 'decimal' && to.precision === to.scale;
  if (to.kind === 'float32') return from.kind === 'float64';
  return from.kind === 'hugeint' || implicitCastCost(from, to) === undefined;
}

function toDecimal(
  b: CodeBuilder,
  value: EmitValue,
  fromScale: number,
  to: DecimalType,
): Converted {
  const integer = integerOf(b, value);
  const range = rangeOf(value.type);
  const up = to.scale - fromScale;
  if (up < 0) {
    const factor = powerOfTen(-up);
    const rounded = {
      min: (range.min - factor / 2n) / factor,
      max: (range.max + factor / 2n) / factor,
    };
    return integerTo(b, scaleDown(b, integer, -up), rounded, to);
  }
  const factor = powerOfTen(up);
  const { max } = rangeOf(to);
  const limit = max / factor;
  const fits = range.max <= limit && range.min >= -limit;
  const fails: Code | undefined = fits
    ? undefined
    : outside(b, integer, { min: -limit, max: limit });
  const isWide = to.precision > 18;
  const scaled: Integer = up === 0 ? integer : scaleUp(b, integer, up, isWide);
  return { locals: integerTo(b, scaled, rangeOf(to), to).locals, fails };
}

function decimalToInteger(
  b: CodeBuilder,
  value: EmitValue,
  from: DecimalType,
  to: SqlType,
): Converted {
  const { min, max } = rangeOf(from);
  const factor = powerOfTen(from.scale);
  const half = factor / 2n;
  const rounded = { min: (min - half) / factor, max: (max + half) / factor };
  const integer = integerOf(b, value);
  return integerTo(b, from.scale === 0 ? integer : scaleDown(b, integer, from.scale), rounded, to);
}

/** Leaves the only word of a value unchanged: types of equal representation. */
export const reinterpretCast: CastImplementation = {
  implementation: {
    kind: 'emit',
    emit: (b, [value]) => {
      for (const local of (value as EmitValue).locals) b.get(local);
    },
  },
  raises: false,
  returnsNull: false,
};
