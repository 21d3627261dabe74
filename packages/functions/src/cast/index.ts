import {
  type CastImplementation,
  type PhysicalType,
  physicalType,
  type SqlType,
  typesEqual,
  type WasmType,
} from '@windrow/core';
import { push } from '../emit/code.ts';
import { floatToDecimalCast } from './float-to-decimal.ts';
import { textCast } from './from-text.ts';
import { numericCast, reinterpretCast } from './numeric.ts';
import { temporalCast } from './temporal.ts';
import { castToText } from './to-text.ts';

/** How a value of one type becomes one of another; undefined when no cast exists. */
export function castImplementation(
  from: SqlType,
  to: SqlType,
  options: { readonly try: boolean },
): CastImplementation | undefined {
  if (typesEqual(from, to)) return reinterpretCast;
  if (from.kind === 'null') return nullCast;
  if (to.kind === 'varchar') return from.kind === 'json' ? reinterpretCast : castToText(from);
  if (from.kind === 'varchar') return textCast(to, options);
  return (
    numericCast(from, to, options) ??
    floatToDecimalCast(from, to, options) ??
    temporalCast(from, to, options)
  );
}

/** The untyped NULL has no values; the parts of a zero stand for the result that is never looked at. */
const nullCast: CastImplementation = {
  implementation: {
    kind: 'emit',
    emit: (b, _args, returns) => {
      for (const word of WORDS[physicalType(returns)]) push(b, 0, word);
    },
  },
  raises: false,
  returnsNull: false,
};

/** The locals that hold a value in generated code. */
const WORDS: Readonly<Record<PhysicalType, readonly WasmType[]>> = {
  bool: ['i32'],
  i8: ['i32'],
  i16: ['i32'],
  i32: ['i32'],
  i64: ['i64'],
  i128: ['i64', 'i64'],
  u8: ['i32'],
  u16: ['i32'],
  u32: ['i32'],
  u64: ['i64'],
  f32: ['f32'],
  f64: ['f64'],
  ref: ['i64'],
  interval: ['i32', 'i32', 'i64'],
  uuid: ['i64', 'i64'],
};
