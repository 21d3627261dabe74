import { type AggregateFunction, DOUBLE, type StateDefinition } from '@windrow/core';
import { example } from '../define.ts';
import {
  addF64,
  addI64,
  countAbove,
  countF64,
  f64,
  finishF64,
  get,
  localOf,
  slotF64,
} from './emit.ts';

/** Product of doubles; zeros are ordinary factors. */
const PRODUCT: StateDefinition = {
  name: 'product',
  slots: [
    { name: 'count', type: 'i64' },
    { name: 'product', type: 'f64' },
  ],
  covers: ['count'],
  update(b, state, [value]) {
    // A zeroed state means an empty product.
    state.store(b, 'product', () => {
      state.load(b, 'product');
      b.f64(1);
      countAbove(b, state, 0n);
      b.op('select');
      get(b, value);
      b.op('f64.mul');
    });
    addI64(b, state, 'count', () => b.i64(1n));
  },
  merge(b, into, from) {
    countAbove(b, from, 0n);
    b.if([], () => {
      into.store(b, 'product', () => {
        into.load(b, 'product');
        b.f64(1);
        countAbove(b, into, 0n);
        b.op('select');
        from.load(b, 'product');
        b.op('f64.mul');
      });
      addI64(b, into, 'count', () => from.load(b, 'count'));
    });
  },
};

/** Sum of logarithms. */
const LOG_SUM: StateDefinition = {
  name: 'log_sum',
  slots: [
    { name: 'count', type: 'i64' },
    { name: 'sum', type: 'f64' },
  ],
  covers: ['count'],
  update(b, state, [value]) {
    const x = localOf(value);
    b.get(x);
    b.f64(0);
    b.op('f64.lt');
    b.if([], () => {
      b.raise({ sqlState: '22003', message: 'geometric_mean is not defined for negative values' });
    });
    addI64(b, state, 'count', () => b.i64(1n));
    addF64(b, state, 'sum', () => {
      b.get(x);
      b.callKernel('mathLog', ['f64'], ['f64']);
    });
  },
  merge(b, into, from) {
    addI64(b, into, 'count', () => from.load(b, 'count'));
    addF64(b, into, 'sum', () => from.load(b, 'sum'));
  },
};

const common = {
  kind: 'aggregate',
  category: 'statistics',
  nulls: 'skip',
  ordered: false,
} as const;

/** Products and means of products. */
export const PRODUCT_AGGREGATES: readonly AggregateFunction[] = [
  {
    ...common,
    name: 'product',
    aliases: [],
    doc: {
      summary: 'Product of the values as DOUBLE.',
      examples: [example('product(x) from (values (2), (3)) t(x)', '6.0')],
      source: 'DuckDB',
    },
    overloads: [
      {
        signature: { args: [DOUBLE], returns: DOUBLE },
        implementation: {
          kind: 'state',
          state: () => PRODUCT,
          finish: (b, state) =>
            finishF64(
              b,
              () => countAbove(b, state, 0n),
              () => state.load(b, 'product'),
            ),
        },
      },
    ],
  },
  {
    ...common,
    name: 'geometric_mean',
    aliases: ['geomean'],
    doc: {
      summary: 'exp(mean(ln x)); 0 when a value is 0, an error for negative ones.',
      examples: [example('geometric_mean(x) from (values (1), (4)) t(x)', '2.0')],
      source: 'scipy.stats.gmean',
    },
    overloads: [
      {
        signature: { args: [DOUBLE], returns: DOUBLE },
        implementation: {
          kind: 'state',
          state: () => LOG_SUM,
          finish: (b, state) =>
            finishF64(
              b,
              () => countAbove(b, state, 0n),
              () => {
                f64(b, ['div', slotF64(b, state, 'sum'), countF64(b, state)]);
                b.callKernel('mathExp', ['f64'], ['f64']);
              },
            ),
        },
      },
    ],
  },
];
