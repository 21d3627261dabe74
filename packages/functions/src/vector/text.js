import { readText, textBytes, writeText } from '@windrow/core';

/** Bytes that a writer asks the arena for at a time. */
const BLOCK_BYTES = 16_384;
/**
 * Appends text and bytes to an arena, many values to an allocation (an arena's own are cache lines
 * apart), and puts their references into a result's rows.
 */
export class TextWriter {
  #arena;
  #memory;
  #refs;
  #next = 0;
  #end = 0;
  constructor(context, result) {
    this.#arena = context.arena;
    this.#memory = context.memory;
    this.#refs = result.values;
  }
  setText(row, text) {
    const bytes = textBytes(text);
    const address = this.#allocate(bytes);
    writeText(this.#memory, address, text, bytes);
    this.setReference(row, address, bytes);
  }
  setBytes(row, bytes) {
    const address = this.#allocate(bytes.length);
    this.#memory.u8.set(bytes, address);
    this.setReference(row, address, bytes.length);
  }
  /** Points a row at bytes that exist already: the argument's, or those of another row. */
  setReference(row, address, bytes) {
    const word = (this.#refs >>> 2) + 2 * row;
    this.#memory.u32[word] = address;
    this.#memory.u32[word + 1] = bytes;
  }
  #allocate(bytes) {
    if (this.#next + bytes > this.#end) {
      const block = Math.max(bytes, BLOCK_BYTES);
      this.#next = this.#arena.allocate(block);
      this.#end = this.#next + block;
    }
    const address = this.#next;
    this.#next += bytes;
    return address;
  }
}
/** Reads rows of a text column; a constant is decoded once. */
export function textReader(memory, arg) {
  const base = arg.values >>> 2;
  const read = (row) =>
    readText(memory, memory.u32[base + 2 * row] ?? 0, memory.u32[base + 2 * row + 1] ?? 0);
  if (arg.kind === 'flat') return read;
  if (arg.isNull) return () => '';
  const text = read(0);
  return () => text;
}
/** Reads rows of a blob column as views, valid while the column is. */
export function bytesReader(memory, arg) {
  const base = arg.values >>> 2;
  const step = arg.kind === 'flat' ? 2 : 0;
  return (row) => {
    const start = memory.u32[base + step * row] ?? 0;
    return memory.u8.subarray(start, start + (memory.u32[base + step * row + 1] ?? 0));
  };
}
//# sourceMappingURL=text.js.map
