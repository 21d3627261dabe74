import type { BenchFunction, FunctionSource, Storage } from '../suite.ts';

/** A value of an answer as text or number, comparable between engines. */
export type Cell = string | number | boolean | null;

/** How an engine is opened. */
export interface EngineOptions {
  readonly threads: number;
}

/** What a benchmark asks of an engine. Rows are JavaScript values of the engine's own making. */
export interface BenchEngine {
  /** Makes a file a table in memory, or a view over the file. */
  load(table: string, file: string, storage: Storage): Promise<void>;
  register(definition: BenchFunction): Promise<void>;
  /** The rows of the last statement. */
  run(sql: string): Promise<readonly (readonly unknown[])[]>;
  /** The columns of the last statement, handed to `fold`, whose rows are the answer. */
  fold(sql: string, fold: FunctionSource): Promise<readonly (readonly unknown[])[]>;
  version(): Promise<string>;
  close(): Promise<void>;
}

/** The function or object that a source text stands for. */
export const evaluated = <T>(source: FunctionSource): T => new Function(`return (${source})`)();

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Numbers of any width become doubles, dates and the rest text: enough to compare answers. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return instantText(value.toISOString());
  if (Array.isArray(value)) return JSON.stringify(value.map(cellOf));
  if (isListValue(value)) return cellOf(value.items);
  const text = String(value);
  return NUMBER.test(text) ? Number(text) : instantText(text);
}

/** Instants as `YYYY-MM-DD HH:MM:SS[.fff]`, without a time at midnight: a date equals its timestamp. */
const instantText = (text: string): string =>
  text.replace(
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{3})\d*)?Z?$/,
    (_, date: string, time: string, fraction: string | undefined) => {
      const rest = fraction === undefined || fraction === '000' ? '' : `.${fraction}`;
      return time === '00:00:00' && rest === '' ? date : `${date} ${time}${rest}`;
    },
  );

const isListValue = (value: object | unknown): value is { readonly items: readonly unknown[] } =>
  typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items);
