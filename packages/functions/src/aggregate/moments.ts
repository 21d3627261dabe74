import {
  type AggregateFunction,
  type CodeBuilder,
  DOUBLE,
  type EmitValue,
  type StateCells,
  type StateDefinition,
} from '@windrow/core';
import {
  addI64,
  countAbove,
  countF64,
  type F64Expr,
  f64,
  finishF64,
  let64,
  localOf,
  slotF64,
} from './emit.ts';

const COUNT = { name: 'count', type: 'i64' } as const;
const MEAN = { name: 'mean', type: 'f64' } as const;
const M2 = { name: 'm2', type: 'f64' } as const;
const M3 = { name: 'm3', type: 'f64' } as const;
const M4 = { name: 'm4', type: 'f64' } as const;

const bump = (b: CodeBuilder, state: StateCells): void =>
  addI64(b, state, 'count', () => b.i64(1n));

const put = (b: CodeBuilder, state: StateCells, slot: string, expr: F64Expr): void =>
  state.store(b, slot, () => f64(b, expr));

/**
 * Count, mean and M2, the sum of squared deviations.
 *
 * Source: Welford (1962), Technometrics 4(3), for the update; Chan, Golub and LeVeque (1979), STAN-CS-79-773,
 * for the merge.
 */
const MOMENTS_2: StateDefinition = {
  name: 'moments2',
  slots: [COUNT, MEAN, M2],
  covers: ['count'],
  update(b, state, [x]) {
    const value = localOf(x);
    bump(b, state);
    const n = countF64(b, state);
    const mean = slotF64(b, state, 'mean');
    const delta = let64(b, ['sub', value, mean]);
    const next = let64(b, ['add', mean, ['div', delta, n]]);
    put(b, state, 'mean', next);
    put(b, state, 'm2', ['add', slotF64(b, state, 'm2'), ['mul', delta, ['sub', value, next]]]);
  },
  merge: (b, into, from) => mergeMoments(b, into, from, 2),
  remove(b, state, [x]) {
    const value = localOf(x);
    addI64(b, state, 'count', () => b.i64(-1n));
    state.load(b, 'count');
    b.op('i64.eqz');
    b.if(
      [],
      () => {
        put(b, state, 'mean', 0);
        put(b, state, 'm2', 0);
      },
      () => {
        const n = countF64(b, state);
        const mean = slotF64(b, state, 'mean');
        const delta = let64(b, ['sub', value, mean]);
        const next = let64(b, ['sub', mean, ['div', delta, n]]);
        put(b, state, 'mean', next);
        put(b, state, 'm2', ['sub', slotF64(b, state, 'm2'), ['mul', delta, ['sub', value, next]]]);
      },
    );
  },
};

/**
 * Count, mean and the sums of 2nd to 4th powers of deviations.
 *
 * Source: Pébay (2008), SAND2008-6212, equations 1.6 and 2.1 (one-pass update after Terriberry 2007; merge).
 */
const MOMENTS_4: StateDefinition = {
  name: 'moments4',
  slots: [COUNT, MEAN, M2, M3, M4],
  covers: ['moments2', 'count'],
  update(b, state, [x]) {
    const value = localOf(x);
    bump(b, state);
    const n = countF64(b, state);
    const mean = slotF64(b, state, 'mean');
    const m2 = slotF64(b, state, 'm2');
    const m3 = slotF64(b, state, 'm3');
    const delta = let64(b, ['sub', value, mean]);
    const deltaN = let64(b, ['div', delta, n]);
    const deltaN2 = let64(b, ['mul', deltaN, deltaN]);
    const term = let64(b, ['mul', ['mul', delta, deltaN], ['sub', n, 1]]);
    put(b, state, 'mean', ['add', mean, deltaN]);
    const polynomial: F64Expr = ['add', ['sub', ['mul', n, n], ['mul', 3, n]], 3];
    put(b, state, 'm4', [
      'add',
      slotF64(b, state, 'm4'),
      [
        'sub',
        ['add', ['mul', ['mul', term, deltaN2], polynomial], ['mul', ['mul', 6, deltaN2], m2]],
        ['mul', ['mul', 4, deltaN], m3],
      ],
    ]);
    put(b, state, 'm3', [
      'add',
      m3,
      ['sub', ['mul', ['mul', term, deltaN], ['sub', n, 2]], ['mul', ['mul', 3, deltaN], m2]],
    ]);
    put(b, state, 'm2', ['add', m2, term]);
  },
  merge: (b, into, from) => mergeMoments(b, into, from, 4),
};

/** Pébay's pairwise merge, up to the second or the fourth order. */
function mergeMoments(b: CodeBuilder, into: StateCells, from: StateCells, order: 2 | 4): void {
  countAbove(b, from, 0n);
  b.if([], () => {
    const na = countF64(b, into);
    const nb = countF64(b, from);
    const n = let64(b, ['add', na, nb]);
    const meanA = slotF64(b, into, 'mean');
    const delta = let64(b, ['sub', slotF64(b, from, 'mean'), meanA]);
    const deltaN = let64(b, ['div', delta, n]);
    const m2a = slotF64(b, into, 'm2');
    const m2b = slotF64(b, from, 'm2');
    if (order === 4) {
      const m3a = slotF64(b, into, 'm3');
      const m3b = slotF64(b, from, 'm3');
      const product = let64(b, ['mul', na, nb]);
      const deltaN2 = let64(b, ['mul', deltaN, deltaN]);
      put(b, into, 'm4', [
        'add',
        ['add', slotF64(b, into, 'm4'), slotF64(b, from, 'm4')],
        [
          'add',
          [
            'mul',
            ['mul', ['mul', delta, deltaN], ['mul', deltaN2, product]],
            ['div', ['add', ['sub', ['mul', na, na], product], ['mul', nb, nb]], n],
          ],
          [
            'add',
            [
              'mul',
              ['mul', 6, deltaN2],
              ['add', ['mul', ['mul', na, na], m2b], ['mul', ['mul', nb, nb], m2a]],
            ],
            ['mul', ['mul', 4, deltaN], ['sub', ['mul', na, m3b], ['mul', nb, m3a]]],
          ],
        ],
      ]);
      put(b, into, 'm3', [
        'add',
        ['add', m3a, m3b],
        [
          'add',
          ['mul', ['mul', ['mul', delta, deltaN], deltaN], ['mul', product, ['sub', na, nb]]],
          ['mul', ['mul', 3, deltaN], ['sub', ['mul', na, m2b], ['mul', nb, m2a]]],
        ],
      ]);
    }
    put(b, into, 'm2', [
      'add',
      ['add', m2a, m2b],
      ['mul', ['mul', delta, deltaN], ['mul', na, nb]],
    ]);
    put(b, into, 'mean', ['add', meanA, ['mul', deltaN, nb]]);
    addI64(b, into, 'count', () => from.load(b, 'count'));
  });
}

/** Two variables x and y: count, means, sums of squared deviations and of products. */
const COMOMENTS: StateDefinition = {
  name: 'comoments',
  slots: [
    COUNT,
    { name: 'mean_y', type: 'f64' },
    { name: 'mean_x', type: 'f64' },
    { name: 'syy', type: 'f64' },
    { name: 'sxx', type: 'f64' },
    { name: 'sxy', type: 'f64' },
  ],
  covers: ['count'],
  update(b, state, [y, x]: readonly EmitValue[]) {
    const valueY = localOf(y);
    const valueX = localOf(x);
    bump(b, state);
    const n = countF64(b, state);
    const meanY = slotF64(b, state, 'mean_y');
    const meanX = slotF64(b, state, 'mean_x');
    const deltaY = let64(b, ['sub', valueY, meanY]);
    const deltaX = let64(b, ['sub', valueX, meanX]);
    const nextY = let64(b, ['add', meanY, ['div', deltaY, n]]);
    const nextX = let64(b, ['add', meanX, ['div', deltaX, n]]);
    put(b, state, 'mean_y', nextY);
    put(b, state, 'mean_x', nextX);
    put(b, state, 'syy', [
      'add',
      slotF64(b, state, 'syy'),
      ['mul', deltaY, ['sub', valueY, nextY]],
    ]);
    put(b, state, 'sxx', [
      'add',
      slotF64(b, state, 'sxx'),
      ['mul', deltaX, ['sub', valueX, nextX]],
    ]);
    put(b, state, 'sxy', [
      'add',
      slotF64(b, state, 'sxy'),
      ['mul', deltaX, ['sub', valueY, nextY]],
    ]);
  },
  merge(b, into, from) {
    countAbove(b, from, 0n);
    b.if([], () => {
      const na = countF64(b, into);
      const nb = countF64(b, from);
      const meanY = slotF64(b, into, 'mean_y');
      const meanX = slotF64(b, into, 'mean_x');
      const n = let64(b, ['add', na, nb]);
      const deltaY = let64(b, ['sub', slotF64(b, from, 'mean_y'), meanY]);
      const deltaX = let64(b, ['sub', slotF64(b, from, 'mean_x'), meanX]);
      const weight = let64(b, ['div', ['mul', na, nb], n]);
      const join = (slot: string, product: F64Expr): void =>
        put(b, into, slot, [
          'add',
          ['add', slotF64(b, into, slot), slotF64(b, from, slot)],
          ['mul', product, weight],
        ]);
      join('syy', ['mul', deltaY, deltaY]);
      join('sxx', ['mul', deltaX, deltaX]);
      join('sxy', ['mul', deltaX, deltaY]);
      put(b, into, 'mean_y', ['add', meanY, ['mul', deltaY, ['div', nb, n]]]);
      put(b, into, 'mean_x', ['add', meanX, ['mul', deltaX, ['div', nb, n]]]);
      addI64(b, into, 'count', () => from.load(b, 'count'));
    });
  },
};

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
