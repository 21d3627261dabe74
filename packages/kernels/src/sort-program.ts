import {
  type Address,
  type Arena,
  assert,
  PHYSICAL_WIDTH_BYTES,
  type PhysicalType,
} from '@windrow/core';
import { PHYSICAL_TYPE_CODES } from './physical.ts';
import { readSortRange, type SortRange } from './sort.ts';

/** A key column of a sort. */
export interface SortColumn {
  readonly type: PhysicalType;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  /** Two u32 a chunk: the address of its values, and of its validity bitmap (0: no NULL in it). */
  readonly table: Address;
  /** Does any chunk have a bitmap? */
  readonly hasNulls: boolean;
  /** What `sortKeyRange` found over at least all rows that are to be sorted. */
  readonly range: Address;
}

/** A compiled sort key. */
export interface SortProgram {
  readonly address: Address;
  /** Words and comparisons a row may need; 1 means that level 0 alone decides. */
  readonly levels: number;
  /** Bits that differ among the words of level 0, counted from the top. */
  readonly bits: number;
}

const OPERATION = { narrow: 0, wide: 1, nullFlag: 2, block: 3, length: 4, compare: 5 } as const;

const PIECE_BYTES = 64;
const WORD_BITS = 64;
const ALL_ONES = 0xffffffffffffffffn;

/** Strings that differ in at most so many bytes are encoded whole. */
const MAX_ENCODED_BYTES = 32;

/** Bytes of longer strings that are encoded before whole strings are compared. */
const LONG_PREFIX_BYTES = 24;

interface Piece {
  readonly operation: number;
  readonly column: SortColumn;
  readonly base: bigint;
  readonly bits: number;
  readonly shiftRight: number;
  readonly shiftLeft: number;
  readonly firstByte: number;
}

/** Bits of the key that come from one property of one column, not yet cut into words. */
interface Field {
  readonly operation: keyof typeof OPERATION;
  readonly column: SortColumn;
  readonly bits: number;
  /** Constant bits below those that are kept. */
  readonly shiftRight?: number;
  readonly base?: bigint;
  readonly firstByte?: number;
}

/**
 * Lays out the key of a sort from the ranges of its columns, as `assembly/sort-key.ts` draws it, in
 * `arena`. Columns take only the bits by which their values differ, so that several narrow ones share
 * a word; strings are encoded behind their common prefix.
 */
export function createSortProgram(arena: Arena, columns: readonly SortColumn[]): SortProgram {
  const fields = columns.flatMap((column) =>
    fieldsOf(column, readSortRange(arena.memory, column.range)),
  );
  const levels = cutIntoLevels(fields);
  const pieces = levels.flat();
  const address = arena.allocate(8 + levels.length * 8);
  const piecesAddress = arena.allocate(Math.max(1, pieces.length) * PIECE_BYTES);
  const { view } = arena.memory;
  view.setUint32(address, levels.length, true);
  view.setUint32(address + 4, piecesAddress, true);
  let first = 0;
  for (const [index, level] of levels.entries()) {
    view.setUint32(address + 8 + index * 8, first, true);
    view.setUint32(address + 12 + index * 8, level.length, true);
    first += level.length;
  }
  for (const [index, piece] of pieces.entries())
    writePiece(view, piecesAddress + index * PIECE_BYTES, piece);
  const bits = levels[0]?.reduce((sum, piece) => sum + piece.bits, 0) ?? 0;
  return { address, levels: levels.length, bits };
}

/** The flag of NULL, where both NULLs and values occur, and then the value. */
function fieldsOf(column: SortColumn, range: SortRange): Field[] {
  if (range.validRows === 0) return [];
  const value = column.type === 'ref' ? textFields(column, range) : numberFields(column, range);
  return range.nulls > 0 ? [{ operation: 'nullFlag', column, bits: 1 }, ...value] : value;
}

function numberFields(column: SortColumn, { least, greatest, varyingBits }: SortRange): Field[] {
  assert(greatest >= least, 'a range with valid rows has a smallest and a greatest value');
  if (greatest === least) return [];
  const shiftRight = trailingZeros(varyingBits);
  const operation = PHYSICAL_WIDTH_BYTES[column.type] === 16 ? 'wide' : 'narrow';
  const bits = bitLength(greatest - least) - shiftRight;
  return [{ operation, column, bits, shiftRight, base: least }];
}

function textFields(column: SortColumn, range: SortRange): Field[] {
  const { prefixBytes: prefix, longestBytes: longest, shortestBytes: shortest } = range;
  const rest = longest - prefix;
  if (rest === 0) return [];
  const encoded = rest <= MAX_ENCODED_BYTES ? rest : LONG_PREFIX_BYTES;
  const fields: Field[] = [];
  for (let at = 0; at < encoded; at += 8) {
    const bits = Math.min(8, encoded - at) * 8;
    const shiftRight = WORD_BITS - bits;
    fields.push({ operation: 'block', column, bits, shiftRight, firstByte: prefix + at });
  }
  if (rest > encoded) {
    fields.push({ operation: 'compare', column, bits: 0 });
  } else if (shortest < longest) {
    const bits = bitLength(BigInt(rest));
    fields.push({ operation: 'length', column, bits, firstByte: prefix });
  }
  return fields;
}

/** Fills words from the top; a field that does not fit goes on in the next word. */
function cutIntoLevels(fields: readonly Field[]): Piece[][] {
  const levels: Piece[][] = [[]];
  let room = WORD_BITS;
  for (const field of fields) {
    const { column, base = 0n, shiftRight = 0, firstByte = 0 } = field;
    const operation = OPERATION[field.operation];
    if (field.operation === 'compare') {
      const piece = { operation, column, base, bits: 0, shiftRight, shiftLeft: 0, firstByte };
      if (levels.at(-1)?.length === 0) levels.pop();
      levels.push([piece], []);
      room = WORD_BITS;
    }
    for (let left = field.bits; left > 0; ) {
      if (room === 0) {
        levels.push([]);
        room = WORD_BITS;
      }
      const bits = Math.min(left, room);
      left -= bits;
      room -= bits;
      levels.at(-1)?.push({
        operation,
        column,
        base,
        bits,
        shiftRight: shiftRight + left,
        shiftLeft: room,
        firstByte,
      });
    }
  }
  if (levels.length > 1 && levels.at(-1)?.length === 0) levels.pop();
  return levels;
}

function writePiece(view: DataView, at: Address, piece: Piece): void {
  const { column } = piece;
  const mask = (1n << BigInt(piece.bits)) - 1n;
  view.setUint32(at, piece.operation, true);
  view.setUint32(at + 4, PHYSICAL_TYPE_CODES[column.type], true);
  view.setUint32(at + 8, column.table, true);
  view.setUint32(at + 12, column.hasNulls ? 1 : 0, true);
  view.setBigUint64(at + 16, piece.base & ALL_ONES, true);
  view.setBigUint64(at + 24, piece.base >> 64n, true);
  view.setBigUint64(at + 32, mask, true);
  view.setUint32(at + 40, piece.shiftRight, true);
  view.setUint32(at + 44, piece.shiftLeft, true);
  view.setBigUint64(at + 48, column.descending ? ALL_ONES : 0n, true);
  view.setUint32(at + 56, piece.firstByte, true);
  view.setUint32(at + 60, column.nullsFirst ? 0 : 1, true);
}

const bitLength = (value: bigint): number => value.toString(2).length;

/** Zero bits below the lowest one; 0 for 0. */
function trailingZeros(value: bigint): number {
  let zeros = 0;
  if (value === 0n) return 0;
  while (((value >> BigInt(zeros)) & 1n) === 0n) zeros += 1;
  return zeros;
}
