import {
  type AggregateFunction,
  type AggregateOverload,
  BIGINT,
  BOOLEAN,
  type CodeBuilder,
  type EmitValue,
  INTEGER,
  type Local,
  type PhysicalType,
  physicalType,
  SMALLINT,
  type SqlType,
  type StateCells,
  type StateDefinition,
  type StateSlot,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  type WasmType,
} from '@windrow/core';
import { addI64, get, localOf } from './emit.ts';

/** The cells that one value takes, and how its words are compared. */
interface Cells {
  readonly slots: readonly StateSlot[];
  readonly words: readonly WasmType[];
}

/** f32 is kept as f64, so that a state has one float width; finish narrows again, exactly. */
function cellsOf(type: PhysicalType): Cells | undefined {
  switch (type) {
    case 'bool':
    case 'i8':
    case 'i16':
    case 'i32':
    case 'u8':
    case 'u16':
    case 'u32':
      return { slots: [{ name: 'value', type: 'i32' }], words: ['i32'] };
    case 'i64':
    case 'u64':
      return { slots: [{ name: 'value', type: 'i64' }], words: ['i64'] };
    case 'f32':
    case 'f64':
      return { slots: [{ name: 'value', type: 'f64' }], words: [type] };
    case 'i128':
      return {
        slots: [
          { name: 'value', type: 'i64' },
          { name: 'high', type: 'i64' },
        ],
        words: ['i64', 'i64'],
      };
    case 'ref':
      return { slots: [{ name: 'value', type: 'ref' }], words: ['i64'] };
    case 'interval':
    case 'uuid':
      return undefined;
  }
}

/** Leaves 1 when a comes before b in SQL order (NaN last). */
function emitBefore(
  b: CodeBuilder,
  type: PhysicalType,
  a: readonly Local[],
  c: readonly Local[],
): void {
  const word = (words: readonly Local[], index: number): void =>
    get(b, { locals: words, type: BIGINT }, index);
  switch (type) {
    case 'bool':
    case 'u8':
    case 'u16':
    case 'u32':
      word(a, 0);
      word(c, 0);
      b.op('i32.lt_u');
      return;
    case 'i8':
    case 'i16':
    case 'i32':
      word(a, 0);
      word(c, 0);
      b.op('i32.lt_s');
      return;
    case 'i64':
      word(a, 0);
      word(c, 0);
      b.op('i64.lt_s');
      return;
    case 'u64':
      word(a, 0);
      word(c, 0);
      b.op('i64.lt_u');
      return;
    case 'f32':
    case 'f64':
      // a < c, or c is NaN and a is not.
      word(a, 0);
      word(c, 0);
      b.op('f64.lt');
      word(c, 0);
      word(c, 0);
      b.op('f64.ne');
      word(a, 0);
      word(a, 0);
      b.op('f64.eq');
      b.op('i32.and');
      b.op('i32.or');
      return;
    case 'i128':
      word(a, 1);
      word(c, 1);
      b.op('i64.lt_s');
      word(a, 1);
      word(c, 1);
      b.op('i64.eq');
      word(a, 0);
      word(c, 0);
      b.op('i64.lt_u');
      b.op('i32.and');
      b.op('i32.or');
      return;
    case 'ref':
      word(a, 0);
      word(c, 0);
      b.callKernel('compareBytes', ['i64', 'i64'], ['i32']);
      b.i32(0);
      b.op('i32.lt_s');
      return;
    case 'interval':
    case 'uuid':
      throw new RangeError(`${type} has no single-word order`);
  }
}

/** Smallest or largest value seen, with the count that tells whether there was any. */
function extremeState(sqlType: SqlType, wanted: 'min' | 'max', cells: Cells): StateDefinition {
  const type = physicalType(sqlType);
  const stateWords = (b: CodeBuilder, state: StateCells): Local[] =>
    cells.slots.map((slot) => {
      const local = b.local(slot.type === 'ref' ? 'i64' : slot.type);
      state.load(b, slot.name);
      b.set(local);
      return local;
    });
  const consider = (b: CodeBuilder, state: StateCells, words: readonly Local[]): void => {
    const current = stateWords(b, state);
    state.load(b, 'count');
    b.op('i64.eqz');
    if (wanted === 'min') emitBefore(b, type, words, current);
    else emitBefore(b, type, current, words);
    b.op('i32.or');
    b.if([], () => {
      cells.slots.forEach((slot, index) => {
        state.store(b, slot.name, () => get(b, { locals: words, type: sqlType }, index));
      });
    });
  };
  return {
    name: wanted,
    slots: [{ name: 'count', type: 'i64' }, ...cells.slots],
    covers: ['count'],
    update(b, state, [value]: readonly EmitValue[]) {
      const words = type === 'f32' ? [promoted(b, value)] : (value?.locals ?? []);
      consider(b, state, words);
      addI64(b, state, 'count', () => b.i64(1n));
    },
    merge(b, into, from) {
      from.load(b, 'count');
      b.i64(0n);
      b.op('i64.ne');
      b.if([], () => {
        consider(b, into, stateWords(b, from));
        addI64(b, into, 'count', () => from.load(b, 'count'));
      });
    },
  };
}

function promoted(b: CodeBuilder, value: EmitValue | undefined): Local {
  const local = b.local('f64');
  b.get(localOf(value));
  b.op('f64.promote_f32');
  b.set(local);
  return local;
}

function extremeOverload(wanted: 'min' | 'max'): AggregateOverload {
  return {
    signature: {
      display: '(T) → T',
      resolve: (args) => {
        const [type] = args;
        if (args.length !== 1 || type === undefined) return undefined;
        return cellsOf(physicalType(type)) === undefined
          ? undefined
          : { args: [type], returns: type };
      },
    },
    implementation: {
      kind: 'state',
      state([type]) {
        const sqlType = type ?? BIGINT;
        const cells = cellsOf(physicalType(sqlType));
        if (cells === undefined) throw new RangeError('the signature admits comparable types only');
        return extremeState(sqlType, wanted, cells);
      },
      finish(b, state, returns) {
        const type = physicalType(returns);
        const cells = cellsOf(type);
        for (const slot of cells?.slots ?? []) {
          state.load(b, slot.name);
          if (type === 'f32') b.op('f32.demote_f64');
        }
        state.load(b, 'count');
        b.i64(0n);
        b.op('i64.ne');
      },
    },
  };
}

/** A bitwise or boolean fold: `start` is its neutral element. */
function fold(
  name: string,
  aliases: readonly string[],
  types: readonly SqlType[],
  operation: 'and' | 'or' | 'xor',
  doc: { summary: string; example: readonly [string, string] },
): AggregateFunction {
  const overload = (type: SqlType): AggregateOverload => {
    const isLong = physicalType(type) === 'i64' || physicalType(type) === 'u64';
    const wasm = isLong ? 'i64' : 'i32';
    const combine = (b: CodeBuilder, state: StateCells, value: () => void): void => {
      state.load(b, 'count');
      b.op('i64.eqz');
      b.if(
        [],
        () => state.store(b, 'value', value),
        () =>
          state.store(b, 'value', () => {
            state.load(b, 'value');
            value();
            b.op(`${wasm}.${operation}`);
          }),
      );
    };
    const state: StateDefinition = {
      name,
      slots: [
        { name: 'count', type: 'i64' },
        { name: 'value', type: wasm },
      ],
      covers: ['count'],
      update(b, cells, [value]) {
        combine(b, cells, () => get(b, value));
        addI64(b, cells, 'count', () => b.i64(1n));
      },
      merge(b, into, from) {
        from.load(b, 'count');
        b.i64(0n);
        b.op('i64.ne');
        b.if([], () => {
          combine(b, into, () => from.load(b, 'value'));
          addI64(b, into, 'count', () => from.load(b, 'count'));
        });
      },
    };
    return {
      signature: { args: [type], returns: type },
      implementation: {
        kind: 'state',
        state: () => state,
        finish(b, cells) {
          cells.load(b, 'value');
          cells.load(b, 'count');
          b.i64(0n);
          b.op('i64.ne');
        },
      },
    };
  };
  return {
    kind: 'aggregate',
    name,
    aliases,
    category: 'aggregate',
    doc: {
      summary: doc.summary,
      examples: [{ sql: doc.example[0], result: doc.example[1] }],
      source: 'DuckDB, PostgreSQL',
    },
    nulls: 'skip',
    ordered: false,
    ignoresDistinct: operation !== 'xor',
    overloads: types.map(overload),
  };
}

const FIXED_INTEGERS: readonly SqlType[] = [
  TINYINT,
  SMALLINT,
  INTEGER,
  BIGINT,
  UTINYINT,
  USMALLINT,
  UINTEGER,
  UBIGINT,
];

const extreme = (wanted: 'min' | 'max', summary: string, result: string): AggregateFunction => ({
  kind: 'aggregate',
  name: wanted,
  aliases: [],
  category: 'aggregate',
  doc: {
    summary,
    examples: [{ sql: `${wanted}(x) from (values (3), (1), (NULL)) t(x)`, result }],
    source: 'ISO/IEC 9075-2, set functions',
  },
  nulls: 'skip',
  ordered: false,
  ignoresDistinct: true,
  overloads: [extremeOverload(wanted)],
});

/** min, max, and the bitwise and boolean folds. */
export const EXTREME_AGGREGATES: readonly AggregateFunction[] = [
  extreme('min', 'Smallest value in SQL order; a NaN only when there is nothing else.', '1'),
  extreme('max', 'Largest value in SQL order; NaN when there is one.', '3'),
  fold('bool_and', ['every'], [BOOLEAN], 'and', {
    summary: 'True when every value is true.',
    example: ['bool_and(x) from (values (true), (false)) t(x)', 'false'],
  }),
  fold('bool_or', ['any', 'some'], [BOOLEAN], 'or', {
    summary: 'True when any value is true.',
    example: ['bool_or(x) from (values (true), (false)) t(x)', 'true'],
  }),
  fold('bit_and', [], FIXED_INTEGERS, 'and', {
    summary: 'Bitwise AND of all values.',
    example: ['bit_and(x) from (values (6), (3)) t(x)', '2'],
  }),
  fold('bit_or', [], FIXED_INTEGERS, 'or', {
    summary: 'Bitwise OR of all values.',
    example: ['bit_or(x) from (values (6), (3)) t(x)', '7'],
  }),
  fold('bit_xor', [], FIXED_INTEGERS, 'xor', {
    summary: 'Bitwise exclusive OR of all values.',
    example: ['bit_xor(x) from (values (6), (3)) t(x)', '5'],
  }),
];
