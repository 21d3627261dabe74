import { type BenchSuite, suiteGroup } from '../suite.ts';
import { clickbench } from './clickbench.ts';
import { core } from './core.ts';
import { h2oGroupBy } from './h2o-groupby.ts';
import { h2oJoin } from './h2o-join.ts';
import { io } from './io.ts';
import { start } from './start.ts';
import { stats } from './stats.ts';
import { tpchMemory, tpchParquet } from './tpch.ts';
import { udf } from './udf.ts';
import { windows } from './windows.ts';

/** All suites, in the order in which `all` runs them. */
export const SUITES: readonly BenchSuite[] = [
  core,
  tpchMemory,
  tpchParquet,
  windows,
  stats,
  h2oGroupBy,
  h2oJoin,
  clickbench,
  udf,
  io,
  start,
];

/** The suites that a name on the command line means. @throws Error that lists the names. */
export function suitesNamed(name: string): readonly BenchSuite[] {
  const found = SUITES.filter(
    (suite) => name === 'all' || suite.name === name || suiteGroup(suite) === name,
  );
  if (found.length > 0) return found;
  const names = new Set(SUITES.flatMap((suite) => [suiteGroup(suite), suite.name]));
  throw new Error(`unknown suite '${name}'; there are: all, ${[...names].join(', ')}`);
}
