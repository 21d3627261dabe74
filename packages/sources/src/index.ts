export type { CsvOptions } from './csv/options.ts';
export { CsvTable } from './csv/table.ts';
export { MemoryTable } from './memory/memory-table.ts';
export { type ParquetOptions, ParquetTable } from './parquet/table.ts';
export { createSourceRegistry } from './registry.ts';
