/**
 * A value of Thrift's compact protocol. A struct is an array indexed by field id; integers are numbers,
 * exact up to 2⁵³, and NaN beyond (no field of a Parquet footer legitimately lies there).
 */
export type ThriftValue = boolean | number | Uint8Array | readonly ThriftValue[] | ThriftStruct;
export interface ThriftStruct {
  readonly fields: readonly (ThriftValue | undefined)[];
}

const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const MAP = 11;
const STRUCT = 12;

/** Nesting that no Parquet structure comes near; guards the stack against hostile input. */
const MAX_DEPTH = 32;
const MAX_FIELD_ID = 64;

/** What the reader throws on malformed input; callers give it file and place. */
export class ThriftError extends Error {}

/** Reads structs of Thrift's compact protocol from untrusted bytes. */
export class ThriftReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
  }

  /** Position of the next byte to read. */
  get offset(): number {
    return this.#offset;
  }

  /** @throws ThriftError when the bytes are not a well-formed struct. */
  readStruct(depth = 0): ThriftStruct {
    if (depth > MAX_DEPTH) throw new ThriftError('structures are nested too deeply');
    const fields: (ThriftValue | undefined)[] = [];
    let id = 0;
    for (;;) {
      const head = this.#byte();
      const type = head & 0x0f;
      if (type === 0) return { fields };
      id = head >> 4 === 0 ? this.#zigzag() : id + (head >> 4);
      if (!(id > 0 && id <= MAX_FIELD_ID)) throw new ThriftError(`field id ${id} is out of range`);
      fields[id] = type <= FALSE ? type === TRUE : this.#value(type, depth);
    }
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case TRUE:
      case FALSE:
        // Inside lists a boolean is a byte of its own.
        return this.#byte() === 1;
      case BYTE:
        return (this.#byte() << 24) >> 24;
      case I16:
      case I32:
      case I64:
        return this.#zigzag();
      case DOUBLE: {
        this.#need(8);
        const value = this.#view.getFloat64(this.#offset, true);
        this.#offset += 8;
        return value;
      }
      case BINARY: {
        const length = this.#varint();
        this.#need(length);
        const start = this.#offset;
        this.#offset += length;
        return this.#bytes.subarray(start, start + length);
      }
      case LIST:
      case SET:
        return this.#list(depth);
      case MAP:
        return this.#map(depth);
      case STRUCT:
        return this.readStruct(depth + 1);
      default:
        throw new ThriftError(`unknown type ${type}`);
    }
  }

  #list(depth: number): ThriftValue[] {
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    // Every element takes a byte at least, so a larger size is a lie.
    this.#need(size);
    const values: ThriftValue[] = [];
    for (let i = 0; i < size; i++) values.push(this.#value(head & 0x0f, depth + 1));
    return values;
  }

  /** Read for its length only: Parquet has no maps, unknown fields may. */
  #map(depth: number): ThriftValue[] {
    const size = this.#varint();
    if (size === 0) return [];
    const types = this.#byte();
    this.#need(size);
    const values: ThriftValue[] = [];
    for (let i = 0; i < size; i++) {
      values.push(this.#value(types >> 4, depth + 1), this.#value(types & 0x0f, depth + 1));
    }
    return values;
  }

  #need(count: number): void {
    if (!(count <= this.#bytes.length - this.#offset)) {
      throw new ThriftError('it ends in the middle of a value');
    }
  }

  #byte(): number {
    const value = this.#bytes[this.#offset];
    if (value === undefined) throw new ThriftError('it ends in the middle of a value');
    this.#offset += 1;
    return value;
  }

  #varint(): number {
    let result = 0;
    let factor = 1;
    for (let count = 0; count < 10; count++) {
      const byte = this.#byte();
      result += (byte & 0x7f) * factor;
      if (byte < 0x80) return result;
      factor *= 128;
    }
    throw new ThriftError('an integer has more than ten bytes');
  }

  #zigzag(): number {
    const value = this.#varint();
    if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

/** Writes structs of Thrift's compact protocol. Fields must come in ascending order of their ids. */
export class ThriftWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;
  #lastId = 0;

  /** What has been written so far; a view, valid until the next write. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  i32(id: number, value: number | undefined): void {
    if (value === undefined) return;
    this.#head(id, I32);
    this.#zigzag(value);
  }

  i64(id: number, value: number | undefined): void {
    if (value === undefined) return;
    this.#head(id, I64);
    this.#zigzag(value);
  }

  i16(id: number, value: number | undefined): void {
    if (value === undefined) return;
    this.#head(id, I16);
    this.#zigzag(value);
  }

  byte(id: number, value: number | undefined): void {
    if (value === undefined) return;
    this.#head(id, BYTE);
    this.#push(value & 0xff);
  }

  boolean(id: number, value: boolean | undefined): void {
    if (value !== undefined) this.#head(id, value ? TRUE : FALSE);
  }

  binary(id: number, value: Uint8Array | string | undefined): void {
    if (value === undefined) return;
    this.#head(id, BINARY);
    this.#binary(value);
  }

  struct(id: number, write: () => void): void {
    this.#head(id, STRUCT);
    this.bare(write);
  }

  i32List(id: number, values: readonly number[]): void {
    this.#listHead(id, I32, values.length);
    for (const value of values) this.#zigzag(value);
  }

  binaryList(id: number, values: readonly string[]): void {
    this.#listHead(id, BINARY, values.length);
    for (const value of values) this.#binary(value);
  }

  structList<T>(id: number, values: readonly T[], write: (value: T) => void): void {
    this.#listHead(id, STRUCT, values.length);
    for (const value of values) this.bare(() => write(value));
  }

  /** A struct without a field head: the outermost one, or an element of a list. */
  bare(write: () => void): void {
    const outer = this.#lastId;
    this.#lastId = 0;
    write();
    this.#push(0);
    this.#lastId = outer;
  }

  #head(id: number, type: number): void {
    const delta = id - this.#lastId;
    if (delta > 0 && delta < 16) {
      this.#push((delta << 4) | type);
    } else {
      this.#push(type);
      this.#zigzag(id);
    }
    this.#lastId = id;
  }

  #listHead(id: number, type: number, size: number): void {
    this.#head(id, LIST);
    if (size < 15) {
      this.#push((size << 4) | type);
    } else {
      this.#push(0xf0 | type);
      this.#varint(size);
    }
  }

  #binary(value: Uint8Array | string): void {
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #zigzag(value: number): void {
    this.#varint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#push((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.#push(rest);
  }

  #push(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
