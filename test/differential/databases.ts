import { join } from 'node:path';
import {
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBIntervalValue,
  DuckDBTypeId,
} from '@duckdb/node-api';
import { formatLiteral, type LiteralValue, SqlError } from '@windrow/core';
import { open, type QueryResult, type Session } from '@windrow/engine';
import { type Cell, type Difference, differenceOf, type Outcome } from './outcome.ts';
import type { Random } from './random.ts';
import { selectOf, TABLES } from './tables.ts';

/** How a query runs; none of it may change the answer. */
export interface Configuration {
  readonly threads: 1 | 2;
  readonly batchRows: number;
  readonly optimizer: boolean;
  /** Rows go to temporary files wherever they may. */
  readonly spills: boolean;
}

export const configurationOf = (random: Random): Configuration => ({
  threads: random.chance(50) ? 2 : 1,
  batchRows: random.pick([1, 3, 64, 4096]),
  optimizer: random.chance(75),
  spills: false,
});

/** The same tables in DuckDB and in two sessions of ours, of one thread and of two. */
export class Databases {
  readonly #oracle: DuckDBConnection;
  readonly #sessions: Readonly<Record<1 | 2, Session>>;

  private constructor(oracle: DuckDBConnection, sessions: Readonly<Record<1 | 2, Session>>) {
    this.#oracle = oracle;
    this.#sessions = sessions;
  }

  /** Makes the tables; their Parquet files lie in `directory`. */
  static async open(directory: string): Promise<Databases> {
    const instance = await DuckDBInstance.create(':memory:');
    const oracle = await instance.connect();
    await oracle.run("set timezone = 'UTC'; set threads = 1");
    const sessions = { 1: await open({ threads: 1 }), 2: await open({ threads: 2 }) };
    await sessions[2].exec('set inline_rows = 0');
    for (const [name, rowCount] of TABLES) {
      const file = join(directory, `${name}.parquet`).replaceAll('\\', '/');
      await oracle.run(
        `copy (${selectOf(name, rowCount)}) to '${file}' (format parquet, row_group_size 100)`,
      );
      // All read the file, for in its dictionaries -0.0 has become 0.0 or the other way round.
      await oracle.run(`create table ${name} as select * from '${file}'`);
      await oracle.run(`create view ${name}_file as select * from ${name}`);
      for (const session of Object.values(sessions)) {
        await session.exec(`create table ${name} as select * from '${file}'`);
        await session.exec(`create view ${name}_file as select * from '${file}'`);
      }
    }
    return new Databases(oracle, sessions);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#sessions).map((session) => session.close()));
    this.#oracle.closeSync();
  }

  /** Where our answer departs from the oracle's; undefined when both say the same. */
  async compare(sql: string, configuration: Configuration): Promise<Difference | undefined> {
    const isOrdered = /\border by c\d[^)]*$/.test(sql);
    const expected = await this.expected(sql);
    return differenceOf(await this.actual(sql, configuration), expected, isOrdered);
  }

  async actual(sql: string, configuration: Configuration): Promise<Outcome> {
    const session = this.#sessions[configuration.threads];
    await session.exec(
      `set batch_rows = ${configuration.batchRows}; set optimizer = ${configuration.optimizer};
       set force_spill = ${configuration.spills}`,
    );
    try {
      return outcomeOf(await session.query(sql, [], { timeoutMs: 10_000 }));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return { kind: 'error', code: error.code, message: error.message };
    }
  }

  async expected(sql: string): Promise<Outcome> {
    try {
      const reader = await this.#oracle.runAndReadAll(sql);
      const types = reader.columnTypes();
      const isFloat = types.map(
        ({ typeId }) => typeId === DuckDBTypeId.FLOAT || typeId === DuckDBTypeId.DOUBLE,
      );
      const rows = reader
        .getRows()
        .map((row) => row.map((value, index) => oracleCell(value, isFloat[index] === true)));
      return { kind: 'rows', types: types.map(String), rows };
    } catch (error) {
      return { kind: 'error', code: 'error', message: String(error) };
    }
  }
}

function oracleCell(value: unknown, isFloat: boolean): Cell {
  if (value === null) return null;
  if (isFloat) return Number(value);
  if (value instanceof DuckDBIntervalValue) {
    return microseconds(value.months, value.days, value.micros);
  }
  return String(value);
}

const microseconds = (months: number, days: number, micros: bigint): string =>
  String((BigInt(months) * 30n + BigInt(days)) * 86_400_000_000n + micros);

function outcomeOf(result: QueryResult): Outcome {
  const { columns, fields } = result;
  const rows = result.literals().map((row) =>
    row.map((value, index): Cell => {
      const field = fields[index];
      if (value === null || field === undefined) return null;
      return cellOf(value, field.type);
    }),
  );
  return { kind: 'rows', types: columns.map(({ type }) => type), rows };
}

function cellOf(value: LiteralValue, type: Parameters<typeof formatLiteral>[1]): Cell {
  if (type.kind === 'float32' || type.kind === 'float64') return value as number;
  if (type.kind !== 'interval') return formatLiteral(value, type);
  const { months, days, micros } = value as { months: number; days: number; micros: bigint };
  return microseconds(months, days, micros);
}
