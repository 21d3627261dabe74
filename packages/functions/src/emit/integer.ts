import type { CodeBuilder, Local, PhysicalType } from '@windrow/core';
import { bind, type Code, when } from './code.ts';
import { addOverflows, subtractOverflows } from './int128.ts';

/** Integer types of one WebAssembly word. */
export type IntegerWord = 'i8' | 'i16' | 'i32' | 'i64' | 'u8' | 'u16' | 'u32' | 'u64';

export const isIntegerWord = (type: PhysicalType): type is IntegerWord =>
  /^[iu](8|16|32|64)$/.test(type);

/** Brings an i32 into the range of a narrow type by dropping bits. */
export function wrapNarrow(type: 'i8' | 'i16' | 'u8' | 'u16', value: Code): Code {
  if (type === 'i8') return ['i32.extend8_s', value];
  if (type === 'i16') return ['i32.extend16_s', value];
  return ['i32.and', value, type === 'u8' ? 0xff : 0xffff];
}

/** An i32 local as i64, by the sign of its type. */
export const toI64 = (type: IntegerWord, value: Code): Code =>
  type === 'i64' || type === 'u64'
    ? value
    : type === 'u32'
      ? ['i64.extend_i32_u', value]
      : ['i64.extend_i32_s', value];

type Operation = 'add' | 'sub' | 'mul';

/** Leaves `x op y`, having called `overflow` (which raises) where the type cannot hold it. */
export function checkedArithmetic(
  b: CodeBuilder,
  type: IntegerWord,
  operation: Operation,
  operands: { readonly x: Local; readonly y: Local; readonly overflow: () => void },
): void {
  const { x, y, overflow } = operands;
  if (type === 'i64') checkedI64(b, operation, x, y, overflow);
  else if (type === 'u64') checkedU64(b, operation, x, y, overflow);
  else if (type === 'i32' || type === 'u32') {
    const result = bind(b, 'i64', [`i64.${operation}`, toI64(type, x), toI64(type, y)]);
    const narrowed: Code =
      type === 'i32' ? ['i64.extend32_s', result] : ['i64.and', result, 0xffffffffn];
    when(b, ['i64.ne', narrowed, result], overflow);
    b.get(result);
    b.op('i32.wrap_i64');
  } else {
    const result = bind(b, 'i32', [`i32.${operation}`, x, y]);
    when(b, ['i32.ne', wrapNarrow(type, result), result], overflow);
    b.get(result);
  }
}

function checkedI64(
  b: CodeBuilder,
  operation: Operation,
  x: Local,
  y: Local,
  overflow: () => void,
): void {
  const result = bind(b, 'i64', [`i64.${operation}`, x, y]);
  if (operation === 'mul') {
    // Two factors of 32 bits cannot overflow; the division that proves a product is for the others.
    const fitsHalf = (value: Local): Code => ['i64.eq', ['i64.extend32_s', value], value];
    when(b, ['i32.eqz', ['i32.and', fitsHalf(x), fitsHalf(y)]], () =>
      when(b, ['i64.ne', y, 0], () => {
        const minTimesMinusOne: Code = ['i32.and', ['i64.eq', x, -(2n ** 63n)], ['i64.eq', y, -1]];
        when(b, minTimesMinusOne, overflow);
        // −1 is left to the line above: min / −1 would trap.
        when(b, ['i64.ne', y, -1], () =>
          when(b, ['i64.ne', ['i64.div_s', result, y], x], overflow),
        );
      }),
    );
  } else {
    const overflows = operation === 'add' ? addOverflows : subtractOverflows;
    when(b, overflows(x, y, result), overflow);
  }
  b.get(result);
}

function checkedU64(
  b: CodeBuilder,
  operation: Operation,
  x: Local,
  y: Local,
  overflow: () => void,
): void {
  const result = bind(b, 'i64', [`i64.${operation}`, x, y]);
  if (operation === 'add') when(b, ['i64.lt_u', result, x], overflow);
  else if (operation === 'sub') when(b, ['i64.lt_u', x, y], overflow);
  else {
    const mayOverflow: Code = ['i64.lt_u', ['i64.add', ['i64.clz', x], ['i64.clz', y]], 64];
    when(b, mayOverflow, () => when(b, ['i64.ne', ['i64.div_u', result, y], x], overflow));
  }
  b.get(result);
}
