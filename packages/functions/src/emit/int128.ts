import type { CodeBuilder, EmitValue, Local } from '@windrow/core';
import { physicalType } from '@windrow/core';
import { bind, type Code } from './code.ts';

/** A 128-bit two's complement integer in two i64 locals. */
export interface Wide {
  readonly low: Local;
  readonly high: Local;
}

/** The value as 128 bits; 64-bit ones (decimals up to 18 digits) are sign-extended. */
export function wide(b: CodeBuilder, value: EmitValue): Wide {
  const [low, high] = value.locals;
  if (low === undefined) throw new RangeError('a value without locals');
  return high === undefined ? widen(b, low) : { low, high };
}

/** Sign-extends an i64 local. */
export const widen = (b: CodeBuilder, low: Local): Wide => ({
  low,
  high: bind(b, 'i64', ['i64.shr_s', low, 63]),
});

/** A 128-bit constant. */
export const wideConstant = (b: CodeBuilder, value: bigint): Wide => ({
  low: bind(b, 'i64', BigInt.asIntN(64, value)),
  high: bind(b, 'i64', BigInt.asIntN(64, value >> 64n)),
});

/** Leaves both words, low first: the parts of a result. */
export function pushWide(b: CodeBuilder, value: Wide): void {
  b.get(value.low);
  b.get(value.high);
}

/** Is the type held in two words? */
export const isWide = (value: EmitValue): boolean => physicalType(value.type) === 'i128';

/** `x + y` modulo 2¹²⁸. */
export function addWide(b: CodeBuilder, x: Wide, y: Wide): Wide {
  const low = bind(b, 'i64', ['i64.add', x.low, y.low]);
  const carry: Code = ['i64.extend_i32_u', ['i64.lt_u', low, x.low]];
  return { low, high: bind(b, 'i64', ['i64.add', ['i64.add', x.high, y.high], carry]) };
}

/** `x − y` modulo 2¹²⁸. */
export function subtractWide(b: CodeBuilder, x: Wide, y: Wide): Wide {
  const borrow: Code = ['i64.extend_i32_u', ['i64.lt_u', x.low, y.low]];
  const high = bind(b, 'i64', ['i64.sub', ['i64.sub', x.high, y.high], borrow]);
  return { low: bind(b, 'i64', ['i64.sub', x.low, y.low]), high };
}

/** Condition: `sum = x + y` has left the signed range. */
export const addOverflows = (x: Local, y: Local, sum: Local): Code => [
  'i64.lt_s',
  ['i64.and', ['i64.xor', x, sum], ['i64.xor', y, sum]],
  0,
];

/** Condition: `difference = x − y` has left the signed range. */
export const subtractOverflows = (x: Local, y: Local, difference: Local): Code => [
  'i64.lt_s',
  ['i64.and', ['i64.xor', x, y], ['i64.xor', x, difference]],
  0,
];

/** Condition: signed `x < y`. */
export const lessWide = (x: Wide, y: Wide): Code => [
  'select',
  ['i64.lt_u', x.low, y.low],
  ['i64.lt_s', x.high, y.high],
  ['i64.eq', x.high, y.high],
];

/** Condition: `x = y`. */
export const equalWide = (x: Wide, y: Wide): Code => [
  'i64.eqz',
  ['i64.or', ['i64.xor', x.low, y.low], ['i64.xor', x.high, y.high]],
];

/**
 * The full signed product of two i64, from four 32-bit ones.
 * Source: Warren, Hacker's Delight, 2nd ed., §8–2.
 */
export function multiplyToWide(b: CodeBuilder, x: Local, y: Local): Wide {
  const mask = 0xffffffffn;
  const xLow = bind(b, 'i64', ['i64.and', x, mask]);
  const xHigh = bind(b, 'i64', ['i64.shr_s', x, 32]);
  const yLow = bind(b, 'i64', ['i64.and', y, mask]);
  const yHigh = bind(b, 'i64', ['i64.shr_s', y, 32]);
  const middle = bind(b, 'i64', [
    'i64.add',
    ['i64.mul', xHigh, yLow],
    ['i64.shr_u', ['i64.mul', xLow, yLow], 32],
  ]);
  const middleLow: Code = ['i64.add', ['i64.and', middle, mask], ['i64.mul', xLow, yHigh]];
  const high = bind(b, 'i64', [
    'i64.add',
    ['i64.add', ['i64.mul', xHigh, yHigh], ['i64.shr_s', middle, 32]],
    ['i64.shr_s', middleLow, 32],
  ]);
  return { low: bind(b, 'i64', ['i64.mul', x, y]), high };
}

/**
 * Calls a kernel of two 128-bit operands. Its low word is the call's result; the high word and the
 * overflow flag stay behind in globals of the thread's kernel instance.
 */
export function callWide(
  b: CodeBuilder,
  kernel: 'int128Multiply' | 'int128Divide' | 'int128DivideRound' | 'int128Remainder',
  x: Wide,
  y: Wide,
): Wide & { readonly overflow: Local } {
  pushWide(b, x);
  pushWide(b, y);
  const low = bind(b, 'i64', () => b.callKernel(kernel, ['i64', 'i64', 'i64', 'i64'], ['i64']));
  const high = bind(b, 'i64', () => b.callKernel('int128High', [], ['i64']));
  const overflow = bind(b, 'i32', () => b.callKernel('int128Overflow', [], ['i32']));
  return { low, high, overflow };
}
