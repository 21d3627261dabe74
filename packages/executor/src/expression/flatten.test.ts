import {
  Arena,
  type FlatVector,
  INTEGER,
  type LiteralValue,
  list,
  readRow,
  SharedMemory,
  VARCHAR,
  type Vector,
  writeVector,
} from '@windrow/core';
import { describe, expect, it } from 'vitest';
import { copyReferencedBytes, flatten, gatherFlat, selectRows } from './flatten.ts';

const memory = SharedMemory.create();
const arena = new Arena(memory, memory.newOwner());
const context = { memory, batchArena: arena };

const rowNumbers = (rows: readonly number[]): number => {
  const address = arena.allocate(rows.length * 4);
  memory.u32.set(rows, address / 4);
  return address;
};

const bits = (...values: readonly number[]): number => {
  const address = arena.allocateZeroed(8);
  values.forEach((bit, i) => {
    memory.u8[address]! |= bit << i;
  });
  return address;
};

const rows = (vector: Vector): LiteralValue[] =>
  Array.from({ length: vector.length }, (_, i) => readRow(memory, vector, i));

const flat = writeVector(arena, INTEGER, [10, null, 30, 40]);
const entries = writeVector(arena, VARCHAR, ['a', null, 'c']);
const dictionary: Vector = {
  kind: 'dictionary',
  type: VARCHAR,
  length: 4,
  indices: rowNumbers([2, 1, 0, 2]),
  validity: bits(1, 1, 1, 0),
  dictionary: entries,
  stable: true,
};
const constant: Vector = {
  kind: 'constant',
  type: INTEGER,
  length: 4,
  values: writeVector(arena, INTEGER, [7]).values,
  isNull: false,
  stable: true,
};

describe('flatten', () => {
  const cases: readonly (readonly [string, Vector, readonly LiteralValue[]])[] = [
    ['flat', flat, [10, null, 30, 40]],
    ['dictionary', dictionary, ['c', null, 'a', null]],
    ['constant', constant, [7, 7, 7, 7]],
    ['NULL constant', { ...constant, isNull: true }, [null, null, null, null]],
  ];
  it.each(cases)('%s, all rows and selected ones', (_name, vector, expected) => {
    const all = flatten(context, vector, 0, 4);
    expect(all.kind).toBe('flat');
    expect(rows(all)).toEqual(expected);
    const selection = rowNumbers([0, 2, 3]);
    const wanted = [0, 2, 3].map((row) => expected[row]);
    expect(rows(flatten(context, vector, selection, 3))).toEqual(wanted);
    const kept = selectRows(context, vector, selection, 3);
    expect(kept.kind).toBe(vector.kind);
    expect(rows(kept)).toEqual(wanted);
  });

  it('passes flat columns through', () => {
    expect(flatten(context, flat, 0, 4)).toBe(flat);
  });
});

it('gathers rows in any order, missing ones as NULL', () => {
  const numbers = rowNumbers([3, 0xffffffff, 1, 3]);
  const gathered = gatherFlat(context, flat, numbers, 4, { missing: true });
  expect(rows(gathered)).toEqual([40, null, null, 40]);
});

describe('copyReferencedBytes', () => {
  const scratch = new Arena(memory, memory.newOwner());
  const check = (vector: FlatVector): void => {
    const expected = rows(vector);
    const copy = copyReferencedBytes(arena, vector);
    // The arena puts what the references point to behind the vector's own arrays.
    memory.u8.fill(0, vector.validity + 8, vector.validity + 4096);
    expect(rows(copy)).toEqual(expected);
    expect(copy.stable).toBe(true);
  };

  it('keeps text', () => {
    const vector = writeVector(scratch, VARCHAR, ['x', null, 'longer text', '']);
    check(vector);
  });

  it('keeps nested values', () => {
    const vector = writeVector(scratch, list(VARCHAR), [['x', null], null, [], ['y'.repeat(99)]]);
    check(vector);
  });

  it('has nothing to do for other types', () => {
    expect(copyReferencedBytes(arena, flat)).toBe(flat);
  });
});
