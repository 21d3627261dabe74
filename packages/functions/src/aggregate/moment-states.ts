import type { CodeBuilder, EmitValue, Local, StateCells, StateDefinition } from '@windrow/core';
import {
  addF64,
  addI64,
  countAbove,
  countF64,
  type F64Expr,
  f64,
  let64,
  localOf,
  slotF64,
} from './emit.ts';

/*
 * Moments as sums of powers of x − K, where K is a mean of earlier values: a row costs additions and
 * multiplications only, and no step waits for a division.
 *
 * K is the first value, then the mean at 16, 256, 4096, … values, so it is the mean of m of the n values
 * with n ≤ 16 m. Those m values alone add m (K − mean)² to M2 = Σ (x − mean)², hence Σ (x − K)² =
 * M2 + n (K − mean)² ≤ 17 M2: taking the shift out again loses at most log10 17 = 1.2 digits, whatever the
 * values and their order are. Of the 4th powers, by the inequality of power means, at most 2.2 digits.
 *
 * Source: Chan, Golub and LeVeque (1983), The American Statistician 37(3), on shifted data.
 */

/** The shift moves when the count is a power of this, a power of two itself. */
const GROWTH = 16n;
/** Ones where the powers of 16 are. */
const POWERS_OF_GROWTH = 0x1111111111111111n;

const COUNT = { name: 'count', type: 'i64' } as const;

const put = (b: CodeBuilder, state: StateCells, slot: string, expr: F64Expr): void =>
  state.store(b, slot, () => f64(b, expr));

const bump = (b: CodeBuilder, state: StateCells): void =>
  addI64(b, state, 'count', () => b.i64(1n));

const sumOf = (...terms: readonly F64Expr[]): F64Expr =>
  terms.reduce((sum, term) => ['add', sum, term]);

const productOf = (...factors: readonly F64Expr[]): F64Expr =>
  factors.reduce((product, factor) => ['mul', product, factor]);

/** Before a row: `first` on a new state, `move` when the count has grown by the factor since the last move. */
function emitShift(b: CodeBuilder, state: StateCells, first: () => void, move: () => void): void {
  const count = b.local('i64');
  state.load(b, 'count');
  b.tee(count);
  b.i64(GROWTH - 1n);
  b.op('i64.and');
  b.op('i64.eqz');
  b.if([], () => {
    b.get(count);
    b.op('i64.eqz');
    b.if([], first, () => {
      b.get(count);
      b.i64(POWERS_OF_GROWTH);
      b.op('i64.and');
      b.get(count);
      b.op('i64.eq');
      b.get(count);
      b.get(count);
      b.i64(1n);
      b.op('i64.sub');
      b.op('i64.and');
      b.op('i64.eqz');
      b.op('i32.and');
      b.if([], move);
    });
  });
}

/** Moves a shift by `sum / n`; returns by how much it has moved, after rounding. */
function moveShift(
  b: CodeBuilder,
  state: StateCells,
  slots: { readonly shift: string; readonly sum: string },
  n: Local,
): Local {
  const shift = slotF64(b, state, slots.shift);
  const next = let64(b, ['add', shift, ['div', slotF64(b, state, slots.sum), n]]);
  put(b, state, slots.shift, next);
  return let64(b, ['sub', next, shift]);
}

/** Central moments; `m3` and `m4` where the state has them. */
export interface Moments {
  readonly n: Local;
  readonly mean: Local;
  readonly m2: Local;
  readonly m3: Local;
  readonly m4: Local;
}

type Order = 2 | 4;

/** The central moments of a state that is not empty. */
export function momentsOf(b: CodeBuilder, state: StateCells, order: Order): Moments {
  const n = countF64(b, state);
  const s1 = slotF64(b, state, 's1');
  const s2 = slotF64(b, state, 's2');
  const delta = let64(b, ['div', s1, n]);
  const mean = let64(b, ['add', slotF64(b, state, 'shift'), delta]);
  const m2 = let64(b, ['max', ['sub', s2, ['mul', delta, s1]], 0]);
  if (order === 2) return { n, mean, m2, m3: m2, m4: m2 };
  const s3 = slotF64(b, state, 's3');
  const square = let64(b, ['mul', delta, delta]);
  const m3 = let64(b, sumOf(s3, productOf(-3, delta, s2), productOf(2, square, s1)));
  const m4 = let64(
    b,
    sumOf(
      slotF64(b, state, 's4'),
      productOf(-4, delta, s3),
      productOf(6, square, s2),
      productOf(-3, square, delta, s1),
    ),
  );
  return { n, mean, m2, m3, m4 };
}

const powerSums = (order: Order, covers: readonly string[]): StateDefinition => ({
  name: `moments${order}`,
  slots: [
    COUNT,
    ...['shift', 's1', 's2', 's3', 's4']
      .slice(0, order + 1)
      .map((name) => ({ name, type: 'f64' }) as const),
  ],
  covers,
  update(b, state, [x]) {
    const value = localOf(x);
    emitShift(
      b,
      state,
      () => put(b, state, 'shift', value),
      () => movePowerSums(b, state, order),
    );
    bump(b, state);
    const d = let64(b, ['sub', value, slotF64(b, state, 'shift')]);
    const square = let64(b, ['mul', d, d]);
    addF64(b, state, 's1', () => b.get(d));
    addF64(b, state, 's2', () => b.get(square));
    if (order === 2) return;
    addF64(b, state, 's3', () => f64(b, ['mul', square, d]));
    addF64(b, state, 's4', () => f64(b, ['mul', square, square]));
  },
  merge: (b, into, from) => mergeMoments(b, into, from, order),
});

/** Sums of powers of x − K − e from those of x − K, by the binomial theorem. */
function movePowerSums(b: CodeBuilder, state: StateCells, order: Order): void {
  const n = countF64(b, state);
  const e = moveShift(b, state, { shift: 'shift', sum: 's1' }, n);
  const s1 = slotF64(b, state, 's1');
  const s2 = slotF64(b, state, 's2');
  const e2 = let64(b, ['mul', e, e]);
  if (order === 4) {
    const s3 = slotF64(b, state, 's3');
    const e3 = let64(b, ['mul', e2, e]);
    put(
      b,
      state,
      's4',
      sumOf(
        slotF64(b, state, 's4'),
        productOf(-4, e, s3),
        productOf(6, e2, s2),
        productOf(-4, e3, s1),
        productOf(e3, e, n),
      ),
    );
    put(
      b,
      state,
      's3',
      sumOf(s3, productOf(-3, e, s2), productOf(3, e2, s1), ['neg', ['mul', e3, n]]),
    );
  }
  put(b, state, 's2', sumOf(s2, productOf(-2, e, s1), ['mul', e2, n]));
  put(b, state, 's1', ['sub', s1, ['mul', e, n]]);
}

/** Count and the sums of first and second powers. */
export const MOMENTS_2: StateDefinition = powerSums(2, ['count']);

/** Count and the sums of first to fourth powers. */
export const MOMENTS_4: StateDefinition = powerSums(4, ['moments2', 'count']);

/**
 * The pairwise merge of central moments; the merged mean becomes the shift.
 *
 * Source: Chan, Golub and LeVeque (1979), STAN-CS-79-773; Pébay (2008), SAND2008-6212, equation 2.1.
 */
function mergeMoments(b: CodeBuilder, into: StateCells, from: StateCells, order: Order): void {
  const slots = ['shift', 's1', 's2', 's3', 's4'].slice(0, order + 1);
  countAbove(b, from, 0n);
  b.if([], () => {
    countAbove(b, into, 0n);
    b.if(
      [],
      () => mergeCentral(b, into, from, order),
      () => {
        for (const slot of slots) into.store(b, slot, () => from.load(b, slot));
      },
    );
    addI64(b, into, 'count', () => from.load(b, 'count'));
  });
}

function mergeCentral(b: CodeBuilder, into: StateCells, from: StateCells, order: Order): void {
  const x = momentsOf(b, into, order);
  const y = momentsOf(b, from, order);
  const n = let64(b, ['add', x.n, y.n]);
  const delta = let64(b, ['sub', y.mean, x.mean]);
  const deltaN = let64(b, ['div', delta, n]);
  const product = let64(b, ['mul', x.n, y.n]);
  const m2: F64Expr = sumOf(x.m2, y.m2, productOf(delta, deltaN, product));
  if (order === 4) {
    const deltaN2 = let64(b, ['mul', deltaN, deltaN]);
    const balance = sumOf(['mul', x.n, x.n], ['neg', product], ['mul', y.n, y.n]);
    const squares = sumOf(productOf(x.n, x.n, y.m2), productOf(y.n, y.n, x.m2));
    const cubes: F64Expr = ['sub', ['mul', x.n, y.m3], ['mul', y.n, x.m3]];
    put(
      b,
      into,
      's4',
      sumOf(
        x.m4,
        y.m4,
        productOf(delta, deltaN, deltaN2, product, balance),
        productOf(6, deltaN2, squares),
        productOf(4, deltaN, cubes),
      ),
    );
    const linear: F64Expr = ['sub', ['mul', x.n, y.m2], ['mul', y.n, x.m2]];
    put(
      b,
      into,
      's3',
      sumOf(
        x.m3,
        y.m3,
        productOf(delta, deltaN, deltaN, product, ['sub', x.n, y.n]),
        productOf(3, deltaN, linear),
      ),
    );
  }
  put(b, into, 's2', m2);
  put(b, into, 's1', 0);
  put(b, into, 'shift', ['add', x.mean, ['mul', deltaN, y.n]]);
}

/** Central moments of two variables. */
export interface Comoments {
  readonly n: Local;
  readonly meanY: Local;
  readonly meanX: Local;
  readonly syy: Local;
  readonly sxx: Local;
  readonly sxy: Local;
}

/** The central moments of a state that is not empty. */
export function comomentsOf(b: CodeBuilder, state: StateCells): Comoments {
  const n = countF64(b, state);
  const y = slotF64(b, state, 'sy');
  const x = slotF64(b, state, 'sx');
  const deltaY = let64(b, ['div', y, n]);
  const deltaX = let64(b, ['div', x, n]);
  return {
    n,
    meanY: let64(b, ['add', slotF64(b, state, 'shift_y'), deltaY]),
    meanX: let64(b, ['add', slotF64(b, state, 'shift_x'), deltaX]),
    syy: let64(b, ['max', ['sub', slotF64(b, state, 'syy'), ['mul', deltaY, y]], 0]),
    sxx: let64(b, ['max', ['sub', slotF64(b, state, 'sxx'), ['mul', deltaX, x]], 0]),
    sxy: let64(b, ['sub', slotF64(b, state, 'sxy'), ['mul', deltaX, y]]),
  };
}

const COMOMENT_SLOTS = ['shift_y', 'shift_x', 'sy', 'sx', 'syy', 'sxx', 'sxy'];

/** Two variables x and y: count, sums, sums of squares and of products. */
export const COMOMENTS: StateDefinition = {
  name: 'comoments',
  slots: [COUNT, ...COMOMENT_SLOTS.map((name) => ({ name, type: 'f64' }) as const)],
  covers: ['count'],
  update(b, state, [y, x]: readonly EmitValue[]) {
    emitShift(
      b,
      state,
      () => {
        put(b, state, 'shift_y', localOf(y));
        put(b, state, 'shift_x', localOf(x));
      },
      () => moveComoments(b, state),
    );
    bump(b, state);
    const dy = let64(b, ['sub', localOf(y), slotF64(b, state, 'shift_y')]);
    const dx = let64(b, ['sub', localOf(x), slotF64(b, state, 'shift_x')]);
    addF64(b, state, 'sy', () => b.get(dy));
    addF64(b, state, 'sx', () => b.get(dx));
    addF64(b, state, 'syy', () => f64(b, ['mul', dy, dy]));
    addF64(b, state, 'sxx', () => f64(b, ['mul', dx, dx]));
    addF64(b, state, 'sxy', () => f64(b, ['mul', dx, dy]));
  },
  merge(b, into, from) {
    countAbove(b, from, 0n);
    b.if([], () => {
      countAbove(b, into, 0n);
      b.if(
        [],
        () => mergeComoments(b, into, from),
        () => {
          for (const slot of COMOMENT_SLOTS) into.store(b, slot, () => from.load(b, slot));
        },
      );
      addI64(b, into, 'count', () => from.load(b, 'count'));
    });
  },
};

function moveComoments(b: CodeBuilder, state: StateCells): void {
  const n = countF64(b, state);
  const ey = moveShift(b, state, { shift: 'shift_y', sum: 'sy' }, n);
  const ex = moveShift(b, state, { shift: 'shift_x', sum: 'sx' }, n);
  const y = slotF64(b, state, 'sy');
  const x = slotF64(b, state, 'sx');
  const move = (slot: string, ...terms: readonly F64Expr[]): void =>
    put(b, state, slot, sumOf(slotF64(b, state, slot), ...terms));
  move('sxy', ['neg', ['mul', ey, x]], ['neg', ['mul', ex, y]], productOf(ex, ey, n));
  move('syy', productOf(-2, ey, y), productOf(ey, ey, n));
  move('sxx', productOf(-2, ex, x), productOf(ex, ex, n));
  put(b, state, 'sy', ['sub', y, ['mul', ey, n]]);
  put(b, state, 'sx', ['sub', x, ['mul', ex, n]]);
}

function mergeComoments(b: CodeBuilder, into: StateCells, from: StateCells): void {
  const one = comomentsOf(b, into);
  const other = comomentsOf(b, from);
  const n = let64(b, ['add', one.n, other.n]);
  const deltaY = let64(b, ['sub', other.meanY, one.meanY]);
  const deltaX = let64(b, ['sub', other.meanX, one.meanX]);
  const weight = let64(b, ['div', ['mul', one.n, other.n], n]);
  const share = let64(b, ['div', other.n, n]);
  put(b, into, 'syy', sumOf(one.syy, other.syy, productOf(deltaY, deltaY, weight)));
  put(b, into, 'sxx', sumOf(one.sxx, other.sxx, productOf(deltaX, deltaX, weight)));
  put(b, into, 'sxy', sumOf(one.sxy, other.sxy, productOf(deltaX, deltaY, weight)));
  put(b, into, 'sy', 0);
  put(b, into, 'sx', 0);
  put(b, into, 'shift_y', ['add', one.meanY, ['mul', deltaY, share]]);
  put(b, into, 'shift_x', ['add', one.meanX, ['mul', deltaX, share]]);
}
