import { type Catalog, INTEGER, type LiteralValue, type TableStatistics } from '@windrow/core';
import fc from 'fast-check';
import type { TestRows } from './interpret.ts';
import { table, testCatalog } from './tables.ts';

/*
 * Random queries over four small tables of small integers, NULLs among them: few enough values that
 * everything meets everything.
 */

const TABLES: Readonly<Record<string, readonly string[]>> = {
  r: ['a', 'b', 'c'],
  s: ['a', 'd'],
  t: ['d', 'e'],
  w: ['k', 'b'],
};

/**
 * The statistics speak of large tables, whatever rows a test puts into them: so that the rules find
 * their work worth while. Only what is true of all rows may come from them, and that is nothing.
 */
export const SMALL_CATALOG: Catalog = testCatalog({
  r: table({ a: INTEGER, b: INTEGER, c: INTEGER }, sized(1_000_000, 1_000, 50_000, 20)),
  s: table({ a: INTEGER, d: INTEGER }, sized(30_000, 30_000, 100)),
  t: table({ d: INTEGER, e: INTEGER }, sized(50, 50, 5)),
  w: table({ k: [INTEGER], b: INTEGER }, sized(200_000, 200_000, 100)),
});

function sized(rowCount: number, ...distinct: readonly number[]): Partial<TableStatistics> {
  return { rowCount, columns: distinct.map((distinctCount) => ({ distinctCount })) };
}

const value = fc.option(fc.integer({ min: 0, max: 3 }), { freq: 4 });

const rowsOf = (name: string): fc.Arbitrary<readonly (readonly LiteralValue[])[]> =>
  fc.array(
    fc.tuple(...(TABLES[name] ?? []).map((column) => (column === 'k' ? fc.nat(3) : value))),
    { maxLength: 5 },
  );

/** Rows for all four tables. */
export const arbitraryRows: fc.Arbitrary<TestRows> = fc.record({
  r: rowsOf('r'),
  s: rowsOf('s'),
  t: rowsOf('t'),
  w: rowsOf('w'),
});

/** A piece of a FROM clause and the columns it shows. */
interface From {
  readonly sql: string;
  readonly columns: readonly string[];
}

/** A random choice among given things, driven by numbers so that it shrinks. */
type Pick = <T>(from: readonly T[]) => T;

/** Grows a query from a stream of numbers: shorter streams give simpler queries. */
class Grower {
  readonly #numbers: readonly number[];
  #at = 0;
  #aliases = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  readonly pick: Pick = <T>(from: readonly T[]): T => from[this.number() % from.length] as T;

  number(): number {
    const next = this.#numbers[this.#at] ?? 0;
    this.#at += 1;
    return next;
  }

  query(): string {
    const shape = this.pick([
      'plain',
      'plain',
      'grouped',
      'distinct',
      'union',
      'limited',
      'cte',
      'ranked',
    ]);
    switch (shape) {
      case 'union': {
        const operator = this.pick([
          'union',
          'union all',
          'except',
          'intersect',
          'except all',
          'intersect all',
        ]);
        return `${this.select(2, [])} ${operator} ${this.select(2, [])}`;
      }
      case 'distinct':
        return this.select(2, []).replace('select', 'select distinct');
      case 'limited':
        return `select * from (${this.select(2, [])}) q (x, y) order by x, y limit ${this.pick([1, 3])}`;
      case 'cte': {
        const on = this.pick(['p.x = q.x', 'p.y = q.x', 'p.x = 1']);
        const kind = this.pick(['join', 'left join', 'full join']);
        return `with z (x, y) as (${this.select(2, [])}) select p.x, q.y from z p ${kind} z q on ${on} where ${this.pick(['p.x = 2', 'q.y is null', 'p.y > q.x', 'true'])}`;
      }
      case 'grouped':
        return this.grouped();
      case 'ranked':
        return this.ranked();
      default:
        return this.select(2, []);
    }
  }

  grouped(): string {
    const from = this.from(this.pick([1, 2, 3]), []);
    const [key, argument] = [this.pick(from.columns), this.pick(from.columns)];
    const call = this.pick([
      'count(*)',
      `count(${argument})`,
      `min(${argument})`,
      `sum(${argument})`,
      `count(distinct ${argument})`,
    ]);
    const having = this.pick(['', ` having ${key} > 1`, ` having ${call} > 1`]);
    const sets = this.pick([key, key, `rollup (${key})`]);
    return `select ${key}, ${call} from ${from.sql} where ${this.condition(from.columns, 1)} group by ${sets}${having}`;
  }

  /** Windows over one or two partitions, and a condition on what they computed. */
  ranked(): string {
    const from = this.from(this.pick([1, 2]), []);
    const [p, q, o] = [this.pick(from.columns), this.pick(from.columns), this.pick(from.columns)];
    const second = this.pick([
      `rank() over (partition by ${p} order by ${o})`,
      `sum(${o}) over (partition by ${p})`,
      `count(*) over (partition by ${q} order by ${o})`,
      `min(${q}) over (partition by ${p}, ${q} order by ${o} desc)`,
    ]);
    const windows = `rank() over (partition by ${p} order by ${o}) as x, ${second} as y`;
    const where = this.pick([
      'x <= 1',
      'x = 2',
      'x < 3 and y > 1',
      'p = 1',
      'p = 1 and q > 0',
      'y = 2',
    ]);
    const shown = this.pick(['p, q', 'p, x', 'x, y']);
    return `select ${shown} from (select ${p} as p, ${q} as q, ${windows} from ${from.sql}) w where ${where}`;
  }

  /** `select` of so many columns; `outer` are columns of the enclosing query. */
  select(count: number, outer: readonly string[]): string {
    const from = this.from(this.pick([1, 2, 2, 3, 4]), outer);
    const columns = Array.from({ length: count }, () => this.pick(from.columns));
    const where = this.condition([...from.columns, ...outer], 2);
    return `select ${columns.join(', ')} from ${from.sql} where ${where}`;
  }

  from(tables: number, outer: readonly string[]): From {
    if (tables === 1) return this.table();
    const left = this.from(this.pick([tables - 1, 1]), outer);
    const right = this.from(Math.max(1, tables - left.sql.split('_').length + 1), outer);
    const kind = this.pick([
      'join',
      'join',
      'left join',
      'right join',
      'full join',
      'semi join',
      'anti join',
      ',',
    ]);
    const both = [...left.columns, ...right.columns];
    if (kind === ',') return { sql: `${left.sql} cross join ${right.sql}`, columns: both };
    const [a, b] = [this.pick(left.columns), this.pick(right.columns)];
    const condition = `${a} ${this.pick(['=', '=', '=', '<', '<='])} ${b}`;
    const more = this.pick([
      '',
      '',
      ` and ${this.comparison(both)}`,
      ` or ${this.comparison(both)}`,
    ]);
    const hides = kind === 'semi join' || kind === 'anti join';
    return {
      sql: `(${left.sql} ${kind} ${right.sql} on ${condition}${more})`,
      columns: hides ? left.columns : both,
    };
  }

  table(): From {
    const name = this.pick(Object.keys(TABLES));
    const alias = `${name}_${this.#aliases}`;
    this.#aliases += 1;
    const columns = TABLES[name] ?? [];
    const derived = this.pick([false, false, false, true]);
    const source = derived
      ? `(select ${columns.map((c) => this.pick([c, c, `${c} + 1 as ${c}`])).join(', ')} from ${name})`
      : name;
    return { sql: `${source} ${alias}`, columns: columns.map((c) => `${alias}.${c}`) };
  }

  condition(columns: readonly string[], depth: number): string {
    const parts = ['comparison', 'comparison', 'comparison', 'or', 'and', 'not'];
    if (depth > 0) parts.push('exists', 'in', 'not in', 'scalar', 'mark');
    switch (this.pick(parts)) {
      case 'or':
        return `(${this.comparison(columns)} or ${this.comparison(columns)} and ${this.comparison(columns)})`;
      case 'and':
        return `${this.condition(columns, depth - 1)} and ${this.condition(columns, depth - 1)}`;
      case 'not':
        return `not (${this.comparison(columns)} ${this.pick(['and', 'or'])} ${this.comparison(columns)})`;
      case 'exists':
        return `${this.pick(['', 'not '])}exists (${this.#subquery(columns, depth)})`;
      case 'in':
        return `${this.pick(columns)} in (${this.#subquery(columns, depth)})`;
      case 'not in':
        return `${this.pick(columns)} not in (${this.#subquery(columns, depth)})`;
      case 'mark':
        return `(${this.comparison(columns)} or ${this.pick(columns)} ${this.pick(['in', 'not in'])} (${this.#subquery(columns, depth)}))`;
      case 'scalar': {
        const inner = this.table();
        const call = this.pick(['min', 'max', 'count', 'sum']);
        const where = this.comparison([...inner.columns, ...columns]);
        return `${this.pick(columns)} <= (select ${call}(${this.pick(inner.columns)}) from ${inner.sql} where ${where})`;
      }
      default:
        return this.comparison(columns);
    }
  }

  #subquery(columns: readonly string[], depth: number): string {
    const inner = this.from(this.pick([1, 1, 2]), columns);
    const where = this.condition(
      [...inner.columns, ...this.pick([columns, columns, []])],
      depth - 1,
    );
    return `select ${this.pick(inner.columns)} from ${inner.sql} where ${where}`;
  }

  comparison(columns: readonly string[]): string {
    const column = this.pick(columns);
    return this.pick([
      `${column} = ${this.pick(columns)}`,
      `${column} = ${this.pick([0, 1, 2])}`,
      `${column} > ${this.pick([0, 1, 2])}`,
      `${column} < ${this.pick(columns)}`,
      `${column} is null`,
      `${column} is not null`,
      `${column} in (1, ${this.pick(['2', '3', 'null'])})`,
      `${column} is not distinct from ${this.pick(columns)}`,
      `${column} <> ${this.pick([0, 1, 2])}`,
    ]);
  }
}

/** A random query as SQL. */
export const arbitraryQuery: fc.Arbitrary<string> = fc
  .array(fc.nat(1000), { minLength: 60, maxLength: 140, size: 'max' })
  .map((numbers) => new Grower(numbers).query());
