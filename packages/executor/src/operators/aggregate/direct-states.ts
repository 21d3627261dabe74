import {
  type Address,
  type Arena,
  physicalType,
  type SharedMemory,
  type Vector,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { selectRows } from '../../expression/flatten.ts';

interface DirectContext {
  readonly memory: SharedMemory;
  readonly batchArena: Arena;
}

/** A key column as small numbers: below `size − 1`, which stands for NULL. */
interface CodedColumn {
  readonly width: 1 | 4;
  readonly values: Address;
  readonly validity: Address;
  readonly size: number;
}

/** More codes than a batch has rows would not be worth a table. */
const MAX_CODES = 4096;

/** When most rows of a batch had codes of their own, so many batches take the ordinary way. */
const PAUSE_BATCHES = 64;

/**
 * Finds the states of batches whose keys are dictionary codes or single bytes: rows of equal codes have
 * equal keys, so that one row of each code goes through the hash table and the others follow.
 * A table of codes lives as long as its batch: nothing has to be known of where dictionaries come from.
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
    const coded = codedColumns(columns, Math.min(length, MAX_CODES));
    if (coded === undefined) return undefined;
    const { memory, batchArena } = this.#context;
    const k = kernels(memory);
    const codes = batchArena.allocate(length * 4);
    let codeCount = 1;
    coded.forEach(({ width, values, validity, size }, index) => {
      k.directCodes(width, values, validity, length, size, index === 0 ? 0 : size, codes);
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
}

/** The columns as codes, if there are at most `limit` combinations. */
function codedColumns(columns: readonly Vector[], limit: number): CodedColumn[] | undefined {
  const coded: CodedColumn[] = [];
  let combinations = 1;
  for (const column of columns) {
    if (column.kind === 'constant') continue;
    const one = codedColumn(column);
    combinations *= one?.size ?? Number.POSITIVE_INFINITY;
    if (one === undefined || combinations > limit) return undefined;
    coded.push(one);
  }
  return coded.length === 0 ? undefined : coded;
}

function codedColumn(column: Exclude<Vector, { kind: 'constant' }>): CodedColumn | undefined {
  const { type, validity } = column;
  if (column.kind === 'dictionary') {
    const { indices, dictionary } = column;
    return { width: 4, values: indices, validity, size: dictionary.length + 1 };
  }
  const { values } = column;
  if (type.kind === 'enum') return { width: 4, values, validity, size: type.values.length + 1 };
  switch (physicalType(type)) {
    case 'bool':
      return { width: 1, values, validity, size: 3 };
    case 'i8':
    case 'u8':
      return { width: 1, values, validity, size: 257 };
    default:
      return undefined;
  }
}
