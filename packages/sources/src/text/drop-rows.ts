import type { Arena, Vector } from '@windrow/core';
import { assert, bitmapBytes, widthBytes } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { gatherOf } from '../dense-rows.ts';

/** The columns without some rows, dense. Constant and flat columns. */
export function dropRows(
  columns: readonly Vector[],
  length: number,
  dropped: ReadonlySet<number>,
  arena: Arena,
): { readonly columns: Vector[]; readonly length: number } {
  const kept = arena.allocate(length * 4);
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (!dropped.has(row)) arena.memory.u32[(kept >>> 2) + count++] = row;
  }
  const exports = kernels(arena.memory);
  const dense = columns.map((column): Vector => {
    if (column.kind === 'constant') return { ...column, length: count };
    assert(column.kind === 'flat', 'columns read from text are flat or constant');
    const width = widthBytes(column.type);
    const values = arena.allocate(count * width);
    gatherOf(exports, width)(column.values, kept, count, values);
    if (column.validity === 0) return { ...column, length: count, values };
    const validity = arena.allocate(bitmapBytes(count));
    exports.gatherBits(column.validity, kept, count, validity);
    return { ...column, length: count, values, validity };
  });
  return { columns: dense, length: count };
}
