import { type Field, type LiteralValue, SqlError, typeName } from '@windrow/core';
import { type RecordBatch, Table } from 'apache-arrow';
import { columnReader } from './arrow-reader.ts';
import type { Execution, Stats } from './execution.ts';
import { type TextTableOptions, textTable } from './text-table.ts';
import { type Row, rowValue, type Value, type ValueOptions } from './values.ts';

/** A column of a result: its name, and the SQL name of its type. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/**
 * A complete result. It holds Arrow record batches of its own; rows are made from them on first use.
 *
 * @typeParam T shape of a row object, as the caller declares it.
 */
export class QueryResult<T = Row> {
  readonly id: string;
  readonly fields: readonly Field[];
  readonly columns: readonly Column[];
  readonly stats: Stats;
  readonly updateType: string | undefined;
  readonly updateCount: bigint | undefined;
  readonly #batches: readonly RecordBatch[];
  readonly #options: ValueOptions;
  #rows: T[] | undefined;

  private constructor(
    id: string,
    execution: Execution,
    batches: readonly RecordBatch[],
    stats: Stats,
    options: ValueOptions,
  ) {
    this.id = id;
    this.fields = execution.fields;
    this.columns = columnsOf(execution.fields);
    this.stats = stats;
    this.updateType = execution.updateType;
    this.updateCount = execution.updateCount;
    this.#batches = batches;
    this.#options = options;
  }

  /** Takes all batches of an execution. */
  static async collect<T>(
    id: string,
    execution: Execution,
    options: ValueOptions,
  ): Promise<QueryResult<T>> {
    const batches: RecordBatch[] = [];
    for await (const batch of execution.batches) batches.push(batch);
    return new QueryResult<T>(id, execution, batches, await execution.stats, options);
  }

  get rowCount(): number {
    return this.#batches.reduce((count, batch) => count + batch.numRows, 0);
  }

  /** Row objects; of equal column names the last one wins. */
  get rows(): T[] {
    this.#rows ??= this.#batches.flatMap((batch) => rowsOf<T>(batch, this.fields, this.#options));
    return this.#rows;
  }

  /** Rows as arrays by position, safe with duplicate column names. */
  arrays(): Value[][] {
    return this.literals().map((row) =>
      row.map((value, index) => {
        const type = this.fields[index]?.type;
        return type === undefined ? null : rowValue(value, type, this.#options);
      }),
    );
  }

  /** Rows as SQL values without conversion; decimals are unscaled, dates are days. */
  literals(): LiteralValue[][] {
    return this.#batches.flatMap((batch) => literalRows(batch, this.fields));
  }

  /** All rows as an Arrow table, without loss. */
  toArrow(): Table {
    return new Table(this.#batches as RecordBatch[]);
  }

  /** The only row. @throws SqlError 21000 when there is none or more than one. */
  one(): T {
    if (this.rowCount !== 1) {
      throw new SqlError('execution', `one row expected, the result has ${this.rowCount}`, {
        sqlState: '21000',
      });
    }
    return this.rows[0] as T;
  }

  /** The first column of the only row. @throws SqlError 21000 as {@link one}. */
  value(): Value {
    this.one();
    return this.arrays()[0]?.[0] ?? null;
  }

  /** The result as a drawn table. */
  toString(options?: TextTableOptions): string {
    return textTable(this.fields, this.literals(), options);
  }
}

export const columnsOf = (fields: readonly Field[]): Column[] =>
  fields.map(({ name, type }) => ({ name, type: typeName(type) }));

/** The rows of one record batch as objects. */
export function rowsOf<T>(
  batch: RecordBatch,
  fields: readonly Field[],
  options: ValueOptions,
): T[] {
  const readers = readersOf(batch, fields);
  return Array.from({ length: batch.numRows }, (_, row) => {
    const object: Row = {};
    fields.forEach((field, index) => {
      object[field.name] = rowValue(readers[index]?.(row) ?? null, field.type, options);
    });
    return object as T;
  });
}

/** The rows of one record batch as SQL values. */
export function literalRows(batch: RecordBatch, fields: readonly Field[]): LiteralValue[][] {
  const readers = readersOf(batch, fields);
  return Array.from({ length: batch.numRows }, (_, row) => readers.map((read) => read(row)));
}

function readersOf(batch: RecordBatch, fields: readonly Field[]) {
  return fields.map((field, index) => {
    const data = batch.data.children[index];
    if (data === undefined) throw new SqlError('internal', `the batch has no column ${index}`);
    return columnReader(field.type, data);
  });
}
