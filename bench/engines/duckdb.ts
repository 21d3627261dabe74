import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBScalarFunction,
} from '@duckdb/node-api';
import type { BenchFunction } from '../suite.ts';
import { type BenchEngine, cellOf } from './engine.ts';

const TYPES = { DOUBLE, BOOLEAN };

/** DuckDB through its Node API, with a fixed number of threads. */
export async function openDuckdb(threads: number): Promise<BenchEngine> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  return {
    async load(table, file) {
      await connection.run(`create table ${table} as select * from '${file}'`);
    },
    register: async (definition) => registerScalar(connection, definition),
    async run(sql) {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRows().map((row) => row.map(cellOf));
    },
    async version() {
      const reader = await connection.runAndReadAll('select version()');
      return `DuckDB ${String(reader.getRows()[0]?.[0])}`;
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function registerScalar(connection: DuckDBConnection, definition: BenchFunction): void {
  const apply = new Function(`return (${definition.source})`)() as (...args: number[]) => number;
  const parameterTypes = definition.parameters.map((name) => TYPES[name]);
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: definition.name,
      returnType: TYPES[definition.returns],
      parameterTypes,
      mainFunction(_info, input, output) {
        const columns = parameterTypes.map((_, index) => input.getColumnVector(index));
        for (let row = 0; row < input.rowCount; row++) {
          const args = columns.map((column) => column.getItem(row) as number);
          output.setItem(row, apply(...args));
        }
        output.flush();
      },
    }),
  );
}
