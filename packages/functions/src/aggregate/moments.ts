import {
  type AggregateFunction,
  type CodeBuilder,
  DOUBLE,
  type StateCells,
  type StateDefinition,
} from '@windrow/core';
import { countAbove, countF64, type F64Expr, f64, finishF64, let64, slotF64 } from './emit.ts';
import { COMOMENTS, MOMENTS_2, MOMENTS_4 } from './moment-states.ts';

interface Definition {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly state: StateDefinition;
  /** NULL for this many values or fewer. */
  readonly nullUpTo: bigint;
  readonly summary: string;
  readonly example: readonly [sql: string, result: string];
  readonly source: string;
  /** Leaves the value; called only when there are more than `nullUpTo` values. */
  finish(b: CodeBuilder, state: StateCells): void;
  /** A further condition (leaves i32) under which the value is not NULL. */
  valid?(b: CodeBuilder, state: StateCells): void;
}

const WELFORD = 'Welford (1962), Technometrics 4(3); merge after Chan, Golub and LeVeque (1979)';
const PEBAY = 'Pébay (2008), SAND2008-6212';
const STANDARD = 'ISO/IEC 9075-2, binary set functions';

/** A moment that has left the doubles is an error, as in the default dialect. */
function finiteOrRaise(b: CodeBuilder, name: string, value: () => void, slots: () => void): void {
  slots();
  b.f64(Number.POSITIVE_INFINITY);
  b.op('f64.lt');
  b.op('i32.eqz');
  b.if([], () => {
    b.raise({ sqlState: '22003', message: `${name.toUpperCase()} is out of range` });
  });
  value();
}

function moment(definition: Definition): AggregateFunction {
  const { name, state, nullUpTo } = definition;
  const guard = state === COMOMENTS ? (['syy', 'sxx'] as const) : (['m2'] as const);
  return {
    kind: 'aggregate',
    name,
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
        signature: { args: state === COMOMENTS ? [DOUBLE, DOUBLE] : [DOUBLE], returns: DOUBLE },
        implementation: {
          kind: 'state',
          state: () => state,
          finish(b, cells) {
            finishF64(
              b,
              () => {
                countAbove(b, cells, nullUpTo);
                if (definition.valid !== undefined) {
                  definition.valid(b, cells);
                  b.op('i32.and');
                }
              },
              () =>
                finiteOrRaise(
                  b,
                  name,
                  () => definition.finish(b, cells),
                  () => {
                    // |a| + |b| is not below infinity exactly when one of them is infinite or NaN.
                    b.f64(0);
                    for (const slot of guard) {
                      cells.load(b, slot);
                      b.op('f64.abs');
                      b.op('f64.add');
                    }
                  },
                ),
            );
          },
        },
      },
    ],
  };
}

const parts = (b: CodeBuilder, state: StateCells) => ({
  n: countF64(b, state),
  m2: slotF64(b, state, 'm2'),
});

const UNIVARIATE: readonly Definition[] = [
  {
    name: 'var_samp',
    aliases: ['variance', 'var'],
    state: MOMENTS_2,
    nullUpTo: 1n,
    summary: 'Sample variance, M2 / (n − 1); NULL for fewer than two values.',
    example: ['var_samp(x) from (values (1), (2), (4)) t(x)', '2.333333333333333'],
    source: WELFORD,
    finish(b, state) {
      const { n, m2 } = parts(b, state);
      f64(b, ['div', m2, ['sub', n, 1]]);
    },
  },
  {
    name: 'var_pop',
    state: MOMENTS_2,
    nullUpTo: 0n,
    summary: 'Population variance, M2 / n.',
    example: ['var_pop(x) from (values (1), (2), (3), (4)) t(x)', '1.25'],
    source: WELFORD,
    finish(b, state) {
      const { n, m2 } = parts(b, state);
      f64(b, ['div', m2, n]);
    },
  },
  {
    name: 'stddev_samp',
    aliases: ['stddev', 'std'],
    state: MOMENTS_2,
    nullUpTo: 1n,
    summary: 'Sample standard deviation, √(M2 / (n − 1)); NULL for fewer than two values.',
    example: ['stddev_samp(x) from (values (1), (3)) t(x)', '1.4142135623730951'],
    source: WELFORD,
    finish(b, state) {
      const { n, m2 } = parts(b, state);
      f64(b, ['sqrt', ['div', m2, ['sub', n, 1]]]);
    },
  },
  {
    name: 'stddev_pop',
    state: MOMENTS_2,
    nullUpTo: 0n,
    summary: 'Population standard deviation, √(M2 / n).',
    example: ['stddev_pop(x) from (values (1), (3)) t(x)', '1.0'],
    source: WELFORD,
    finish(b, state) {
      const { n, m2 } = parts(b, state);
      f64(b, ['sqrt', ['div', m2, n]]);
    },
  },
  {
    name: 'sem',
    state: MOMENTS_2,
    nullUpTo: 0n,
    summary: 'Standard error of the mean from the population variance, √(M2 / n) / √n.',
    example: ['sem(x) from (values (1), (3)) t(x)', '0.7071067811865475'],
    source: WELFORD,
    finish(b, state) {
      const { n, m2 } = parts(b, state);
      f64(b, ['div', ['sqrt', ['div', m2, n]], ['sqrt', n]]);
    },
  },
  {
    name: 'sem_samp',
    state: MOMENTS_2,
    nullUpTo: 1n,
    summary: 'Standard error of the mean from the sample variance, √(M2 / (n − 1)) / √n.',
    example: ['sem_samp(x) from (values (1), (3)) t(x)', '1.0'],
    source: WELFORD,
    finish(b, state) {
      const { n, m2 } = parts(b, state);
      f64(b, ['div', ['sqrt', ['div', m2, ['sub', n, 1]]], ['sqrt', n]]);
    },
  },
  {
    name: 'skewness',
    state: MOMENTS_4,
    nullUpTo: 2n,
    summary: 'Adjusted sample skewness G1; NULL below three values, NaN for a constant.',
    example: ['skewness(x) from (values (1), (2), (6)) t(x)', '1.4578629673213048'],
    source: PEBAY,
    finish(b, state) {
      const { n, m2 } = parts(b, state);
      const m3 = slotF64(b, state, 'm3');
      const g1: F64Expr = ['div', ['mul', ['sqrt', n], m3], ['mul', m2, ['sqrt', m2]]];
      f64(b, ['mul', ['div', ['sqrt', ['mul', n, ['sub', n, 1]]], ['sub', n, 2]], g1]);
    },
  },
  {
    name: 'skewness_pop',
    aliases: ['skewpop'],
    state: MOMENTS_4,
    nullUpTo: 0n,
    summary: 'Population skewness g1 = √n · M3 / M2^1.5; NaN for a constant.',
    example: ['skewness_pop(x) from (values (1), (2), (6)) t(x)', '0.5951700641394974'],
    source: PEBAY,
    finish(b, state) {
      const { n, m2 } = parts(b, state);
      const m3 = slotF64(b, state, 'm3');
      f64(b, ['div', ['mul', ['sqrt', n], m3], ['mul', m2, ['sqrt', m2]]]);
    },
  },
  {
    name: 'kurtosis',
    state: MOMENTS_4,
    nullUpTo: 3n,
    summary: 'Sample excess kurtosis G2; NULL below four values and for a constant.',
    example: ['kurtosis(x) from (values (1), (2), (3), (10)) t(x)', '3.2279999999999998'],
    source: PEBAY,
    valid: nonConstant,
    finish(b, state) {
      const { n, m2 } = parts(b, state);
      const m4 = slotF64(b, state, 'm4');
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
    state: MOMENTS_4,
    nullUpTo: 1n,
    summary: 'Population excess kurtosis g2 = n · M4 / M2² − 3; NULL for a constant.',
    example: ['kurtosis_pop(x) from (values (1), (2), (3), (10)) t(x)', '-0.7696000000000001'],
    source: PEBAY,
    valid: nonConstant,
    finish(b, state) {
      const { n, m2 } = parts(b, state);
      f64(b, ['sub', ['div', ['mul', n, slotF64(b, state, 'm4')], ['mul', m2, m2]], 3]);
    },
  },
];

function nonConstant(b: CodeBuilder, state: StateCells): void {
  state.load(b, 'm2');
  b.f64(0);
  b.op('f64.ne');
}

const sums = (b: CodeBuilder, state: StateCells) => ({
  n: countF64(b, state),
  sxx: slotF64(b, state, 'sxx'),
  syy: slotF64(b, state, 'syy'),
  sxy: slotF64(b, state, 'sxy'),
});

const PAIRS = 'from (values (1, 2), (3, 3), (5, 7)) t(y, x)';

const slotOf = (name: string, slot: string, summary: string, result: string): Definition => ({
  name,
  state: COMOMENTS,
  nullUpTo: 0n,
  summary,
  example: [`${name}(y, x) ${PAIRS}`, result],
  source: STANDARD,
  finish: (b, state) => state.load(b, slot),
});

const BIVARIATE: readonly Definition[] = [
  {
    name: 'covar_pop',
    state: COMOMENTS,
    nullUpTo: 0n,
    summary: 'Population covariance, C / n over rows where both are known.',
    example: [`covar_pop(y, x) ${PAIRS}`, '3.3333333333333335'],
    source: STANDARD,
    finish(b, state) {
      const { n, sxy } = sums(b, state);
      f64(b, ['div', sxy, n]);
    },
  },
  {
    name: 'covar_samp',
    state: COMOMENTS,
    nullUpTo: 1n,
    summary: 'Sample covariance, C / (n − 1) over rows where both are known.',
    example: [`covar_samp(y, x) ${PAIRS}`, '5.0'],
    source: STANDARD,
    finish(b, state) {
      const { n, sxy } = sums(b, state);
      f64(b, ['div', sxy, ['sub', n, 1]]);
    },
  },
  {
    name: 'corr',
    aliases: ['corr_pearson'],
    state: COMOMENTS,
    nullUpTo: 0n,
    summary: 'Pearson correlation, C / √(Sx · Sy) clamped to [−1, 1]; NaN when either is constant.',
    example: [`corr(y, x) ${PAIRS}`, '0.944911182523068'],
    source: STANDARD,
    finish(b, state) {
      const { sxx, syy, sxy } = sums(b, state);
      f64(b, ['div', sxy, ['mul', ['sqrt', sxx], ['sqrt', syy]]]);
      b.f64(1);
      b.op('f64.min');
      b.f64(-1);
      b.op('f64.max');
    },
  },
  slotOf('regr_avgx', 'mean_x', 'Mean of x over rows where both are known.', '4.0'),
  slotOf('regr_avgy', 'mean_y', 'Mean of y over rows where both are known.', '3.0'),
  slotOf('regr_sxx', 'sxx', 'Sum of squared deviations of x.', '14.0'),
  slotOf('regr_syy', 'syy', 'Sum of squared deviations of y.', '8.0'),
  slotOf('regr_sxy', 'sxy', 'Sum of products of deviations.', '10.0'),
  {
    name: 'regr_slope',
    state: COMOMENTS,
    nullUpTo: 0n,
    summary: 'Slope of the least-squares line, C / Sx; NaN when x is constant.',
    example: [`regr_slope(y, x) ${PAIRS}`, '0.7142857142857143'],
    source: STANDARD,
    finish(b, state) {
      const { sxx, sxy } = sums(b, state);
      f64(b, ['div', sxy, sxx]);
    },
  },
  {
    name: 'regr_intercept',
    state: COMOMENTS,
    nullUpTo: 1n,
    summary: 'Intercept of the least-squares line, ȳ − slope · x̄; NULL when x is constant.',
    example: [`regr_intercept(y, x) ${PAIRS}`, '0.1428571428571428'],
    source: STANDARD,
    valid(b, state) {
      state.load(b, 'sxx');
      b.f64(0);
      b.op('f64.ne');
    },
    finish(b, state) {
      const { sxx, sxy } = sums(b, state);
      const meanY = slotF64(b, state, 'mean_y');
      const meanX = slotF64(b, state, 'mean_x');
      f64(b, ['sub', meanY, ['mul', ['div', sxy, sxx], meanX]]);
    },
  },
  {
    name: 'regr_r2',
    state: COMOMENTS,
    nullUpTo: 0n,
    summary:
      'Coefficient of determination, C² / (Sx · Sy); NULL when x, 1 when only y is constant.',
    example: [`regr_r2(y, x) ${PAIRS}`, '0.8928571428571429'],
    source: STANDARD,
    valid(b, state) {
      state.load(b, 'sxx');
      b.f64(0);
      b.op('f64.ne');
    },
    finish(b, state) {
      const { sxx, syy, sxy } = sums(b, state);
      state.load(b, 'syy');
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
export const MOMENT_AGGREGATES: readonly AggregateFunction[] = [...UNIVARIATE, ...BIVARIATE].map(
  moment,
);
