import {
  type AggregateFunction,
  type AggregateOverload,
  BIGINT,
  BOOLEAN,
  type CodeBuilder,
  DOUBLE,
  type EmitValue,
  HUGEINT,
  INTEGER,
  isNested,
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
} from '@windrow/core';
import { emitLess } from '../operators/compare-emit.ts';
import { addI64, get, localOf } from './emit.ts';
import { nestedExtreme } from './picks.ts';

/** f32 is kept as f64, so that a state has one float width; finish narrows again, exactly. */
function cellsOf(type: PhysicalType): readonly StateSlot[] {
  switch (type) {
    case 'bool':
    case 'i8':
    case 'i16':
    case 'i32':
    case 'u8':
    case 'u16':
    case 'u32':
      return [{ name: 'value', type: 'i32' }];
    case 'i64':
    case 'u64':
      return [{ name: 'value', type: 'i64' }];
    case 'f32':
    case 'f64':
      return [{ name: 'value', type: 'f64' }];
    case 'i128':
    case 'uuid':
      return [
        { name: 'value', type: 'i64' },
        { name: 'high', type: 'i64' },
      ];
    case 'interval':
      return [
        { name: 'months', type: 'i32' },
        { name: 'days', type: 'i32' },
        { name: 'value', type: 'i64' },
      ];
    case 'ref':
      return [{ name: 'value', type: 'ref' }];
  }
}

/** Smallest or largest value seen, with the count that tells whether there was any. */
function extremeState(sqlType: SqlType, wanted: 'min' | 'max'): StateDefinition {
  const type = physicalType(sqlType);
  const slots = cellsOf(type);
  const keptType = type === 'f32' ? DOUBLE : sqlType;
  const kept = (b: CodeBuilder, state: StateCells): EmitValue => ({
    type: keptType,
    locals: slots.map((slot) => {
      const local = b.local(slot.type === 'ref' ? 'i64' : slot.type);
      state.load(b, slot.name);
      b.set(local);
      return local;
    }),
  });
  const consider = (b: CodeBuilder, state: StateCells, value: EmitValue): void => {
    const current = kept(b, state);
    state.load(b, 'count');
    b.op('i64.eqz');
    if (wanted === 'min') emitLess(b, value, current);
    else emitLess(b, current, value);
    b.op('i32.or');
    b.if([], () => {
      slots.forEach((slot, index) => {
        state.store(b, slot.name, () => get(b, value, index));
      });
    });
  };
  return {
    name: wanted,
    slots: [{ name: 'count', type: 'i64' }, ...slots],
    covers: ['count'],
    update(b, state, [value]: readonly EmitValue[]) {
      const locals = type === 'f32' ? [promoted(b, value)] : (value?.locals ?? []);
      consider(b, state, { type: keptType, locals });
      addI64(b, state, 'count', () => b.i64(1n));
    },
    merge(b, into, from) {
      from.load(b, 'count');
      b.i64(0n);
      b.op('i64.ne');
      b.if([], () => {
        consider(b, into, kept(b, from));
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
        if (args.length !== 1 || type === undefined || isNested(type)) return undefined;
        return { args: [type], returns: type };
      },
    },
    implementation: {
      kind: 'state',
      state: ([type]) => extremeState(type ?? BIGINT, wanted),
      finish(b, state, returns) {
        const type = physicalType(returns);
        for (const slot of cellsOf(type)) {
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
    const words = cellsOf(physicalType(type)).map(({ name }) => name);
    const wasm = physicalType(type).endsWith('64') || words.length > 1 ? 'i64' : 'i32';
    const combine = (
      b: CodeBuilder,
      state: StateCells,
      value: (word: string, index: number) => void,
    ): void => {
      state.load(b, 'count');
      b.op('i64.eqz');
      const storeWords = (folded: boolean): void => {
        for (const [index, word] of words.entries()) {
          state.store(b, word, () => {
            value(word, index);
            if (!folded) return;
            state.load(b, word);
            b.op(`${wasm}.${operation}`);
          });
        }
      };
      b.if(
        [],
        () => storeWords(false),
        () => storeWords(true),
      );
    };
    const state: StateDefinition = {
      name,
      slots: [{ name: 'count', type: 'i64' }, ...cellsOf(physicalType(type))],
      covers: ['count'],
      update(b, cells, [value]) {
        combine(b, cells, (_, index) => get(b, value, index));
        addI64(b, cells, 'count', () => b.i64(1n));
      },
      merge(b, into, from) {
        from.load(b, 'count');
        b.i64(0n);
        b.op('i64.ne');
        b.if([], () => {
          combine(b, into, (word) => from.load(b, word));
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
          for (const word of words) cells.load(b, word);
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

const INTEGERS: readonly SqlType[] = [
  TINYINT,
  SMALLINT,
  INTEGER,
  BIGINT,
  UTINYINT,
  USMALLINT,
  UINTEGER,
  UBIGINT,
  HUGEINT,
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
  overloads: [extremeOverload(wanted), nestedExtreme(wanted)],
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
  fold('bit_and', [], INTEGERS, 'and', {
    summary: 'Bitwise AND of all values.',
    example: ['bit_and(x) from (values (6), (3)) t(x)', '2'],
  }),
  fold('bit_or', [], INTEGERS, 'or', {
    summary: 'Bitwise OR of all values.',
    example: ['bit_or(x) from (values (6), (3)) t(x)', '7'],
  }),
  fold('bit_xor', [], INTEGERS, 'xor', {
    summary: 'Bitwise exclusive OR of all values.',
    example: ['bit_xor(x) from (values (6), (3)) t(x)', '5'],
  }),
];
