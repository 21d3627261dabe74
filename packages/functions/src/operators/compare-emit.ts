import {
  type CodeBuilder,
  type EmitValue,
  type Local,
  physicalType,
  unreachable,
} from '@windrow/core';
import { bind, type Code, push } from '../emit/code.ts';
import { equalWide, lessWide, type Wide, wide } from '../emit/int128.ts';
import { first } from '../emit/value.ts';

/** Leaves 1 where `x = y` by the order of SQL: NaN equals itself, intervals are normalised. */
export function emitEqual(b: CodeBuilder, x: EmitValue, y: EmitValue): void {
  const physical = physicalType(x.type);
  switch (physical) {
    case 'bool':
    case 'i8':
    case 'i16':
    case 'i32':
    case 'u8':
    case 'u16':
    case 'u32':
      push(b, ['i32.eq', first(x), first(y)]);
      return;
    case 'i64':
    case 'u64':
      push(b, ['i64.eq', first(x), first(y)]);
      return;
    case 'f32':
    case 'f64':
      push(b, ['i32.or', [`${physical}.eq`, first(x), first(y)], bothNaN(physical, x, y)]);
      return;
    case 'i128':
    case 'uuid':
      push(b, equalWide(wide(b, x), wide(b, y)));
      return;
    case 'interval': {
      const [left, right] = [normalizeInterval(b, x), normalizeInterval(b, y)];
      push(b, equalWide(left, right));
      return;
    }
    case 'ref':
      b.get(first(x));
      b.get(first(y));
      b.callKernel('equalBytes', ['i64', 'i64'], ['i32']);
      return;
    default:
      unreachable(physical);
  }
}

/** Leaves 1 where `x < y` by the order of SQL: NaN is the greatest, text goes by bytes. */
export function emitLess(b: CodeBuilder, x: EmitValue, y: EmitValue): void {
  const physical = physicalType(x.type);
  switch (physical) {
    case 'i8':
    case 'i16':
    case 'i32':
      push(b, ['i32.lt_s', first(x), first(y)]);
      return;
    case 'bool':
    case 'u8':
    case 'u16':
    case 'u32':
      push(b, ['i32.lt_u', first(x), first(y)]);
      return;
    case 'i64':
      push(b, ['i64.lt_s', first(x), first(y)]);
      return;
    case 'u64':
      push(b, ['i64.lt_u', first(x), first(y)]);
      return;
    case 'f32':
    case 'f64':
      push(b, ['i32.or', [`${physical}.lt`, first(x), first(y)], onlySecondNaN(physical, x, y)]);
      return;
    case 'i128':
      push(b, lessWide(wide(b, x), wide(b, y)));
      return;
    case 'uuid':
      push(b, lessUnsigned(x, y));
      return;
    case 'interval': {
      const [left, right] = [normalizeInterval(b, x), normalizeInterval(b, y)];
      push(b, lessWide(left, right));
      return;
    }
    case 'ref':
      b.get(first(x));
      b.get(first(y));
      b.callKernel('compareBytes', ['i64', 'i64'], ['i32']);
      push(b, 0);
      b.op('i32.lt_s');
      return;
    default:
      unreachable(physical);
  }
}

type FloatWord = 'f32' | 'f64';

const isNaNCode = (type: FloatWord, value: EmitValue): Code => [
  `${type}.ne`,
  first(value),
  first(value),
];

const bothNaN = (type: FloatWord, x: EmitValue, y: EmitValue): Code => [
  'i32.and',
  isNaNCode(type, x),
  isNaNCode(type, y),
];

const onlySecondNaN = (type: FloatWord, x: EmitValue, y: EmitValue): Code => [
  'i32.and',
  [`${type}.eq`, first(x), first(x)],
  isNaNCode(type, y),
];

/** UUIDs are ordered as unsigned 128-bit numbers. */
function lessUnsigned(x: EmitValue, y: EmitValue): Code {
  const [xLow, xHigh] = x.locals;
  const [yLow, yHigh] = y.locals;
  if (xLow === undefined || xHigh === undefined || yLow === undefined || yHigh === undefined)
    throw new RangeError('a UUID has two words');
  return ['select', ['i64.lt_u', xLow, yLow], ['i64.lt_u', xHigh, yHigh], ['i64.eq', xHigh, yHigh]];
}

const DAY_MICROS = 86_400_000_000n;

/** An interval as whole days (months of 30 days) and the microseconds that remain, 0 ≤ low < one day. */
function normalizeInterval(b: CodeBuilder, value: EmitValue): Wide {
  const [months, days, micros] = value.locals as readonly [Local, Local, Local];
  const rest = bind(b, 'i64', ['i64.rem_s', micros, DAY_MICROS]);
  const isNegative: Code = ['i64.extend_i32_u', ['i64.lt_s', rest, 0]];
  const carried: Code = ['i64.sub', ['i64.div_s', micros, DAY_MICROS], isNegative];
  const monthDays: Code = ['i64.mul', ['i64.extend_i32_s', months], 30];
  const high = bind(b, 'i64', [
    'i64.add',
    ['i64.add', monthDays, ['i64.extend_i32_s', days]],
    carried,
  ]);
  const low = bind(b, 'i64', ['i64.add', rest, ['i64.mul', isNegative, DAY_MICROS]]);
  return { low, high };
}
