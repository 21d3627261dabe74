import { DuckDBInstance } from '@duckdb/node-api';

/** DuckDB as the oracle of the default dialect. */
export interface Oracle {
  /** The text of each expression's value, `NULL`, or `error`. */
  texts(expressions: readonly string[]): Promise<readonly string[]>;
}

export async function openOracle(): Promise<Oracle> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = 'UTC'`);
  const one = async (expression: string): Promise<string> => {
    try {
      const result = await connection.runAndReadAll(
        `SELECT coalesce(CAST((${expression}) AS VARCHAR), 'NULL')`,
      );
      return String(result.getRows()[0]?.[0]);
    } catch {
      return 'error';
    }
  };
  return {
    async texts(expressions) {
      const texts: string[] = [];
      for (const expression of expressions) texts.push(await one(expression));
      return texts;
    },
  };
}
