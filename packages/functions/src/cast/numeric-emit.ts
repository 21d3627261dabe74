import {
  type CodeBuilder,
  type EmitValue,
  type Local,
  physicalType,
  type SqlType,
  unreachable,
} from '@windrow/core';
import { bind, type Code } from '../emit/code.ts';
import { powerOfTen } from '../emit/decimal.ts';
import {
  callWide,
  lessWide,
  multiplyToWide,
  type Wide,
  wideConstant,
  widen,
} from '../emit/int128.ts';
import { type IntegerWord, isIntegerWord, toI64 } from '../emit/integer.ts';
import { first } from '../emit/value.ts';

/** A converted value in locals, and a condition (i32) that is 1 where the target cannot hold it. */
export interface Converted {
  readonly locals: readonly Local[];
  readonly fails: Code | undefined;
}

/** An integer in the widest form it needs: signed or unsigned 64 bits, or 128. */
export type Integer =
  | { readonly kind: 'signed' | 'unsigned'; readonly value: Local }
  | { readonly kind: 'wide'; readonly value: Wide };

/**
 * Converts between booleans, integers, floats and decimals of scale 0; scales are the caller's.
 * A condition is given only where the target's range is smaller than the source's.
 */
export function convertNumber(b: CodeBuilder, value: EmitValue, to: SqlType): Converted {
  const from = physicalType(value.type);
  const target = physicalType(to);
  if (target === 'bool') return { locals: [isNonZero(b, value)], fails: undefined };
  if (from === 'f32' || from === 'f64') {
    const double = from === 'f64' ? first(value) : promote(b, first(value));
    return convertDouble(b, double, value, to);
  }
  const integer = integerOf(b, value);
  if (target === 'f32' || target === 'f64')
    return { locals: [integerToFloat(b, integer, target)], fails: undefined };
  return integerTo(b, integer, rangeOf(value.type), to);
}

const promote = (b: CodeBuilder, value: Local): Local => bind(b, 'f64', ['f64.promote_f32', value]);

function isNonZero(b: CodeBuilder, value: EmitValue): Local {
  const physical = physicalType(value.type);
  if (physical === 'f32' || physical === 'f64')
    return bind(b, 'i32', [`${physical}.ne`, first(value), 0]);
  if (physical === 'i128') {
    const [low, high] = value.locals as readonly [Local, Local];
    return bind(b, 'i32', ['i64.ne', ['i64.or', low, high], 0]);
  }
  const word = physical === 'i64' || physical === 'u64' ? 'i64' : 'i32';
  return bind(b, 'i32', [`${word}.ne`, first(value), 0]);
}

/** The integer (or unscaled decimal) that a value holds. */
export function integerOf(b: CodeBuilder, value: EmitValue): Integer {
  const physical = physicalType(value.type);
  if (physical === 'i128') {
    const [low, high] = value.locals as readonly [Local, Local];
    return { kind: 'wide', value: { low, high } };
  }
  if (physical === 'u64') return { kind: 'unsigned', value: first(value) };
  const word: IntegerWord = isIntegerWord(physical) ? physical : 'u8';
  return { kind: 'signed', value: bind(b, 'i64', toI64(word, first(value))) };
}

interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

/** Least and greatest integer of a type; for decimals those of the unscaled value. */
export function rangeOf(type: SqlType): Range {
  if (type.kind === 'decimal') {
    const limit = powerOfTen(type.precision) - 1n;
    return { min: -limit, max: limit };
  }
  const physical = physicalType(type);
  if (physical === 'bool') return { min: 0n, max: 1n };
  const bits = BigInt(physical.slice(1));
  return physical.startsWith('u')
    ? { min: 0n, max: (1n << bits) - 1n }
    : { min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n };
}

/** An integer known to lie in `range` as a value of an integer or decimal type. */
export function integerTo(b: CodeBuilder, integer: Integer, range: Range, to: SqlType): Converted {
  const limits = rangeOf(to);
  const fits = limits.min <= range.min && range.max <= limits.max;
  const fails = fits ? undefined : outside(b, integer, limits);
  const target = physicalType(to);
  if (target === 'i128') {
    const { low, high } = toWide(b, integer);
    return { locals: [low, high], fails };
  }
  const low = integer.kind === 'wide' ? integer.value.low : integer.value;
  if (target === 'i64' || target === 'u64') return { locals: [low], fails };
  return { locals: [bind(b, 'i32', ['i32.wrap_i64', low])], fails };
}

function toWide(b: CodeBuilder, integer: Integer): Wide {
  switch (integer.kind) {
    case 'wide':
      return integer.value;
    case 'signed':
      return widen(b, integer.value);
    case 'unsigned':
      return { low: integer.value, high: bind(b, 'i64', 0) };
    default:
      return unreachable(integer);
  }
}

/** Condition: the integer lies outside the limits. */
export function outside(b: CodeBuilder, integer: Integer, { min, max }: Range): Code {
  switch (integer.kind) {
    case 'wide': {
      const tooSmall = lessWide(integer.value, wideConstant(b, min));
      return ['i32.or', tooSmall, lessWide(wideConstant(b, max), integer.value)];
    }
    case 'unsigned':
      return ['i64.gt_u', integer.value, max];
    case 'signed':
      // One unsigned comparison for both ends: the range is shifted to begin at zero.
      if (max - min < 1n << 64n && min >= -(1n << 63n))
        return max >= 1n << 63n
          ? ['i64.lt_s', integer.value, min]
          : ['i64.gt_u', ['i64.sub', integer.value, min], max - min];
      return 0;
    default:
      return unreachable(integer);
  }
}

function integerToFloat(b: CodeBuilder, integer: Integer, target: 'f32' | 'f64'): Local {
  switch (integer.kind) {
    case 'signed':
      return bind(b, target, [`${target}.convert_i64_s`, integer.value]);
    case 'unsigned':
      return bind(b, target, [`${target}.convert_i64_u`, integer.value]);
    case 'wide': {
      const double = bind(b, 'f64', () => pushWideAsDouble(b, integer.value));
      return target === 'f64' ? double : bind(b, 'f32', ['f32.demote_f64', double]);
    }
    default:
      return unreachable(integer);
  }
}

/** Leaves the nearest double of a 128-bit integer. */
export function pushWideAsDouble(b: CodeBuilder, value: Wide): void {
  b.get(value.low);
  b.get(value.high);
  b.callKernel('int128ToDouble', ['i64', 'i64'], ['f64']);
}

/** Floats to floats, or to integers: half to even; NaN and what lies outside fails. */
function convertDouble(b: CodeBuilder, double: Local, value: EmitValue, to: SqlType): Converted {
  const target = physicalType(to);
  if (target === 'f64') return { locals: [double], fails: undefined };
  if (target === 'f32') return doubleToSingle(b, double, value);
  if (target === 'i128') {
    const low = bind(b, 'i64', () => {
      b.get(double);
      b.callKernel('doubleToInt128', ['f64'], ['i64']);
    });
    const high = bind(b, 'i64', () => b.callKernel('int128High', [], ['i64']));
    const fails = bind(b, 'i32', () => b.callKernel('int128Overflow', [], ['i32']));
    return { locals: [low, high], fails };
  }
  const { min, max } = rangeOf(to);
  const rounded = bind(b, 'f64', ['f64.nearest', double]);
  // max + 1 is a power of two, so the comparison is exact; NaN fails both.
  const inside: Code = [
    'i32.and',
    ['f64.ge', rounded, Number(min)],
    ['f64.lt', rounded, Number(max + 1n)],
  ];
  const fails: Code = ['i32.eqz', inside];
  if (target === 'u64')
    return { locals: [bind(b, 'i64', ['i64.trunc_sat_f64_u', rounded])], fails };
  const integer = bind(b, 'i64', ['i64.trunc_sat_f64_s', rounded]);
  if (target === 'i64') return { locals: [integer], fails };
  return { locals: [bind(b, 'i32', ['i32.wrap_i64', integer])], fails };
}

/** A finite double beyond the range of FLOAT fails; infinities and NaN pass. */
function doubleToSingle(b: CodeBuilder, double: Local, value: EmitValue): Converted {
  if (physicalType(value.type) === 'f32') return { locals: [first(value)], fails: undefined };
  const single = bind(b, 'f32', ['f32.demote_f64', double]);
  const becameInfinite: Code = [
    'i32.and',
    ['f32.eq', ['f32.abs', single], Number.POSITIVE_INFINITY],
    ['f64.ne', ['f64.abs', double], Number.POSITIVE_INFINITY],
  ];
  return { locals: [single], fails: becameInfinite };
}

/** `integer × 10^digits`; the caller has made sure that the product fits the form it asks for. */
export function scaleUp(
  b: CodeBuilder,
  integer: Integer,
  digits: number,
  toWideForm: boolean,
): Integer {
  const factor = powerOfTen(digits);
  if (!toWideForm && integer.kind !== 'wide')
    return { kind: 'signed', value: bind(b, 'i64', ['i64.mul', integer.value, factor]) };
  const value = toWide(b, integer);
  if (integer.kind === 'signed' && digits <= 18)
    return { kind: 'wide', value: multiplyToWide(b, integer.value, bind(b, 'i64', factor)) };
  return { kind: 'wide', value: callWide(b, 'int128Multiply', value, wideConstant(b, factor)) };
}

/** `integer / 10^digits`, half away from zero. */
export function scaleDown(b: CodeBuilder, integer: Integer, digits: number): Integer {
  const factor = powerOfTen(digits);
  if (integer.kind !== 'signed' || digits > 18) {
    const value = toWide(b, integer);
    return {
      kind: 'wide',
      value: callWide(b, 'int128DivideRound', value, wideConstant(b, factor)),
    };
  }
  const { value } = integer;
  const remainder = bind(b, 'i64', ['i64.rem_s', value, factor]);
  const sign: Code = ['i64.or', ['i64.shr_s', value, 63], 1];
  // |remainder| ≥ factor / 2 for an even factor, without doubling it beyond 64 bits.
  const magnitude: Code = [
    'select',
    ['i64.sub', 0, remainder],
    remainder,
    ['i64.lt_s', remainder, 0],
  ];
  const isUp: Code = ['i64.extend_i32_u', ['i64.ge_u', magnitude, factor / 2n]];
  const rounded: Code = ['i64.add', ['i64.div_s', value, factor], ['i64.mul', sign, isUp]];
  return { kind: 'signed', value: bind(b, 'i64', digits === 0 ? value : rounded) };
}

/** The double nearest to `integer / 10^scale`; exact operands (up to 2⁵³ and 10²²) round only once. */
export function decimalToDouble(b: CodeBuilder, integer: Integer, scale: number): Local {
  const double = integerToFloat(b, integer, 'f64');
  return bind(b, 'f64', ['f64.div', double, Number(powerOfTen(scale))]);
}
