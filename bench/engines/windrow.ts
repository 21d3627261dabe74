import { open } from 'windrow';
import { type BenchEngine, cellOf } from './engine.ts';

/** Windrow through its public API, with a fixed number of threads. */
export async function openWindrow(threads: number): Promise<BenchEngine> {
  const db = await open({ threads });
  return {
    async load(table, file) {
      await db.query(`create table ${table} as select * from '${file}'`);
    },
    async register({ name, parameters, returns, source }) {
      const apply = new Function(`return (${source})`)();
      db.udf.scalar(name, apply, { args: parameters, returns, mode: 'row' });
    },
    async run(sql) {
      const result = await db.query(sql);
      return result.arrays().map((row) => row.map(cellOf));
    },
    async version() {
      return `Windrow ${String((await db.query('select version()')).value())}`;
    },
    close: () => db.close(),
  };
}
