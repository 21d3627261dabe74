import type { Chunk, Schema, SqlType } from '@windrow/core';
import { Arena, isNumeric, type LiteralValue, SqlError, textBytes, writeText } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { FormatValue } from '../text/column-text.ts';
import { formatTime, timeFormat } from '../text/time-format.ts';
import type { Encoder, EncoderContext } from './encoder.ts';
import type { CsvFileOptions } from './file-options.ts';
import { type RecordColumn, recordColumns } from './record-columns.ts';
import { TextBuffer } from './text-buffer.ts';

/** Rows that are put together at a time; their text is in memory twice. */
const SLICE_ROWS = 8192;

/** Writes delimiter-separated text that read_csv reads back, by RFC 4180 with LF. */
export class CsvEncoder implements Encoder {
  readonly #options: CsvFileOptions;
  readonly #columns: readonly RecordColumn[];
  readonly #buffer: TextBuffer;
  readonly #arena: Arena;

  constructor(options: CsvFileOptions, { schema, output, memory }: EncoderContext) {
    this.#options = options;
    this.#columns = csvColumns(schema, options);
    this.#buffer = new TextBuffer(output, options);
    this.#arena = new Arena(memory, memory.newOwner());
    if (options.header) this.#buffer.add(headerBytes(schema, options));
  }

  get bufferedBytes(): number {
    return this.#buffer.bufferedBytes;
  }

  write(chunk: Chunk): void {
    const { memory } = this.#arena;
    const { delimiter, quote, escape: escaping, nullText } = this.#options;
    const { address, textBytes: bytes } = recordColumns(chunk, this.#columns, this.#arena);
    const nullRef = this.#text(nullText);
    const perRow = this.#columns.length * (3 + Number(nullRef >> 32n)) + 1;
    for (let from = 0; from < chunk.length; from += SLICE_ROWS) {
      const mark = this.#arena.mark();
      const count = Math.min(SLICE_ROWS, chunk.length - from);
      const out = this.#arena.allocate(bytes * 2 + count * perRow);
      const end = kernels(memory).csvWrite(
        address,
        this.#columns.length,
        from,
        count,
        delimiter.charCodeAt(0),
        quote === '' ? 0 : quote.charCodeAt(0),
        escaping === '' ? 0 : escaping.charCodeAt(0),
        nullRef,
        out,
      );
      this.#buffer.add(memory.u8.subarray(out, end >>> 0));
      this.#arena.rewind(mark);
    }
    this.#arena.reset();
  }

  flush(): void {
    this.#buffer.flush();
  }

  finish(): void {
    this.#buffer.flush();
  }

  release(): void {
    this.#arena.release();
  }

  #text(text: string): bigint {
    const bytes = textBytes(text);
    const address = this.#arena.allocate(bytes);
    writeText(this.#arena.memory, address, text, bytes);
    return BigInt(address) | (BigInt(bytes) << 32n);
  }
}

function csvColumns(schema: Schema, options: CsvFileOptions): RecordColumn[] {
  const { dateFormat, timestampFormat } = options;
  const formats = { date: dateFormat, timestamp: timestampFormat } as const;
  return schema.fields.map(({ type }, ordinal) => {
    const force = options.forceQuote.includes(ordinal) && options.quote !== '';
    const pattern =
      type.kind === 'date' || type.kind === 'timestamp' ? formats[type.kind] : undefined;
    return {
      type,
      kind: force ? 'quoted' : isNumeric(type) || type.kind === 'boolean' ? 'plain' : 'text',
      format: pattern === undefined ? undefined : temporalFormat(type, pattern),
    };
  });
}

const NANOS_PER = { s: 1000000000n, ms: 1000000n, us: 1000n, ns: 1n } as const;

function temporalFormat(type: SqlType, pattern: string): FormatValue {
  const format = timeFormat(pattern);
  return (value: LiteralValue) =>
    type.kind === 'timestamp'
      ? formatTime(format, (value as bigint) * NANOS_PER[type.unit])
      : formatTime(format, BigInt(value as number) * 86400000000000n);
}

function headerBytes(
  { fields }: Schema,
  { delimiter, quote, nullText }: CsvFileOptions,
): Uint8Array {
  const names = fields.map(({ name }) => {
    const special = [delimiter, quote, '\n', '\r'].some(
      (text) => text !== '' && name.includes(text),
    );
    if (!special && name !== nullText && name.trim() === name && !name.startsWith('#')) return name;
    if (quote === '') {
      if (!special) return name;
      throw new SqlError('bind', `the column name "${name}" cannot be written without quotes`);
    }
    return quote + name.replaceAll(quote, quote + quote) + quote;
  });
  return new TextEncoder().encode(`${names.join(delimiter)}\n`);
}
