import {
  BIGINT,
  type CodeBuilder,
  type EmitValue,
  INTEGER,
  isInteger,
  isUnsignedInteger,
  type PhysicalType,
  physicalType,
  type ScalarFunction,
  type ScalarOverload,
  type SqlType,
  TINYINT,
} from '@windrow/core';
import { emitted, signature } from '../define.ts';
import { bind, type Code, push, when } from '../emit/code.ts';
import { isIntegerWord, wrapNarrow } from '../emit/integer.ts';
import { first } from '../emit/value.ts';
import { invalidArgument } from '../errors.ts';
import { raiseOutOfRange } from '../operators/arithmetic-emit.ts';
import { arithmeticType, family } from '../resolve.ts';
import { jsOverload } from '../vector/overload.ts';
import { INT32, INT64, rowwise } from '../vector/rows.ts';
import { numberFunction } from './integer.ts';

const wordOf = (type: PhysicalType): 'i32' | 'i64' =>
  type === 'i64' || type === 'u64' || type === 'i128' ? 'i64' : 'i32';

/** Two integers in their common type. */
const twoIntegers = family('(integer, integer) → integer', 2, ([a, b]) => {
  const type = arithmeticType(a as SqlType, b as SqlType);
  return type !== undefined && isInteger(type) ? { args: [type, type], returns: type } : undefined;
});

const oneInteger = (returns: SqlType | 'same', display: string) =>
  family(display, 1, ([type]) =>
    type !== undefined && isInteger(type)
      ? { args: [type], returns: returns === 'same' ? type : returns }
      : undefined,
  );

/** Word by word. */
const combined = (operation: 'and' | 'or' | 'xor'): ScalarOverload =>
  emitted(twoIntegers, (b, [x, y], returns) => {
    const word = wordOf(physicalType(returns));
    x?.locals.forEach((local, i) => {
      push(b, [`${word}.${operation}`, local, y?.locals[i] as NonNullable<typeof local>]);
    });
  });

function emitComplement(b: CodeBuilder, [x]: readonly EmitValue[], returns: SqlType): void {
  const physical = physicalType(returns);
  const word = wordOf(physical);
  for (const local of x?.locals ?? []) {
    const complement: Code = [`${word}.xor`, local, -1];
    // The upper bits of a narrow unsigned value stay zero.
    const isNarrow = physical === 'u8' || physical === 'u16';
    push(b, isNarrow ? wrapNarrow(physical, complement) : complement);
  }
}

function emitBitCount(b: CodeBuilder, [x]: readonly EmitValue[]): void {
  const value = x as EmitValue;
  const physical = physicalType(value.type);
  const counts = value.locals.map((local): Code => {
    if (local.type === 'i64') return ['i32.wrap_i64', ['i64.popcnt', local]];
    // Narrow negative values are sign-extended: only their own bits count.
    if (physical === 'i8') return ['i32.popcnt', ['i32.and', local, 0xff]];
    return ['i32.popcnt', physical === 'i16' ? ['i32.and', local, 0xffff] : local];
  });
  push(
    b,
    counts.reduce((a, c): Code => ['i32.add', a, c]),
  );
}

/** An integer of at most 64 bits, shifted by as many places. */
const shiftTypes = (display: string) =>
  family(display, 2, ([value, places]) => {
    const type = value?.kind === 'null' ? INTEGER : value;
    const isNarrow = type !== undefined && isInteger(type) && type.kind !== 'hugeint';
    const isCount = places !== undefined && (isInteger(places) || places.kind === 'null');
    return isNarrow && isCount ? { args: [type, INTEGER], returns: type } : undefined;
  });

const bitsOf = (type: SqlType): number => Number(physicalType(type).slice(1));

/** `x << n`: a bit or a sign that would be lost raises 22003. */
function emitShiftLeft(b: CodeBuilder, args: readonly EmitValue[], returns: SqlType): void {
  const physical = physicalType(returns);
  if (!isIntegerWord(physical)) throw new RangeError('only words are shifted');
  const overflow = (): void => raiseOutOfRange(b, '<<', args, returns);
  const [x, places] = [first(args[0]), first(args[1])];
  when(b, ['i32.ge_u', places, bitsOf(returns)], overflow);
  // In 64 bits nothing of a narrow value is lost, and the way back tells whether it would be.
  const isUnsigned = isUnsignedInteger(returns);
  const wide: Code =
    wordOf(physical) === 'i64' ? x : [isUnsigned ? 'i64.extend_i32_u' : 'i64.extend_i32_s', x];
  const value = bind(b, 'i64', wide);
  const count = bind(b, 'i64', ['i64.extend_i32_u', places]);
  const shifted = bind(b, 'i64', ['i64.shl', value, count]);
  const back: Code = [isUnsigned ? 'i64.shr_u' : 'i64.shr_s', shifted, count];
  when(b, ['i64.ne', back, value], overflow);
  if (wordOf(physical) === 'i64') {
    b.get(shifted);
    return;
  }
  const narrow = bind(b, 'i32', ['i32.wrap_i64', shifted]);
  const isFull =
    physical === 'i32' || physical === 'u32' || physical === 'i64' || physical === 'u64';
  const restored: Code = isFull ? narrow : wrapNarrow(physical, narrow);
  const extended: Code = [isUnsigned ? 'i64.extend_i32_u' : 'i64.extend_i32_s', restored];
  when(b, ['i64.ne', extended, shifted], overflow);
  b.get(narrow);
}

/** `x >> n`, keeping the sign; 0 for a shift out of the type's width. */
function emitShiftRight(b: CodeBuilder, args: readonly EmitValue[], returns: SqlType): void {
  const word = wordOf(physicalType(returns));
  const sign = isUnsignedInteger(returns) ? 'u' : 's';
  const [x, places] = [first(args[0]), first(args[1])];
  const count: Code = word === 'i64' ? ['i64.extend_i32_u', places] : places;
  const isInside: Code = ['i32.lt_u', places, bitsOf(returns)];
  push(b, ['select', [`${word}.shr_${sign}`, x, count], 0, isInside], word);
}

/** The bit at a place, 0 being the lowest. */
function bitAt(value: bigint, place: number): number {
  if (place < 0 || place > 63) throw invalidArgument(`a BIGINT has no bit ${place}`);
  return Number((value >> BigInt(place)) & 1n);
}

const SQL_BITS = 'PostgreSQL; shifts are checked as in DuckDB';

/** Functions of the bits of integers. */
export const bitwiseFunctions: readonly ScalarFunction[] = [
  numberFunction({
    name: 'bitwise_and',
    summary: 'The bits that both numbers have. The operator `&`.',
    examples: [['12 & 10', '8']],
    source: SQL_BITS,
    overloads: [combined('and')],
  }),
  numberFunction({
    name: 'bitwise_or',
    summary: 'The bits that either number has. The operator `|`.',
    examples: [['12 | 10', '14']],
    source: SQL_BITS,
    overloads: [combined('or')],
  }),
  numberFunction({
    name: 'bitwise_xor',
    aliases: ['xor'],
    summary: 'The bits that one of the numbers has and the other has not.',
    examples: [['xor(12, 10)', '6']],
    source: SQL_BITS,
    overloads: [combined('xor')],
  }),
  numberFunction({
    name: 'bitwise_not',
    summary: 'All bits turned. The operator `~`.',
    examples: [['~5', '-6']],
    source: SQL_BITS,
    overloads: [emitted(oneInteger('same', '(integer) → integer'), emitComplement)],
  }),
  numberFunction({
    name: 'shift_left',
    aliases: ['shiftleft'],
    summary:
      'The bits moved to the left; an error when a bit or the sign would be lost. The operator `<<`.',
    examples: [['1 << 10', '1024']],
    source: SQL_BITS,
    overloads: [
      emitted(shiftTypes('(integer, INTEGER) → integer'), emitShiftLeft, { raises: true }),
    ],
  }),
  numberFunction({
    name: 'shift_right',
    aliases: ['shiftright'],
    summary: 'The bits moved to the right, the sign kept. The operator `>>`.',
    examples: [['-8 >> 1', '-4']],
    source: SQL_BITS,
    overloads: [emitted(shiftTypes('(integer, INTEGER) → integer'), emitShiftRight)],
  }),
  numberFunction({
    name: 'bit_count',
    summary: 'Number of bits that are set.',
    examples: [['bit_count(7)', '3']],
    source: 'DuckDB',
    overloads: [emitted(oneInteger(TINYINT, '(integer) → TINYINT'), emitBitCount)],
  }),
  numberFunction({
    name: 'bit_get',
    aliases: ['getbit'],
    summary: 'The bit at a place, 0 being the lowest.',
    examples: [['bit_get(5, 2)', '1']],
    source: 'Spark',
    overloads: [
      jsOverload(signature([BIGINT, INTEGER], INTEGER), rowwise([INT64, INT32], INT32, bitAt), {
        raises: true,
      }),
    ],
  }),
];
