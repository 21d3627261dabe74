import { aggregate } from './aggregates.ts';
import { expression, FAMILIES, type ScopeColumn } from './expressions.ts';
import type { Family, Fragment } from './fragment.ts';
import { text } from './fragment.ts';
import type { Random } from './random.ts';

const BOUNDS = [
  'unbounded preceding',
  'N preceding',
  'current row',
  'N following',
  'unbounded following',
];
const EXCLUDES = [
  '',
  '',
  '',
  ' exclude current row',
  ' exclude group',
  ' exclude ties',
  ' exclude no others',
];
const RANKINGS = ['rank()', 'dense_rank()', 'percent_rank()', 'cume_dist()'];
const POSITIONS = ['row_number()', 'ntile(3)', 'ntile(7)'];

export const orderTerm = (random: Random, sql: string): string =>
  `${sql}${random.pick(['', ' asc', ' desc'])}${random.pick(['', ' nulls first', ' nulls last'])}`;

/**
 * A window call whose answer does not depend on how ties are ordered: either the order of its window is
 * total, or the function and the frame treat peers alike.
 */
export function windowCall(
  random: Random,
  columns: readonly ScopeColumn[],
  keys: readonly string[],
): { readonly call: Fragment; readonly family: Family } {
  const partition = random.chance(70)
    ? `partition by ${random.several(1, 2, () => random.pick(columns).sql).join(', ')}`
    : '';
  const isTotal = keys.length > 0 && random.chance(65);
  const terms = random.several(isTotal ? 0 : 1, 2, () =>
    orderTerm(random, random.pick(columns).sql),
  );
  const order = `order by ${[...terms, ...(isTotal ? keys : [])].join(', ')}`;
  const frame = random.chance(70) ? frameOf(random, columns, isTotal) : undefined;
  const over = ` over (${partition} ${frame?.order ?? order}${frame === undefined ? '' : ` ${frame.sql}`})`;
  const { call, family } = functionOf(random, columns, isTotal && frame?.order === undefined);
  return { call: text(call, over), family };
}

function functionOf(
  random: Random,
  columns: readonly ScopeColumn[],
  isTotal: boolean,
): { readonly call: Fragment; readonly family: Family } {
  const roll = random.below(100);
  if (!isTotal && roll < 70) return aggregate(random, columns, []);
  if (!isTotal) return ranking(random.pick(RANKINGS));
  if (roll < 40) return aggregate(random, columns, []);
  if (roll < 60) return ranking(random.pick([...RANKINGS, ...POSITIONS]));
  return valueFunction(random, columns);
}

const ranking = (name: string): { readonly call: Fragment; readonly family: Family } => ({
  call: text(name),
  family: name.startsWith('p') || name.startsWith('c') ? 'double' : 'integer',
});

function valueFunction(
  random: Random,
  columns: readonly ScopeColumn[],
): { readonly call: Fragment; readonly family: Family } {
  const family = random.pick(FAMILIES);
  const value = expression(random, family, columns, 1);
  const nulls = random.pick(['', '', ' ignore nulls', ' respect nulls']);
  switch (random.below(5)) {
    case 0:
      return { call: text('first_value(', value, `${nulls})`), family };
    case 1:
      return { call: text('last_value(', value, `${nulls})`), family };
    case 2:
      return { call: text('nth_value(', value, `, ${random.between(1, 3)}${nulls})`), family };
    default: {
      const name = random.pick(['lag', 'lead']);
      const rest = random.pick(['', ', 2', ', 0', ', -1', ', 40']);
      if (rest === '' || random.chance(50)) {
        return { call: text(`${name}(`, value, `${rest}${nulls})`), family };
      }
      const otherwise = expression(random, family, columns, 0);
      return { call: text(`${name}(`, value, rest, ', ', otherwise, `${nulls})`), family };
    }
  }
}

/** A frame; RANGE with offsets brings the single key that it needs. */
function frameOf(
  random: Random,
  columns: readonly ScopeColumn[],
  isTotal: boolean,
): { readonly sql: string; readonly order: string | undefined } {
  const units = isTotal
    ? random.pick(['rows', 'rows', 'groups', 'range'])
    : random.pick(['groups', 'range']);
  const first = random.between(0, 3);
  const last = random.between(Math.max(first, 1), 4);
  const exclude = isTotal ? random.pick(EXCLUDES) : '';
  let order: string | undefined;
  // A frame that starts behind its end has count(*) below 0 in DuckDB: offsets ascend towards the end.
  const near = random.between(0, 2);
  const far = near + random.between(0, 2);
  let offset = (rows: number): string => String(rows);
  const hasOffset = first === 1 || first === 3 || last === 1 || last === 3;
  if (units === 'range' && hasOffset) {
    const key = random.pick(
      columns.filter(({ family }) => ['integer', 'date', 'timestamp', 'double'].includes(family)),
    );
    order = `order by ${orderTerm(random, key.sql)}`;
    if (key.family === 'date') offset = (rows) => `interval ${rows * 2} days`;
    if (key.family === 'timestamp') offset = (rows) => `interval ${rows * 300} hours`;
  }
  const bound = (index: number, rows: number): string =>
    (BOUNDS[index] ?? '').replace('N', offset(rows));
  const from = bound(first, first === 1 ? far : near);
  const to = bound(last, last === 1 ? near : far);
  return { sql: `${units} between ${from} and ${to}${exclude}`, order };
}
