import type { CodeBuilder, EmitValue, StateCells, StateDefinition } from '@windrow/core';
import {
  addI64,
  countAbove,
  countF64,
  type F64Expr,
  f64,
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
export const MOMENTS_2: StateDefinition = {
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
export const MOMENTS_4: StateDefinition = {
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
export const COMOMENTS: StateDefinition = {
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
