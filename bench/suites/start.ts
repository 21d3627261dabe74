import type { BenchSuite } from '../suite.ts';

const program = {
  windrow: ['{node}', '{bench}/dist/start/windrow.js'],
  duckdb: ['{node}', '{bench}/dist/start/duckdb.js'],
};

/** From the start of a process to its exit, with one small query in between; and its memory then. */
export const start: BenchSuite = {
  name: 'start',
  rows: 1,
  tables: [],
  cases: [
    {
      kind: 'process',
      name: 'program with one query',
      command: program,
      expect: /answer: 42/,
      metric: 'time',
    },
    {
      kind: 'process',
      name: "windrow -c 'select 42'",
      command: { ...program, windrow: ['{node}', '{windrow}', '-c', 'select 42'] },
      expect: /42/,
      metric: 'time',
    },
    {
      kind: 'process',
      name: 'memory after one query',
      command: program,
      expect: /answer: 42/,
      metric: 'memory',
    },
  ],
};
