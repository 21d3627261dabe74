export { arrowSchema, toRecordBatch } from './arrow/to-arrow.ts';
export type { CsvOptions } from './csv/options.ts';
export { CsvTable } from './csv/table.ts';
export { SERIES_FUNCTIONS } from './functions/series.ts';
export { tableFromArrow, tableFromRows } from './memory/from-rows.ts';
export { MemoryTable } from './memory/memory-table.ts';
export { type ParquetOptions, ParquetTable } from './parquet/table.ts';
export { createSourceRegistry } from './registry.ts';
