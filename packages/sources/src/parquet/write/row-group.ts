import type { Arena, Chunk, Field, FlatVector, Schema } from '@windrow/core';
import { assert } from '@windrow/core';
import type { ParquetCompression } from '../../sinks/file-options.ts';
import type { ColumnChunk, SchemaElement } from '../footer.ts';
import { encodeColumn } from './column-writer.ts';
import { CODEC_OF } from './compress.ts';
import { encodeByLibrary, moveChunk } from './library-row-group.ts';
import { schemaElement, storageOf } from './schema-elements.ts';

/** A row group's bytes, and what the footer says of them; offsets count from the first byte. */
export interface EncodedRowGroup {
  readonly bytes: readonly Uint8Array[];
  readonly columns: readonly ColumnChunk[];
  /** Of the columns, without the schema's root. */
  readonly elements: readonly SchemaElement[];
}

/** The parts of one top-level column. */
interface EncodedField {
  readonly elements: readonly SchemaElement[];
  readonly chunks: readonly ColumnChunk[];
  readonly bytes: readonly Uint8Array[];
}

/**
 * Encodes rows, given as chunks of flat columns, as one row group. Flat columns are encoded by the
 * kernels; nested ones, and compressions that Node and the kernels lack, by parquet-wasm.
 */
export function encodeRowGroup(
  rows: readonly Chunk[],
  schema: Schema,
  compression: ParquetCompression,
  arena: Arena,
): EncodedRowGroup {
  const left = schema.fields.flatMap((field, ordinal) =>
    isOurs(field, compression) ? [] : [ordinal],
  );
  const byLibrary = left.length === 0 ? [] : libraryFields(rows, schema, left, compression, arena);
  const fields = schema.fields.map((field, ordinal) => {
    const index = left.indexOf(ordinal);
    const encoded =
      index >= 0 ? byLibrary[index] : ownField(rows, ordinal, field, compression, arena);
    assert(encoded !== undefined, 'every column has been encoded');
    return encoded;
  });
  let offset = 0;
  const columns = fields.flatMap(({ chunks, bytes }) => {
    const moved = chunks.map((chunk) => moveChunk(chunk, offset));
    offset += bytes.reduce((sum, part) => sum + part.length, 0);
    return moved;
  });
  return {
    bytes: fields.flatMap((field) => field.bytes),
    columns,
    elements: fields.flatMap((field) => field.elements),
  };
}

const isOurs = ({ type }: Field, compression: ParquetCompression): boolean =>
  storageOf(type) !== undefined && CODEC_OF[compression] !== undefined;

function ownField(
  rows: readonly Chunk[],
  ordinal: number,
  field: Field,
  compression: ParquetCompression,
  arena: Arena,
): EncodedField {
  const storage = storageOf(field.type);
  const codec = CODEC_OF[compression];
  assert(storage !== undefined && codec !== undefined, 'the column is one of ours');
  const element = schemaElement(field, storage);
  const parts = rows.map((chunk) => {
    const part = chunk.columns[ordinal];
    assert(part?.kind === 'flat', 'rows to encode are flat');
    return part satisfies FlatVector;
  });
  const { pages, chunk } = encodeColumn(parts, field, element, codec, arena);
  return { elements: [element], chunks: [chunk], bytes: pages };
}

function libraryFields(
  rows: readonly Chunk[],
  schema: Schema,
  ordinals: readonly number[],
  compression: ParquetCompression,
  arena: Arena,
): EncodedField[] {
  const fields = ordinals.map((ordinal) => schema.fields[ordinal] as Field);
  const chunks = rows.map((chunk) => ({
    length: chunk.length,
    columns: ordinals.map((ordinal) => chunk.columns[ordinal] as FlatVector),
  }));
  return encodeByLibrary(chunks, { fields }, compression, arena.memory).map(
    ({ elements, chunks: own, bytes }) => ({ elements, chunks: own, bytes: [bytes] }),
  );
}
