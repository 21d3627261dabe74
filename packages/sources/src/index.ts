export { parquetSource } from './parquet/source.ts';
export { type ParquetOptions, ParquetTable } from './parquet/table.ts';
export { createSourceRegistry } from './registry.ts';
