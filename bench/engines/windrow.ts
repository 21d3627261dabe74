import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { open, type Session, type UserAggregate } from 'windrow';
import type { BenchFunction } from '../suite.ts';
import { type BenchEngine, type EngineOptions, evaluated } from './engine.ts';

/** Windrow through its public API, with a fixed number of threads. */
export async function openWindrow({ threads }: EngineOptions): Promise<BenchEngine> {
  const db = await open({ threads });
  return {
    async load(table, file, storage) {
      const kind = storage === 'memory' ? 'table' : 'view';
      await db.exec(`create ${kind} ${table} as select * from '${file}'`);
    },
    register: async (definition) => register(db, definition),
    run: async (sql) => (await db.query(sql)).arrays(),
    async fold(sql, fold) {
      const rows = (await db.query(sql)).arrays();
      const columns = (rows[0] ?? []).map((_, index) => rows.map((row) => row[index]));
      return evaluated<(columns: unknown[][]) => unknown[][]>(fold)(columns);
    },
    async version() {
      const manifest = fileURLToPath(import.meta.resolve('windrow/package.json'));
      const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
      return `Windrow ${version}`;
    },
    close: () => db.close(),
  };
}

function register(db: Session, definition: BenchFunction): void {
  const { name, parameters, returns } = definition;
  if (definition.kind === 'aggregate') {
    db.udf.aggregate(name, evaluated<UserAggregate<unknown>>(definition.source), {
      args: parameters,
      returns,
    });
    return;
  }
  const { mode, source, vectorSource } = definition;
  const vector = mode === 'vector' && vectorSource !== undefined;
  db.udf.scalar(name, evaluated(vector ? vectorSource : source), {
    args: parameters,
    returns,
    mode: vector ? 'vector' : 'row',
  });
}
