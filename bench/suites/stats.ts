import type { BenchCase, BenchSuite } from '../suite.ts';
import { randomBelow } from './random.ts';

const samples = `
  select
    ${randomBelow(100, 1)} as hundred,
    ${randomBelow(10_000, 2)} as ten_thousand,
    ${randomBelow('greatest({rows} // 5, 1)', 3)} as million,
    (${randomBelow(2_000_000, 4)} - 500000)::DOUBLE / 1000 as x,
    (${randomBelow(2_000_000, 4)} + ${randomBelow(500_000, 5)})::DOUBLE / 1000 as y,
    case when ${randomBelow(10, 6)} = 0 then null
         else (${randomBelow(2_000_000, 4)} - 500000)::DOUBLE / 1000 end as x_or_null,
    ((${randomBelow(2_000_000, 4)} - 500000)::DECIMAL(15,0) * 0.01)::DECIMAL(15,2) as d,
    case when ${randomBelow(10, 7)} = 0 then null
         else ((${randomBelow(2_000_000, 8)})::DECIMAL(15,0) * 0.01)::DECIMAL(15,2) end as d_or_null,
    ${randomBelow(1_000, 9)} as code,
    pow(${randomBelow(1_000_000, 12)} / 1e6, 4) * 1000 // 1 as favourite,
    case when ${randomBelow(10, 10)} = 0 then null else ${randomBelow(100_000, 11)} end as code_or_null
  from range({rows}) t(i)`;

/** The numbers of groups, and what is grouped by. */
const GROUPS: readonly (readonly [label: string, key: string])[] = [
  ['1 group', ''],
  ['100 groups', 'hundred'],
  ['10 k groups', 'ten_thousand'],
  ['1 M groups', 'million'],
];

/** A statistic of every group, folded into one row that depends on all of them. */
function overGroups(name: string, aggregates: readonly string[]): BenchCase[] {
  return GROUPS.map(([label, key]) => {
    const columns = aggregates.map((aggregate, k) => `${aggregate} a${k}`).join(', ');
    const folds = aggregates.map((_, k) => `sum(a${k}), count(a${k})`).join(', ');
    const groups = key === '' ? '' : ` group by ${key}`;
    return {
      name: `${name}, ${label}`,
      sql: `select ${folds} from (select ${columns} from samples${groups})`,
    };
  });
}

/** Estimates differ between the engines: only that every group has one is compared. */
const approximate = (name: string, column: string): BenchCase[] =>
  GROUPS.map(([label, key]) => {
    const groups = key === '' ? '' : ` group by ${key}`;
    return {
      name: `${name}, ${label}`,
      sql: `select count(*), max(n) > 0 from (
              select approx_count_distinct(${column}) n from samples${groups})`,
    };
  });

/**
 * Which of equally frequent values is the mode is left open (DuckDB's answer depends on its threads): how
 * often the chosen ones occur is not.
 */
const modes = (): BenchCase[] =>
  GROUPS.map(([label, key]) => {
    const groups =
      key === ''
        ? 'select mode(favourite) as m from samples'
        : `select ${key} as k, mode(favourite) as m from samples group by ${key}`;
    const sameGroup = key === '' ? '' : ` and s.${key} = g.k`;
    return {
      name: `mode, ${label}`,
      sql: `select count(m), max(m) >= min(m) from (${groups})`,
      check: `select count(*) from samples s join (${groups}) g on s.favourite = g.m${sameGroup}`,
    };
  });

const moments = (column: string): string[] => [
  `avg(${column})`,
  `stddev(${column})`,
  `var_pop(${column})`,
  `skewness(${column})`,
  `kurtosis(${column})`,
];

/** Statistics of one, a hundred, ten thousand and a million groups. */
export const stats: BenchSuite = {
  name: 'stats',
  rows: 5_000_000,
  tables: [{ name: 'samples', generator: samples }],
  cases: [
    ...overGroups('moments', moments('x')),
    ...overGroups('moments, NULLs', moments('x_or_null')),
    ...overGroups('moments, decimal', moments('d')),
    ...overGroups('corr, covar, regr', [
      'corr(x, y)',
      'covar_samp(x, y)',
      'regr_slope(y, x)',
      'regr_intercept(y, x)',
      'regr_r2(y, x)',
    ]),
    ...overGroups('corr and regr, NULLs', ['corr(x_or_null, y)', 'regr_slope(y, x_or_null)']),
    ...overGroups('median', ['median(x)']),
    ...overGroups('median, NULLs', ['median(x_or_null)']),
    ...overGroups('median, decimal', ['quantile_disc(d_or_null, 0.5)']),
    ...overGroups('quantiles', [
      'quantile_cont(x, 0.1)',
      'quantile_cont(x, 0.5)',
      'quantile_cont(x, 0.99)',
      'quantile_disc(code_or_null, 0.25)',
      'quantile_disc(code_or_null, 0.75)',
    ]),
    ...overGroups('count distinct', ['count(distinct code)']),
    ...overGroups('count distinct, NULLs', ['count(distinct code_or_null)']),
    ...overGroups('count distinct, decimal', ['count(distinct d)']),
    ...approximate('approximate distinct', 'code_or_null'),
    ...modes(),
  ],
};
