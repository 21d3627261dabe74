import type { ColumnStatistics, TableProvider } from '@windrow/core';
import { type Columns, table } from './tables.ts';

/** Rows of a partition, as in a row group. */
const PARTITION_ROWS = 122_880;

/** A table whose scans hand up as many rows as its statistics speak of; one entry a column. */
export function sizedTable(
  rowCount: number,
  columns: Columns,
  statistics: readonly ColumnStatistics[],
): TableProvider {
  const empty = table(columns, { rowCount, columns: statistics });
  const partitions = Array.from({ length: Math.ceil(rowCount / PARTITION_ROWS) }, (_, i) => {
    const rows = Math.min(PARTITION_ROWS, rowCount - i * PARTITION_ROWS);
    return { rows, bytes: rows * 8 };
  });
  return { ...empty, scan: (request) => ({ ...empty.scan(request), partitions }) };
}
