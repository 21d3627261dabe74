import type { BenchSuite } from '../suite.ts';
import { randomBelow } from './random.ts';

const sales = `
  select
    (90000 + ${randomBelow(10_410_000, 1)})::DOUBLE / 100 as price,
    (${randomBelow(11, 2)})::DOUBLE / 100 as discount,
    ${randomBelow(1_000, 3)}::INTEGER as quantity,
    'part-' || ${randomBelow(50_000, 4)} as part,
    case when ${randomBelow(10, 5)} = 0 then null
         else (${randomBelow(1_000_000, 6)})::DOUBLE / 100 end as cost
  from range({rows}) t(i)`;

/** User functions in JavaScript: each engine by its own Node API, the rows of a query in between. */
export const udf: BenchSuite = {
  name: 'udf',
  rows: 1_000_000,
  tables: [{ name: 'sales', generator: sales }],
  functions: [
    {
      kind: 'scalar',
      name: 'discounted',
      mode: 'row',
      parameters: ['DOUBLE', 'DOUBLE'],
      returns: 'DOUBLE',
      source: '(price, discount) => price * (1 - discount)',
    },
    {
      kind: 'scalar',
      name: 'discounted_column',
      mode: 'vector',
      parameters: ['DOUBLE', 'DOUBLE'],
      returns: 'DOUBLE',
      source: '(price, discount) => price * (1 - discount)',
      vectorSource: `(prices, discounts) => {
        const out = new Float64Array(prices.length);
        for (let i = 0; i < out.length; i++) out[i] = prices[i] * (1 - discounts[i]);
        return out;
      }`,
    },
    {
      kind: 'scalar',
      name: 'is_large',
      mode: 'row',
      parameters: ['DOUBLE'],
      returns: 'BOOLEAN',
      source: '(price) => price > 60000',
    },
    {
      kind: 'scalar',
      name: 'collatz',
      mode: 'row',
      parameters: ['INTEGER'],
      returns: 'INTEGER',
      source: `(n) => {
        let steps = 0;
        for (let x = n + 1; x !== 1; steps++) x = x % 2 === 0 ? x / 2 : 3 * x + 1;
        return steps;
      }`,
    },
    {
      kind: 'scalar',
      name: 'shout',
      mode: 'row',
      parameters: ['VARCHAR'],
      returns: 'VARCHAR',
      source: "(text) => text.toUpperCase() + '!'",
    },
    {
      kind: 'scalar',
      name: 'last_digit',
      mode: 'row',
      parameters: ['VARCHAR'],
      returns: 'INTEGER',
      source: '(text) => text.charCodeAt(text.length - 1) - 48',
    },
    {
      kind: 'aggregate',
      name: 'geometric_mean',
      parameters: ['DOUBLE'],
      returns: 'DOUBLE',
      source: `({
        init: () => ({ sum: 0, count: 0 }),
        step: (state, x) => { state.sum += Math.log(x); state.count += 1; },
        merge: (a, b) => ({ sum: a.sum + b.sum, count: a.count + b.count }),
        final: (state) => (state.count === 0 ? null : Math.exp(state.sum / state.count)),
      })`,
    },
  ],
  cases: [
    {
      name: 'scalar, projection',
      sql: 'select sum(discounted(price, discount)) from sales',
    },
    {
      name: 'scalar, filter',
      sql: 'select count(*), sum(price) from sales where is_large(price)',
    },
    {
      name: 'scalar, expensive',
      sql: 'select sum(collatz(quantity)) from sales',
    },
    {
      name: 'vector, projection',
      sql: 'select sum(discounted_column(price, discount)) from sales',
    },
    {
      name: 'vector, filter',
      sql: 'select count(*) from sales where discounted_column(price, discount) > 50000',
    },
    {
      name: 'string result, projection',
      sql: 'select count(distinct s), max(s) from (select shout(part) as s from sales)',
    },
    {
      name: 'string argument, filter',
      sql: 'select count(*), sum(price) from sales where last_digit(part) = 7',
    },
    {
      name: 'scalar under GROUP BY',
      sql: `select count(*), sum(s) from (
              select part, sum(discounted(price, discount)) as s from sales group by part)`,
    },
    {
      name: 'aggregate, one group',
      sql: 'select geometric_mean(price) from sales',
      sqlFor: { duckdb: 'select price from sales' },
      foldFor: {
        duckdb: `([prices]) => {
          let sum = 0;
          for (let i = 0; i < prices.length; i++) sum += Math.log(prices[i]);
          return [[Math.exp(sum / prices.length)]];
        }`,
      },
    },
    {
      name: 'aggregate, 1,000 groups',
      sql: `select count(*), sum(g) from (
              select geometric_mean(price) as g from sales group by quantity)`,
      sqlFor: { duckdb: 'select quantity, price from sales' },
      foldFor: {
        duckdb: `([keys, prices]) => {
          const states = new Map();
          for (let i = 0; i < keys.length; i++) {
            let state = states.get(keys[i]);
            if (state === undefined) states.set(keys[i], (state = { sum: 0, count: 0 }));
            state.sum += Math.log(prices[i]);
            state.count += 1;
          }
          let total = 0;
          for (const { sum, count } of states.values()) total += Math.exp(sum / count);
          return [[states.size, total]];
        }`,
      },
    },
  ],
};
