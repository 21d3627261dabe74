import type { Arena, Chunk, Schema } from '@windrow/core';
import { SqlError } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { denseRows } from '../dense-rows.ts';

/** @throws SqlError 23502 when a column that is not nullable holds a NULL. */
export function checkNotNull({ columns, length }: Chunk, schema: Schema, scratch: Arena): void {
  if (length === 0) return;
  schema.fields.forEach(({ name, nullable }, ordinal) => {
    const column = columns[ordinal];
    if (nullable || column === undefined) return;
    const mark = scratch.mark();
    const { validity } = denseRows(column, 0, length, scratch);
    const complete = validity === 0 || kernels(scratch.memory).bitmapAllSet(validity, length) === 1;
    scratch.rewind(mark);
    if (complete) return;
    throw new SqlError('execution', `NULL in column "${name}", which is declared NOT NULL`, {
      sqlState: '23502',
    });
  });
}
