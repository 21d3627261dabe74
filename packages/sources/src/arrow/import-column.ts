import type { Address, Arena, FlatVector, SqlType, TimeUnit, Vector } from '@windrow/core';
import {
  assert,
  bitmapBytes,
  isNested,
  physicalType,
  SqlError,
  typeName,
  widthBytes,
} from '@windrow/core';
import { type KernelExports, kernels } from '@windrow/kernels';
import type { ArrowColumn } from './arrow-column.ts';
import { importNested } from './import-nested.ts';

/**
 * Copies a column from Arrow's layout into vectors allocated in `arena`: one copy of the data, then the
 * conversions that the SQL type's storage needs (offsets to references, bits to bytes, units).
 * `type` is {@link sqlTypeOfArrow} of the column's type, or another reading of the same storage
 * (UUID of 16 bytes, JSON of text).
 * @throws SqlError `io` when offsets or indices point outside their buffers.
 */
export function importColumn(column: ArrowColumn, type: SqlType, arena: Arena): Vector {
  if (column.type.kind === 'dictionary') return importDictionary(column, type, arena);
  return importFlat(column, type, arena);
}

/** As {@link importColumn} for columns without a dictionary of their own. */
export function importFlat(column: ArrowColumn, type: SqlType, arena: Arena): FlatVector {
  const importer = new Importer(column, type, arena);
  return {
    kind: 'flat',
    type,
    length: column.length,
    values: isNested(type) ? importNested(column, type, arena, importColumn) : importer.values(),
    validity: importer.validity(),
    stable: false,
  };
}

function importDictionary(column: ArrowColumn, type: SqlType, arena: Arena): Vector {
  assert(
    column.type.kind === 'dictionary' && column.dictionary,
    'a dictionary column has its values',
  );
  const importer = new Importer(column, type, arena);
  const dictionary = importColumn(column.dictionary, type, arena);
  assert(dictionary.kind === 'flat', 'a dictionary of dictionaries does not exist');
  const { bytes, signed } = column.type.index;
  const indices = importer.resized(bytes, signed, 4);
  const validity = importer.validity();
  return {
    kind: 'dictionary',
    type,
    length: column.length,
    indices: checkIndices(indices, validity, column.length, dictionary.length, arena),
    validity,
    dictionary: dictionary.length > 0 ? dictionary : placeholder(type, arena),
    stable: false,
  };
}

/** Indices under NULL may be anything in Arrow; in vectors every index is in range. */
function checkIndices(
  indices: Address,
  validity: Address,
  length: number,
  dictionaryLength: number,
  arena: Arena,
): Address {
  const { u8, u32 } = arena.memory;
  const start = indices >>> 2;
  for (let row = 0; row < length; row++) {
    if ((u32[start + row] ?? 0) < dictionaryLength) continue;
    const valid = validity === 0 || (((u8[validity + (row >> 3)] ?? 0) >> (row & 7)) & 1) === 1;
    if (valid) throw new SqlError('io', 'an Arrow dictionary index is out of range');
    u32[start + row] = 0;
  }
  return indices;
}

/** One value to point at for columns whose dictionary is empty, as all their rows are NULL. */
function placeholder(type: SqlType, arena: Arena): FlatVector {
  const values = arena.allocateZeroed(widthBytes(type));
  const validity = arena.allocateZeroed(bitmapBytes(1));
  return { kind: 'flat', type, length: 1, values, validity, stable: false };
}

const UNITS_PER_SECOND: Readonly<Record<TimeUnit, bigint>> = {
  s: 1n,
  ms: 1000n,
  us: 1000000n,
  ns: 1000000000n,
};

class Importer {
  readonly #column: ArrowColumn;
  readonly #type: SqlType;
  readonly #arena: Arena;
  readonly #kernels: KernelExports;

  constructor(column: ArrowColumn, type: SqlType, arena: Arena) {
    this.#column = column;
    this.#type = type;
    this.#arena = arena;
    this.#kernels = kernels(arena.memory);
  }

  validity(): Address {
    const { length, nullCount, validity, type } = this.#column;
    if (type.kind === 'null') return this.#arena.allocateZeroed(bitmapBytes(length));
    if (validity === undefined || validity.length === 0 || nullCount === 0) return 0;
    return this.#bits(validity);
  }

  values(): Address {
    const { type, length } = this.#column;
    switch (type.kind) {
      case 'null':
        return this.#arena.allocateZeroed(length * 4);
      case 'boolean': {
        const out = this.#arena.allocate(length);
        this.#kernels.unpackBits(this.#bits(this.#column.values), length, out);
        return out;
      }
      case 'integer':
        return this.resized(type.bytes, type.signed, widthBytes(this.#type));
      case 'decimal':
        return this.resized(type.bytes, true, widthBytes(this.#type));
      case 'float':
        if (type.bytes === 2) {
          const out = this.#arena.allocate(length * 4);
          this.#kernels.floatsFromHalves(this.#fixed(2), length, out);
          return out;
        }
        return this.#fixed(type.bytes);
      case 'date':
        return type.unit === 'day' ? this.#fixed(4) : this.#daysFromMillis();
      case 'time':
        return this.#inUnit('us', this.resized(widthOfTime(type.unit), true, 8), type.unit);
      case 'timestamp': {
        const unit = this.#type.kind === 'timestamp' ? this.#type.unit : 'us';
        return this.#inUnit(unit, this.#fixed(8), type.unit);
      }
      case 'duration':
        return this.#intervals((view, at, interval) => {
          interval.micros = inMicros(view.getBigInt64(at * 8, true), type.unit);
        });
      case 'interval':
        return this.#intervals(INTERVAL_READERS[type.unit]);
      case 'utf8':
      case 'binary':
        return this.#references(type.wideOffsets);
      case 'fixedBinary':
        return this.#fixedBinary(type.bytes);
      case 'utf8View':
      case 'binaryView':
        return this.#viewed();
      default:
        throw new SqlError('unsupported', `Arrow columns of type ${type.kind} cannot be read`);
    }
  }

  /** Integers in another width. */
  resized(from: number, signed: boolean, to: number): Address {
    const values = this.#fixed(from);
    if (from === to) return values;
    const out = this.#arena.allocate(this.#column.length * to);
    this.#kernels.resizeIntegers(values, from, signed ? 1 : 0, this.#column.length, to, out);
    return out;
  }

  /** The rows' values of a fixed width. */
  #fixed(width: number): Address {
    const { values, offset, length } = this.#column;
    return this.#copy(values, offset * width, length * width);
  }

  /** The rows' bits as a bitmap that starts at bit 0. */
  #bits(bits: Uint8Array): Address {
    const { bitOffset, length } = this.#column;
    const from = bitOffset >> 3;
    const copy = this.#copy(bits, from, ((bitOffset + length + 7) >> 3) - from);
    if ((bitOffset & 7) === 0) return copy;
    const out = this.#arena.allocate(bitmapBytes(length));
    this.#kernels.bitmapSlice(copy, bitOffset & 7, length, out);
    return out;
  }

  #copy(bytes: Uint8Array, from: number, count: number): Address {
    if (from + count > bytes.length) throw new SqlError('io', 'an Arrow buffer is too short');
    const address = this.#arena.allocate(count);
    this.#arena.memory.u8.set(bytes.subarray(from, from + count), address);
    return address;
  }

  /** In place; a coarser unit rounds down. */
  #inUnit(to: TimeUnit, values: Address, from: TimeUnit): Address {
    const { length } = this.#column;
    const [fine, coarse] = [UNITS_PER_SECOND[to], UNITS_PER_SECOND[from]];
    if (fine > coarse) this.#kernels.multiplyI64(values, length, fine / coarse);
    else if (fine < coarse) this.#kernels.floorDivideI64(values, length, coarse / fine);
    return values;
  }

  #daysFromMillis(): Address {
    const { length } = this.#column;
    const values = this.#fixed(8);
    this.#kernels.floorDivideI64(values, length, 86400000n);
    const out = this.#arena.allocate(length * 4);
    this.#kernels.resizeIntegers(values, 8, 1, length, 4, out);
    return out;
  }

  #references(wide: boolean): Address {
    const { offset, length, offsets, values } = this.#column;
    const width = wide ? 8 : 4;
    const out = this.#arena.allocate(length * 8);
    if (length === 0) return out;
    assert(offsets !== undefined, 'a column of strings has offsets');
    const scratch = this.#copy(offsets, offset * width, (length + 1) * width);
    const limit = BigInt(values.length);
    if (this.#kernels.offsetsAreValid(scratch, wide ? 1 : 0, length, limit) === 0) {
      throw new SqlError('io', 'offsets of an Arrow column do not fit its data');
    }
    const { u32 } = this.#arena.memory;
    const first = u32[scratch >>> 2] ?? 0;
    const end = u32[(scratch + length * width) >>> 2] ?? 0;
    // Offsets stay relative to the buffer; only the bytes between the first and the last are copied.
    const base = this.#copy(values, first, end - first) - first;
    if (wide) this.#kernels.refsFromOffsets64(scratch, length, base, out);
    else this.#kernels.refsFromOffsets32(scratch, length, base, out);
    return out;
  }

  /** Views are 16 bytes: a length, then the bytes, or where they lie when they are more than 12. */
  #viewed(): Address {
    const { values, offset, length, variadic } = this.#column;
    const out = this.#arena.allocate(length * 8);
    const views = this.#copy(values, offset * 16, length * 16);
    const buffers = variadic.map((buffer) => this.#copy(buffer, 0, buffer.length));
    const { u32 } = this.#arena.memory;
    for (let row = 0; row < length; row++) {
      const view = (views >>> 2) + row * 4;
      const bytes = u32[view] ?? 0;
      const index = u32[view + 2] ?? 0;
      const start = u32[view + 3] ?? 0;
      if (bytes > 12 && !(start + bytes <= (variadic[index]?.length ?? 0))) {
        throw new SqlError('io', 'a view of an Arrow column lies outside its buffers');
      }
      const inside = (buffers[index] ?? 0) + start;
      u32[(out >>> 2) + row * 2] = bytes <= 12 ? views + row * 16 + 4 : inside;
      u32[(out >>> 2) + row * 2 + 1] = bytes;
    }
    return out;
  }

  #fixedBinary(width: number): Address {
    const { length } = this.#column;
    const bytes = this.#fixed(width);
    if (physicalType(this.#type) === 'uuid') {
      assert(width === 16, `${typeName(this.#type)} is stored in 16 bytes`);
      const out = this.#arena.allocate(length * 16);
      this.#kernels.uuidsFromBytes(bytes, length, out);
      return out;
    }
    const out = this.#arena.allocate(length * 8);
    this.#kernels.refsFromStride(bytes, width, length, out);
    return out;
  }

  #intervals(read: IntervalReader): Address {
    const { values, offset, length } = this.#column;
    const out = this.#arena.allocate(length * 16);
    const input = new DataView(values.buffer, values.byteOffset, values.byteLength);
    const { view } = this.#arena.memory;
    for (let row = 0; row < length; row++) {
      const interval = { months: 0, days: 0, micros: 0n };
      read(input, offset + row, interval);
      view.setInt32(out + row * 16, interval.months, true);
      view.setInt32(out + row * 16 + 4, interval.days, true);
      view.setBigInt64(out + row * 16 + 8, interval.micros, true);
    }
    return out;
  }
}

type IntervalReader = (
  view: DataView,
  row: number,
  interval: { months: number; days: number; micros: bigint },
) => void;

const INTERVAL_READERS = {
  yearMonth: (view, row, interval) => {
    interval.months = view.getInt32(row * 4, true);
  },
  dayTime: (view, row, interval) => {
    interval.days = view.getInt32(row * 8, true);
    interval.micros = BigInt(view.getInt32(row * 8 + 4, true)) * 1000n;
  },
  monthDayNano: (view, row, interval) => {
    interval.months = view.getInt32(row * 16, true);
    interval.days = view.getInt32(row * 16 + 4, true);
    interval.micros = inMicros(view.getBigInt64(row * 16 + 8, true), 'ns');
  },
} as const satisfies Record<string, IntervalReader>;

/** Rounded down when the unit is finer. */
function inMicros(value: bigint, unit: TimeUnit): bigint {
  if (unit !== 'ns') return value * (1000000n / UNITS_PER_SECOND[unit]);
  return (value - (((value % 1000n) + 1000n) % 1000n)) / 1000n;
}

const widthOfTime = (unit: TimeUnit): 4 | 8 => (unit === 's' || unit === 'ms' ? 4 : 8);
