import {
  type Address,
  type Arena,
  type PhysicalType,
  physicalType,
  type SharedMemory,
  type Vector,
} from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES } from '@windrow/kernels';
import { selectRows } from '../../expression/flatten.ts';

interface DirectContext {
  readonly memory: SharedMemory;
  readonly batchArena: Arena;
}

/** A key column as small numbers: values less `least`, below `size − 1`, which stands for NULL. */
interface CodedColumn {
  readonly type: PhysicalType;
  readonly values: Address;
  readonly validity: Address;
  readonly least: bigint;
  readonly size: number;
}

/** More codes than a batch has rows would not be worth a table. */
const MAX_CODES = 4096;

/** After a batch of which too many rows had codes of their own, so many batches take the ordinary way. */
const PAUSE_BATCHES = 64;

/**
 * Finds the states of batches whose keys are dictionary codes or integers close to each other: rows of
 * equal codes have equal keys, so that one row of each code goes through the hash table and the others
 * follow. A table of codes lives as long as its batch: nothing has to be known of where dictionaries come
 * from, or of what other batches hold.
 */
export class DirectStates {
  readonly #context: DirectContext;
  #pause = 0;

  constructor(context: DirectContext) {
    this.#context = context;
  }

  /**
   * State addresses (u32) of all rows, or undefined when the columns have too many codes. `find` gets
   * the key columns of some rows and gives their states.
   */
  find(
    columns: readonly Vector[],
    length: number,
    find: (columns: readonly Vector[], length: number) => Address,
  ): Address | undefined {
    if (this.#pause > 0) {
      this.#pause -= 1;
      return undefined;
    }
    if (!columns.every(isCodable)) return undefined;
    const coded = this.#codedColumns(columns, Math.min(length, MAX_CODES));
    if (coded === undefined) {
      this.#pause = PAUSE_BATCHES;
      return undefined;
    }
    const { memory, batchArena } = this.#context;
    const k = kernels(memory);
    const codes = batchArena.allocate(length * 4);
    let codeCount = 1;
    coded.forEach(({ type, values, validity, least, size }, index) => {
      const factor = index === 0 ? 0 : size;
      const code = PHYSICAL_TYPE_CODES[type];
      k.directCodes(code, values, validity, length, least, size, factor, codes);
      codeCount *= size;
    });
    const states = batchArena.allocateZeroed(codeCount * 4);
    const rows = batchArena.allocate(length * 4);
    const count = k.directMissing(states, codes, length, rows);
    if (count * 2 > length) this.#pause = PAUSE_BATCHES;
    const some = columns.map((column) => selectRows(this.#context, column, rows, count));
    k.directAssign(states, codes, rows, count, find(some, count));
    const found = batchArena.allocate(length * 4);
    k.gather4(states, codes, length, found);
    return found;
  }

  /** The columns as codes, if there are at most `limit` combinations. */
  #codedColumns(columns: readonly Vector[], limit: number): CodedColumn[] | undefined {
    const coded: CodedColumn[] = [];
    let combinations = 1;
    for (const column of columns) {
      if (column.kind === 'constant') continue;
      const one = this.#codedColumn(column, limit);
      combinations *= one?.size ?? Number.POSITIVE_INFINITY;
      if (one === undefined || combinations > limit) return undefined;
      coded.push(one);
    }
    return coded.length === 0 ? undefined : coded;
  }

  #codedColumn(
    column: Exclude<Vector, { kind: 'constant' }>,
    limit: number,
  ): CodedColumn | undefined {
    const { validity } = column;
    if (column.kind === 'dictionary') {
      const { indices: values, dictionary } = column;
      return { type: 'u32', values, validity, least: 0n, size: dictionary.length + 1 };
    }
    const { memory, batchArena } = this.#context;
    const { values, length } = column;
    const type = physicalType(column.type);
    const bounds = batchArena.allocate(32);
    const code = PHYSICAL_TYPE_CODES[type];
    const count = kernels(memory).columnBounds(code, values, validity, length, bounds);
    if (count === 0) return { type, values, validity, least: 0n, size: 1 };
    const least = readInteger(memory, type, bounds);
    const span = readInteger(memory, type, bounds + 16) - least;
    return span > limit ? undefined : { type, values, validity, least, size: Number(span) + 2 };
  }
}

/** May the column's values be small numbers? */
function isCodable(column: Vector): boolean {
  return column.kind !== 'flat' || CODABLE.has(physicalType(column.type));
}

const CODABLE: ReadonlySet<PhysicalType> = new Set<PhysicalType>([
  ...(['bool', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64'] as const),
]);

function readInteger(memory: SharedMemory, type: PhysicalType, at: Address): bigint {
  switch (type) {
    case 'i8':
      return BigInt(memory.i8[at]!);
    case 'i16':
      return BigInt(memory.i16[at / 2]!);
    case 'u16':
      return BigInt(memory.u16[at / 2]!);
    case 'i32':
      return BigInt(memory.i32[at / 4]!);
    case 'u32':
      return BigInt(memory.u32[at / 4]!);
    case 'i64':
      return memory.i64[at / 8]!;
    case 'u64':
      return memory.u64[at / 8]!;
    default:
      return BigInt(memory.u8[at]!);
  }
}
