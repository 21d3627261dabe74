import type { Chunk, Schema, SharedMemory } from '@windrow/core';
import { unreachable } from '@windrow/core';
import { ArrowEncoder } from './arrow-encoder.ts';
import { CsvEncoder } from './csv-encoder.ts';
import type { FileOptions } from './file-options.ts';
import { JsonEncoder } from './json-encoder.ts';
import type { ByteOutput } from './output-file.ts';
import { ParquetEncoder } from './parquet-encoder.ts';

/** Writes rows to one file, in its format. */
export interface Encoder {
  /** Memory that rows not yet written take. */
  readonly bufferedBytes: number;
  /** Columns may be of any kind, `length` rows each. */
  write(chunk: Chunk): void;
  /** Writes what is buffered, as far as the format allows before the end. */
  flush(): void;
  /** Writes what is left, and the file's end. */
  finish(): void;
  /** Gives back memory; nothing more is written. */
  release(): void;
}

/** What an encoder works with. */
export interface EncoderContext {
  readonly schema: Schema;
  readonly output: ByteOutput;
  readonly memory: SharedMemory;
}

/** The encoder of a file's format. */
export function createEncoder(options: FileOptions, context: EncoderContext): Encoder {
  switch (options.format) {
    case 'parquet':
      return new ParquetEncoder(options, context);
    case 'csv':
      return new CsvEncoder(options, context);
    case 'json':
      return new JsonEncoder(options, context);
    case 'arrow':
      return new ArrowEncoder(context);
    default:
      return unreachable(options);
  }
}
