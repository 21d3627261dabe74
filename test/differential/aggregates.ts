import { expression, type ScopeColumn } from './expressions.ts';
import { clause, type Family, type Fragment, text } from './fragment.ts';
import type { Random } from './random.ts';

/** A call, and the family of what it yields. */
type Template = readonly [sql: string, yields: Family | 'same'];

const AGGREGATES: readonly Template[] = [
  ['count(*)', 'integer'],
  ['count($any)', 'integer'],
  ['count(distinct $any)', 'integer'],
  ['sum($integer)', 'integer'],
  ['sum($decimal)', 'decimal'],
  ['sum($double)', 'double'],
  ['sum(distinct $integer)', 'integer'],
  ['avg($integer)', 'double'],
  ['avg($decimal)', 'double'],
  ['avg($double)', 'double'],
  ['min($any)', 'same'],
  ['max($any)', 'same'],
  ['bool_and($boolean)', 'boolean'],
  ['bool_or($boolean)', 'boolean'],
  ['count_if($boolean)', 'integer'],
  ['bit_and($integer)', 'integer'],
  ['bit_or($integer)', 'integer'],
  ['bit_xor($integer)', 'integer'],
];

/** Those whose answer is exact only over small integers, and those that need more of a frame. */
const STATISTICS: readonly Template[] = [
  ['var_samp($small)', 'double'],
  ['var_pop($small)', 'double'],
  ['stddev_samp($small)', 'double'],
  ['stddev_pop($small)', 'double'],
  ['median($integer)', 'double'],
  ['median(cast($double as double))', 'double'],
  ['quantile_cont($small, 0.25)', 'double'],
  ['quantile_disc($any, 0.75)', 'same'],
  ['covar_pop($small, $small)', 'double'],
  ['regr_count($small, $small)', 'integer'],
];

/** Those that see rows in an order; `$order` is one that leaves no ties. */
const ORDERED: readonly Template[] = [
  ["string_agg($text, ',' order by $order)", 'text'],
  ['first($any order by $order)', 'same'],
  ['last($any order by $order)', 'same'],
  ['any_value($any order by $order)', 'same'],
];

const ANY: readonly Family[] = [
  'boolean',
  'integer',
  'decimal',
  'double',
  'text',
  'date',
  'timestamp',
];

/** An aggregate call over the rows of a scope; `keys` identify a row, where they are known. */
export function aggregate(
  random: Random,
  columns: readonly ScopeColumn[],
  keys: readonly string[],
): { readonly call: Fragment; readonly family: Family } {
  const templates = [AGGREGATES, AGGREGATES, STATISTICS, keys.length > 0 ? ORDERED : AGGREGATES];
  const [sql, yields] = random.pick(random.pick(templates));
  const any = random.pick(ANY);
  const parts = sql.split(/(\$[a-z]+)/).map((part): string | Fragment => {
    switch (part) {
      case '$order':
        return keys.join(', ');
      case '$small':
        return random.pick(columns.filter(({ family }) => family === 'integer')).sql;
      default: {
        if (!part.startsWith('$')) return part;
        const family = part === '$any' ? any : (part.slice(1) as Family);
        return expression(random, family, columns, 1);
      }
    }
  });
  const filter = clause(' filter (where ', expression(random, 'boolean', columns, 1), ')');
  const call = text(...parts, ...(random.chance(20) ? [filter] : []));
  return { call, family: yields === 'same' ? any : yields };
}
