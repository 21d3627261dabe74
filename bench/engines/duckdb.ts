import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBScalarFunction,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api';
import type { ScalarBenchFunction } from '../suite.ts';
import { type BenchEngine, type EngineOptions, evaluated } from './engine.ts';

const TYPES = { DOUBLE, BOOLEAN, BIGINT, INTEGER, VARCHAR };

/** DuckDB through its Node API, with a fixed number of threads. */
export async function openDuckdb({ threads }: EngineOptions): Promise<BenchEngine> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  return {
    async load(table, file, storage) {
      const kind = storage === 'memory' ? 'table' : 'view';
      await connection.run(`create ${kind} ${table} as select * from '${file}'`);
    },
    async register(definition) {
      // There are no aggregate user functions in its Node API: cases bring a loop of their own.
      if (definition.kind === 'scalar') registerScalar(connection, definition);
    },
    run: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
    async fold(sql, fold) {
      const reader = await connection.runAndReadAll(sql);
      return evaluated<(columns: unknown[][]) => unknown[][]>(fold)(reader.getColumns());
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

function registerScalar(connection: DuckDBConnection, definition: ScalarBenchFunction): void {
  const apply = evaluated<(...args: unknown[]) => never>(definition.source);
  const parameterTypes = definition.parameters.map((name) => TYPES[name]);
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: definition.name,
      returnType: TYPES[definition.returns],
      parameterTypes,
      mainFunction(_info, input, output) {
        const columns = parameterTypes.map((_, index) => input.getColumnVector(index));
        for (let row = 0; row < input.rowCount; row++) {
          const args = columns.map((column) => column.getItem(row));
          output.setItem(row, apply(...args));
        }
        output.flush();
      },
    }),
  );
}
