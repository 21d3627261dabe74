import { readdirSync, readFileSync } from 'node:fs';
import { benchDirectory } from '../paths.ts';
import type { BenchSuite, QueryCase, Storage } from '../suite.ts';
import { prepareTpch, ROWS_PER_SCALE, TPCH_TABLE_NAMES } from './tpch-data.ts';

/** The texts that the tests run too; their parameters are those of the published answers. */
const QUERIES = `${benchDirectory}../test/tpch/queries`;

function tpchCases(place: string): readonly QueryCase[] {
  return readdirSync(QUERIES)
    .sort()
    .map((file) => {
      const query = file.replace('.sql', '');
      return {
        name: `${query} ${place}`,
        sql: readFileSync(`${QUERIES}/${file}`, 'utf8'),
        published: `{data}/answers/${query}.txt`,
      };
    });
}

const tpch = (name: string, place: string, storage: Storage): BenchSuite => ({
  name,
  group: 'tpch',
  dataset: 'tpch',
  rows: ROWS_PER_SCALE,
  tables: TPCH_TABLE_NAMES.map((table) => ({ name: table, storage })),
  prepare: prepareTpch,
  cases: tpchCases(place),
  polars: true,
});

/** The 22 queries over tables loaded into memory. */
export const tpchMemory: BenchSuite = tpch('tpch-memory', 'memory', 'memory');

/** The same straight from the Parquet files. */
export const tpchParquet: BenchSuite = tpch('tpch-parquet', 'parquet', 'file');
