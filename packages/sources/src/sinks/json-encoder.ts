import type { Chunk, LiteralValue, Schema, SqlType } from '@windrow/core';
import { Arena, formatLiteral, isNumeric, textBytes, writeText } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { FormatValue } from '../text/column-text.ts';
import type { Encoder, EncoderContext } from './encoder.ts';
import type { JsonFileOptions } from './file-options.ts';
import { type RecordColumn, recordColumns } from './record-columns.ts';
import { TextBuffer } from './text-buffer.ts';

const SLICE_ROWS = 8192;

/**
 * Writes rows as JSON objects, one a line or as one array. Numbers keep all their digits; what JSON has no
 * form for (NaN, infinities, times, bytes) is text.
 */
export class JsonEncoder implements Encoder {
  readonly #schema: Schema;
  readonly #array: boolean;
  readonly #buffer: TextBuffer;
  readonly #arena: Arena;
  #rows = 0;

  constructor(options: JsonFileOptions, { schema, output, memory }: EncoderContext) {
    this.#schema = schema;
    this.#array = options.array;
    this.#buffer = new TextBuffer(output, options);
    this.#arena = new Arena(memory, memory.newOwner());
    if (this.#array) this.#buffer.add(bytesOf('['));
  }

  get bufferedBytes(): number {
    return this.#buffer.bufferedBytes;
  }

  write(chunk: Chunk): void {
    const { memory } = this.#arena;
    const columns = this.#columns();
    const { address, textBytes: bytes } = recordColumns(chunk, columns, this.#arena);
    const separator = this.#text(this.#array ? ',\n' : '\n');
    const suffix = this.#text(columns.length === 0 ? '{}' : '}');
    const prefixes = columns.reduce((sum, { prefix = 0n }) => sum + Number(prefix >> 32n) + 6, 4);
    for (let from = 0; from < chunk.length; from += SLICE_ROWS) {
      const mark = this.#arena.mark();
      const count = Math.min(SLICE_ROWS, chunk.length - from);
      const out = this.#arena.allocate(bytes * 6 + count * prefixes);
      const end = kernels(memory).jsonWrite(
        address,
        columns.length,
        from,
        count,
        suffix,
        separator,
        out,
      );
      if (this.#array) this.#buffer.add(bytesOf(this.#rows === 0 ? '\n' : ',\n'));
      this.#buffer.add(memory.u8.subarray(out, end >>> 0));
      if (!this.#array) this.#buffer.add(bytesOf('\n'));
      this.#rows += count;
      this.#arena.rewind(mark);
    }
    this.#arena.reset();
  }

  flush(): void {
    this.#buffer.flush();
  }

  finish(): void {
    if (this.#array) this.#buffer.add(bytesOf(this.#rows === 0 ? ']\n' : '\n]\n'));
    this.#buffer.flush();
  }

  release(): void {
    this.#arena.release();
  }

  #columns(): RecordColumn[] {
    return this.#schema.fields.map(({ name, type }, ordinal) => ({
      type,
      kind: isBare(type) ? 'plain' : 'text',
      prefix: this.#text(`${ordinal === 0 ? '{' : ','}${JSON.stringify(name)}:`),
      format: formatOf(type),
    }));
  }

  #text(text: string): bigint {
    const bytes = textBytes(text);
    const address = this.#arena.allocate(bytes);
    writeText(this.#arena.memory, address, text, bytes);
    return BigInt(address) | (BigInt(bytes) << 32n);
  }
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const NESTED = ['list', 'array', 'struct', 'map'];

/** Types whose text is JSON already, or is made to be. */
const isBare = (type: SqlType): boolean =>
  isNumeric(type) || type.kind === 'boolean' || type.kind === 'json' || NESTED.includes(type.kind);

function formatOf(type: SqlType): FormatValue | undefined {
  const isFloat = type.kind === 'float64' || type.kind === 'float32';
  return isFloat || NESTED.includes(type.kind) ? (value) => jsonText(value, type) : undefined;
}

/** A value as JSON text. */
function jsonText(value: LiteralValue, type: SqlType): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'float32':
    case 'float64': {
      const text = formatLiteral(value, type);
      return Number.isFinite(value) ? text : JSON.stringify(text);
    }
    case 'list':
    case 'array': {
      const items = value as readonly LiteralValue[];
      return `[${items.map((item) => jsonText(item, type.element)).join(',')}]`;
    }
    case 'struct': {
      const { struct } = value as { readonly struct: readonly LiteralValue[] };
      const members = type.fields.map(
        ({ name, type: member }, i) =>
          `${JSON.stringify(name)}:${jsonText(struct[i] ?? null, member)}`,
      );
      return `{${members.join(',')}}`;
    }
    case 'map': {
      const { map } = value as { readonly map: readonly (readonly [LiteralValue, LiteralValue])[] };
      const entries = map.map(
        ([key, item]) =>
          `${JSON.stringify(formatLiteral(key, type.key))}:${jsonText(item, type.value)}`,
      );
      return `{${entries.join(',')}}`;
    }
    default: {
      const text = formatLiteral(value, type);
      return isBare(type) ? text : JSON.stringify(text);
    }
  }
}
