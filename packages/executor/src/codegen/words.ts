import type { LoadOperation, PhysicalType, StoreOperation, WasmType } from '@windrow/core';
import { physicalType, type SqlType } from '@windrow/core';

/** One WebAssembly value of a SQL value: how it is held and where it lies in memory. */
export interface Word {
  readonly type: WasmType;
  readonly load: LoadOperation;
  readonly store: StoreOperation;
  readonly offsetBytes: number;
}

const word = (
  type: WasmType,
  load: LoadOperation,
  store: StoreOperation,
  offsetBytes = 0,
): Word => ({ type, load, store, offsetBytes });

const INT32 = [word('i32', 'i32.load', 'i32.store')];
const INT64 = [word('i64', 'i64.load', 'i64.store')];
const PAIR = [...INT64, word('i64', 'i64.load', 'i64.store', 8)];

const WORDS: Readonly<Record<PhysicalType, readonly Word[]>> = {
  bool: [word('i32', 'i32.load8_u', 'i32.store8')],
  i8: [word('i32', 'i32.load8_s', 'i32.store8')],
  u8: [word('i32', 'i32.load8_u', 'i32.store8')],
  i16: [word('i32', 'i32.load16_s', 'i32.store16')],
  u16: [word('i32', 'i32.load16_u', 'i32.store16')],
  i32: INT32,
  u32: INT32,
  i64: INT64,
  u64: INT64,
  f32: [word('f32', 'f32.load', 'f32.store')],
  f64: [word('f64', 'f64.load', 'f64.store')],
  ref: INT64,
  i128: PAIR,
  uuid: PAIR,
  interval: [
    word('i32', 'i32.load', 'i32.store'),
    word('i32', 'i32.load', 'i32.store', 4),
    word('i64', 'i64.load', 'i64.store', 8),
  ],
};

/** The words of a type, in the order of an `EmitValue`'s locals. */
export const wordsOf = (type: SqlType): readonly Word[] => WORDS[physicalType(type)];
