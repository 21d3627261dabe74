import type { Chunk, Schema, SharedMemory } from '@windrow/core';
import * as arrow from 'apache-arrow';
import { ArrowExporter } from './to-arrow.ts';

const exporter = new ArrowExporter(arrow);

/** The rows as an Arrow record batch of its own memory, which outlives the chunk. */
export const toRecordBatch = (
  memory: SharedMemory,
  chunk: Chunk,
  schema: Schema,
): arrow.RecordBatch => exporter.recordBatch(memory, chunk, schema);

/** The Arrow schema of a SQL schema. */
export const arrowSchema = (schema: Schema): arrow.Schema => exporter.schema(schema);
