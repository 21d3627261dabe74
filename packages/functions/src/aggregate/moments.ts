import {
  type AggregateFunction,
  type CodeBuilder,
  DOUBLE,
  type Local,
  type StateCells,
  type StateDefinition,
} from '@windrow/core';
import { countAbove, type F64Expr, f64, finishF64, let64 } from './emit.ts';
import {
  COMOMENTS,
  type Comoments,
  comomentsOf,
  MOMENTS_2,
  MOMENTS_4,
  type Moments,
  momentsOf,
} from './moment-states.ts';

interface Definition<Central> {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** NULL for this many values or fewer. */
  readonly nullUpTo: bigint;
  readonly summary: string;
  readonly example: readonly [sql: string, result: string];
  readonly source: string;
  /** Leaves the value; called only when there are more than `nullUpTo` values. */
  finish(b: CodeBuilder, central: Central): void;
  /** A further condition (leaves i32) under which the value is not NULL. */
  valid?(b: CodeBuilder, central: Central): void;
}

/** A state, and how its central moments are read from it. */
interface Family<Central> {
  readonly state: StateDefinition;
  readonly arguments: 1 | 2;
  centralOf(b: CodeBuilder, state: StateCells): Central;
  /** Those that leave the doubles first. */
  guards(central: Central): readonly Local[];
}

const SECOND: Family<Moments> = {
  state: MOMENTS_2,
  arguments: 1,
  centralOf: (b, state) => momentsOf(b, state, 2),
  guards: ({ m2 }) => [m2],
};

const FOURTH: Family<Moments> = {
  state: MOMENTS_4,
  arguments: 1,
  centralOf: (b, state) => momentsOf(b, state, 4),
  guards: ({ m2 }) => [m2],
};

const PAIRED: Family<Comoments> = {
  state: COMOMENTS,
  arguments: 2,
  centralOf: comomentsOf,
  guards: ({ syy, sxx }) => [syy, sxx],
};

const SHIFTED =
  'Chan, Golub and LeVeque (1983), The American Statistician 37(3); merge after their 1979 report';
const PEBAY = 'Pébay (2008), SAND2008-6212';
const STANDARD = 'ISO/IEC 9075-2, binary set functions';

/** A moment that has left the doubles is an error, as in the default dialect. */
function raiseUnlessFinite(b: CodeBuilder, name: string, guards: readonly Local[]): void {
  // |a| + |b| is not below infinity exactly when one of them is infinite or NaN.
  f64(
    b,
    guards.reduce<F64Expr>((sum, guard) => ['add', sum, ['abs', guard]], 0),
  );
  b.f64(Number.POSITIVE_INFINITY);
  b.op('f64.lt');
  b.op('i32.eqz');
  b.if([], () => {
    b.raise({ sqlState: '22003', message: `${name.toUpperCase()} is out of range` });
  });
}

const moment =
  <Central>(family: Family<Central>) =>
  (definition: Definition<Central>): AggregateFunction => ({
    kind: 'aggregate',
    name: definition.name,
    aliases: definition.aliases ?? [],
    category: 'statistics',
    doc: {
      summary: definition.summary,
      examples: [{ sql: definition.example[0], result: definition.example[1] }],
      source: definition.source,
    },
    nulls: 'skip',
    ordered: false,
    overloads: [
      {
        signature: { args: family.arguments === 2 ? [DOUBLE, DOUBLE] : [DOUBLE], returns: DOUBLE },
        implementation: {
          kind: 'state',
          state: () => family.state,
          finish(b, cells) {
            const central = family.centralOf(b, cells);
            finishF64(
              b,
              () => {
                countAbove(b, cells, definition.nullUpTo);
                if (definition.valid === undefined) return;
                definition.valid(b, central);
                b.op('i32.and');
              },
              () => {
                raiseUnlessFinite(b, definition.name, family.guards(central));
                definition.finish(b, central);
              },
            );
          },
        },
      },
    ],
  });

const SECOND_ORDER: readonly Definition<Moments>[] = [
  {
    name: 'var_samp',
    aliases: ['variance', 'var'],
    nullUpTo: 1n,
    summary: 'Sample variance, M2 / (n − 1); NULL for fewer than two values.',
    example: ['var_samp(x) from (values (1), (2), (4)) t(x)', '2.3333333333333335'],
    source: SHIFTED,
    finish(b, { n, m2 }) {
      f64(b, ['div', m2, ['sub', n, 1]]);
    },
  },
  {
    name: 'var_pop',
    nullUpTo: 0n,
    summary: 'Population variance, M2 / n.',
    example: ['var_pop(x) from (values (1), (2), (3), (4)) t(x)', '1.25'],
    source: SHIFTED,
    finish(b, { n, m2 }) {
      f64(b, ['div', m2, n]);
    },
  },
  {
    name: 'stddev_samp',
    aliases: ['stddev', 'std'],
    nullUpTo: 1n,
    summary: 'Sample standard deviation, √(M2 / (n − 1)); NULL for fewer than two values.',
    example: ['stddev_samp(x) from (values (1), (3)) t(x)', '1.4142135623730951'],
    source: SHIFTED,
    finish(b, { n, m2 }) {
      f64(b, ['sqrt', ['div', m2, ['sub', n, 1]]]);
    },
  },
  {
    name: 'stddev_pop',
    nullUpTo: 0n,
    summary: 'Population standard deviation, √(M2 / n).',
    example: ['stddev_pop(x) from (values (1), (3)) t(x)', '1.0'],
    source: SHIFTED,
    finish(b, { n, m2 }) {
      f64(b, ['sqrt', ['div', m2, n]]);
    },
  },
  {
    name: 'sem',
    nullUpTo: 0n,
    summary: 'Standard error of the mean from the population variance, √(M2 / n) / √n.',
    example: ['sem(x) from (values (1), (3)) t(x)', '0.7071067811865475'],
    source: SHIFTED,
    finish(b, { n, m2 }) {
      f64(b, ['div', ['sqrt', ['div', m2, n]], ['sqrt', n]]);
    },
  },
  {
    name: 'sem_samp',
    nullUpTo: 1n,
    summary: 'Standard error of the mean from the sample variance, √(M2 / (n − 1)) / √n.',
    example: ['sem_samp(x) from (values (1), (3)) t(x)', '1.0'],
    source: SHIFTED,
    finish(b, { n, m2 }) {
      f64(b, ['div', ['sqrt', ['div', m2, ['sub', n, 1]]], ['sqrt', n]]);
    },
  },
];

function isNotZero(b: CodeBuilder, local: Local): void {
  b.get(local);
  b.f64(0);
  b.op('f64.ne');
}

const FOURTH_ORDER: readonly Definition<Moments>[] = [
  {
    name: 'skewness',
    nullUpTo: 2n,
    summary: 'Adjusted sample skewness G1; NULL below three values, NaN for a constant.',
    example: ['skewness(x) from (values (1), (2), (6)) t(x)', '1.4578629673213048'],
    source: PEBAY,
    finish(b, { n, m2, m3 }) {
      const g1: F64Expr = ['div', ['mul', ['sqrt', n], m3], ['mul', m2, ['sqrt', m2]]];
      f64(b, ['mul', ['div', ['sqrt', ['mul', n, ['sub', n, 1]]], ['sub', n, 2]], g1]);
    },
  },
  {
    name: 'skewness_pop',
    aliases: ['skewpop'],
    nullUpTo: 0n,
    summary: 'Population skewness g1 = √n · M3 / M2^1.5; NaN for a constant.',
    example: ['skewness_pop(x) from (values (1), (2), (6)) t(x)', '0.5951700641394974'],
    source: PEBAY,
    finish(b, { n, m2, m3 }) {
      f64(b, ['div', ['mul', ['sqrt', n], m3], ['mul', m2, ['sqrt', m2]]]);
    },
  },
  {
    name: 'kurtosis',
    nullUpTo: 3n,
    summary: 'Sample excess kurtosis G2; NULL below four values and for a constant.',
    example: ['kurtosis(x) from (values (1), (2), (3), (10)) t(x)', '3.2279999999999998'],
    source: PEBAY,
    valid: (b, { m2 }) => isNotZero(b, m2),
    finish(b, { n, m2, m4 }) {
      const g2 = let64(b, ['sub', ['div', ['mul', n, m4], ['mul', m2, m2]], 3]);
      f64(b, [
        'mul',
        ['div', ['sub', n, 1], ['mul', ['sub', n, 2], ['sub', n, 3]]],
        ['add', ['mul', ['add', n, 1], g2], 6],
      ]);
    },
  },
  {
    name: 'kurtosis_pop',
    nullUpTo: 1n,
    summary: 'Population excess kurtosis g2 = n · M4 / M2² − 3; NULL for a constant.',
    example: ['kurtosis_pop(x) from (values (1), (2), (3), (10)) t(x)', '-0.7696000000000001'],
    source: PEBAY,
    valid: (b, { m2 }) => isNotZero(b, m2),
    finish(b, { n, m2, m4 }) {
      f64(b, ['sub', ['div', ['mul', n, m4], ['mul', m2, m2]], 3]);
    },
  },
];

const PAIRS = 'from (values (1, 2), (3, 3), (5, 7)) t(y, x)';

const centralOf = (
  name: string,
  moment: keyof Comoments,
  summary: string,
  result: string,
): Definition<Comoments> => ({
  name,
  nullUpTo: 0n,
  summary,
  example: [`${name}(y, x) ${PAIRS}`, result],
  source: STANDARD,
  finish: (b, central) => b.get(central[moment]),
});

const BIVARIATE: readonly Definition<Comoments>[] = [
  {
    name: 'covar_pop',
    nullUpTo: 0n,
    summary: 'Population covariance, C / n over rows where both are known.',
    example: [`covar_pop(y, x) ${PAIRS}`, '3.3333333333333335'],
    source: STANDARD,
    finish(b, { n, sxy }) {
      f64(b, ['div', sxy, n]);
    },
  },
  {
    name: 'covar_samp',
    nullUpTo: 1n,
    summary: 'Sample covariance, C / (n − 1) over rows where both are known.',
    example: [`covar_samp(y, x) ${PAIRS}`, '5.0'],
    source: STANDARD,
    finish(b, { n, sxy }) {
      f64(b, ['div', sxy, ['sub', n, 1]]);
    },
  },
  {
    name: 'corr',
    aliases: ['corr_pearson'],
    nullUpTo: 0n,
    summary: 'Pearson correlation, C / √(Sx · Sy) clamped to [−1, 1]; NaN when either is constant.',
    example: [`corr(y, x) ${PAIRS}`, '0.944911182523068'],
    source: STANDARD,
    finish(b, { sxx, syy, sxy }) {
      f64(b, ['div', sxy, ['mul', ['sqrt', sxx], ['sqrt', syy]]]);
      b.f64(1);
      b.op('f64.min');
      b.f64(-1);
      b.op('f64.max');
    },
  },
  centralOf('regr_avgx', 'meanX', 'Mean of x over rows where both are known.', '4.0'),
  centralOf('regr_avgy', 'meanY', 'Mean of y over rows where both are known.', '3.0'),
  centralOf('regr_sxx', 'sxx', 'Sum of squared deviations of x.', '14.0'),
  centralOf('regr_syy', 'syy', 'Sum of squared deviations of y.', '8.0'),
  centralOf('regr_sxy', 'sxy', 'Sum of products of deviations.', '10.0'),
  {
    name: 'regr_slope',
    nullUpTo: 0n,
    summary: 'Slope of the least-squares line, C / Sx; NaN when x is constant.',
    example: [`regr_slope(y, x) ${PAIRS}`, '0.7142857142857143'],
    source: STANDARD,
    finish(b, { sxx, sxy }) {
      f64(b, ['div', sxy, sxx]);
    },
  },
  {
    name: 'regr_intercept',
    nullUpTo: 1n,
    summary: 'Intercept of the least-squares line, ȳ − slope · x̄; NULL when x is constant.',
    example: [`regr_intercept(y, x) ${PAIRS}`, '0.1428571428571428'],
    source: STANDARD,
    valid: (b, { sxx }) => isNotZero(b, sxx),
    finish(b, { sxx, sxy, meanY, meanX }) {
      f64(b, ['sub', meanY, ['mul', ['div', sxy, sxx], meanX]]);
    },
  },
  {
    name: 'regr_r2',
    nullUpTo: 0n,
    summary:
      'Coefficient of determination, C² / (Sx · Sy); NULL when x, 1 when only y is constant.',
    example: [`regr_r2(y, x) ${PAIRS}`, '0.8928571428571429'],
    source: STANDARD,
    valid: (b, { sxx }) => isNotZero(b, sxx),
    finish(b, { sxx, syy, sxy }) {
      b.get(syy);
      b.f64(0);
      b.op('f64.eq');
      b.if(
        ['f64'],
        () => b.f64(1),
        () => f64(b, ['div', ['mul', sxy, sxy], ['mul', sxx, syy]]),
      );
    },
  },
];

/** Variance, standard deviation, skewness, kurtosis, covariance, correlation, regression. */
export const MOMENT_AGGREGATES: readonly AggregateFunction[] = [
  ...SECOND_ORDER.map(moment(SECOND)),
  ...FOURTH_ORDER.map(moment(FOURTH)),
  ...BIVARIATE.map(moment(PAIRED)),
];
