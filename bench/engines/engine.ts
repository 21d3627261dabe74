import type { BenchFunction } from '../suite.ts';

/** A value of an answer as text or number, comparable between engines. */
export type Cell = string | number | boolean | null;

/** What a benchmark asks of an engine. */
export interface BenchEngine {
  /** Reads a Parquet file into a table in memory. */
  load(table: string, file: string): Promise<void>;
  register(definition: BenchFunction): Promise<void>;
  run(sql: string): Promise<Cell[][]>;
  version(): Promise<string>;
  close(): Promise<void>;
}

/** Numbers of any width become doubles, dates and the rest text: enough to compare answers. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  const text = String(value);
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
