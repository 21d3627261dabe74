import type { Difference } from './outcome.ts';

interface Allowance {
  readonly reason: string;
  readonly sql: RegExp;
  readonly difference: RegExp;
}

/** Where the two databases differ on purpose. */
const ALLOWANCES: readonly Allowance[] = [
  {
    reason: 'regr_count is BIGINT, as every count',
    sql: /regr_count/,
    difference: /^types: .*BIGINT.* instead of .*UINTEGER/,
  },
  {
    reason: 'known, and refused with a message of its own',
    sql: /exclude/,
    difference: /^error: unsupported: \w+ does not support EXCLUDE/,
  },
  {
    reason: 'values of more than eight bytes have no quantiles, and are refused',
    sql: /quantile_disc/,
    difference:
      /^error: bind: function quantile_disc\((DECIMAL\(2\d|DECIMAL\(3\d|HUGEINT|INTERVAL)/,
  },
  {
    reason: 'known, and refused with a message of its own',
    sql: /range between/,
    difference: /^error: unsupported: RANGE offsets of HUGEINT/,
  },
  {
    reason:
      'a common decimal type keeps the greater scale, there it keeps the digits before the point',
    sql: /sum\(/,
    difference: /^types: .*DECIMAL\(38,\d+\).* instead of .*DECIMAL\(38,\d+\)/,
  },
  {
    reason: 'DuckDB has no membership among intervals',
    sql: /(any|all|in) \(select/,
    difference: /^missing error: .*Unimplemented type for mark join/,
  },
  {
    reason: 'known, and refused with a message of its own',
    sql: /distinct/,
    difference: /^error: unsupported: DISTINCT inside sum over a window/,
  },
  {
    reason: 'a RANGE bound beyond the type of its key reaches to the end',
    sql: /range between/,
    difference: /^missing error: .*Overflow in (addition|subtraction)/,
  },
  {
    reason: 'the negative of an unsigned integer is signed',
    sql: /\(- r\d+\.unsigned\)/,
    difference: /^types: .*BIGINT.* instead of .*UINTEGER/,
  },
  {
    reason: 'there, a call of a constant NULL is an untyped NULL, which is INTEGER',
    sql: /null::/,
    difference: /^types: .* instead of .*INTEGER/,
  },
  {
    reason: 'there, integer literals in CASE take the type of a column only if it comes first',
    sql: /case /,
    difference: /^types: .*(TINYINT|SMALLINT).* instead of .*INTEGER/,
  },
];

export const isAllowed = (sql: string, { kind, detail }: Difference): boolean =>
  ALLOWANCES.some(
    (allowance) => allowance.sql.test(sql) && allowance.difference.test(`${kind}: ${detail}`),
  );
