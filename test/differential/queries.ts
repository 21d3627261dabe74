import { aggregate } from './aggregates.ts';
import { expression, FAMILIES, type ScopeColumn } from './expressions.ts';
import { clause, type Family, type Fragment, list, print, text } from './fragment.ts';
import type { Random } from './random.ts';
import { COLUMNS } from './tables.ts';
import { orderTerm, windowCall } from './windows.ts';

/** What FROM makes visible. `keys` together identify a row; none are known when it is empty. */
interface Relation {
  readonly sql: Fragment;
  readonly columns: readonly ScopeColumn[];
  readonly keys: readonly string[];
}

/** A query whose columns are named c1, c2, …, of these families. */
interface Query {
  readonly sql: Fragment;
  readonly families: readonly Family[];
}

interface Context {
  readonly random: Random;
  /** Levels of subqueries that may still be nested. */
  readonly depth: number;
  /** Columns of enclosing queries. */
  readonly outer: readonly ScopeColumn[];
  readonly names: { next: number };
}

/** A random query that has one right answer, as a multiset of rows; in order, when it ends in ORDER BY. */
export function randomQuery(random: Random): Fragment {
  const context: Context = { random, depth: 2, outer: [], names: { next: 1 } };
  const query = random.chance(20) ? setOperation(context) : select(context);
  if (!random.chance(30)) return query.sql;
  return text(query.sql, orderAndLimit(random, query.families.length));
}

const SMALL_TABLES = ['rows_some', 'rows_some', 'rows_few', 'rows_few', 'rows_one', 'rows_none'];
const WEIGHTED_TABLES = [...SMALL_TABLES, 'rows_many', 'rows_many', 'rows_some', 'rows_few'];

/** What min and max take. */
const COMPARED = FAMILIES.filter((family) => family !== 'interval');

const inner = (context: Context): Context => ({ ...context, depth: context.depth - 1 });

const columnNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `c${index + 1}`);

/** By all columns, so that a limit has one right answer. */
function orderAndLimit(random: Random, count: number): Fragment {
  const start = random.below(count);
  const names = columnNames(count);
  const order = [...names.slice(start), ...names.slice(0, start)].map((name) =>
    orderTerm(random, name),
  );
  const limit = random.chance(60) ? ` limit ${random.pick([0, 1, 3, 10, 1000])}` : '';
  const offset = random.chance(25) ? ` offset ${random.pick([0, 1, 5])}` : '';
  return {
    parts: [` order by ${order.join(', ')}${limit}${offset}`],
    simpler: ['', ` order by ${order.join(', ')}`],
  };
}

function setOperation(context: Context): Query {
  const { random } = context;
  const families = random.several(1, 3, () => random.pick(COMPARED));
  const left = select(inner(context), families);
  const right = select(inner(context), families);
  const operator = random.pick(['union', 'intersect', 'except']);
  const all = random.pick(['', ' all']);
  return { sql: text('(', left.sql, `) ${operator}${all} (`, right.sql, ')'), families };
}

function select(context: Context, wanted?: readonly Family[]): Query {
  const { random } = context;
  const roll = random.below(100);
  if (context.depth > 0 && wanted === undefined && roll < 8) return withClause(context);
  const relation = from(context);
  if (roll < 40) return grouped(context, relation, wanted);
  if (roll < 62) return windowed(context, relation, wanted);
  return plain(context, relation, wanted);
}

function plain(context: Context, relation: Relation, wanted?: readonly Family[]): Query {
  const { random } = context;
  const families = wanted ?? random.several(1, 4, () => random.pick(FAMILIES));
  const columns = [...relation.columns, ...context.outer];
  const items = families.map((family, index) =>
    text(scalar(context, family, columns), ` as c${index + 1}`),
  );
  const distinct = random.chance(20) ? [clause('distinct ')] : [];
  return {
    sql: text('select ', ...distinct, list(items), ' from ', relation.sql, where(context, columns)),
    families,
  };
}

function grouped(context: Context, relation: Relation, wanted?: readonly Family[]): Query {
  const { random } = context;
  const columns = relation.columns;
  const groups = (wanted?.slice(0, 2) ?? random.several(0, 2, () => random.pick(FAMILIES))).map(
    (family, index) => ({
      family,
      name: `c${index + 1}`,
      sql: expression(random, family, columns, random.pick([0, 0, 0, 1, 2])),
    }),
  );
  const calls = (wanted?.slice(2) ?? random.several(1, 3, () => undefined)).map((family) =>
    family === undefined
      ? aggregate(random, columns, relation.keys)
      : { call: text('max(', expression(random, family, columns, 1), ')'), family },
  );
  const items = [
    ...groups.map(({ sql, name }) => text(sql, ` as ${name}`)),
    ...calls.map(({ call }, index) => text(call, ` as c${groups.length + index + 1}`)),
  ];
  const having = text(' having ', aggregate(random, columns, []).call, ' is not null');
  return {
    sql: text(
      'select ',
      list(items),
      ' from ',
      relation.sql,
      where(context, columns),
      ...(groups.length > 0
        ? [
            groupBy(
              random,
              groups.map(({ sql }) => print(sql)),
            ),
          ]
        : []),
      ...(random.chance(20) ? [clause(having)] : []),
    ),
    families: [...groups.map(({ family }) => family), ...calls.map(({ family }) => family)],
  };
}

function groupBy(random: Random, expressions: readonly string[]): Fragment {
  const form = random.below(100);
  const positions = expressions.map((_, index) => index + 1).join(', ');
  // A bare constant would be a position, and in the extended forms only names of columns are sure to be one thing.
  const isPlain = expressions.every((sql) => /^r\d+\.[a-z0-9]+$/.test(sql));
  if (form < 70 || !isPlain) return text(` group by ${positions}`);
  const exact = expressions.join(', ');
  if (form < 80) return text(` group by rollup (${exact})`);
  if (form < 90) return text(` group by cube (${exact})`);
  return text(` group by grouping sets ((${exact}), (${expressions[0]}), ())`);
}

function windowed(context: Context, relation: Relation, wanted?: readonly Family[]): Query {
  const { random } = context;
  const { columns, keys } = relation;
  const calls =
    wanted === undefined
      ? random.several(1, 3, () => windowCall(random, columns, keys))
      : wanted.map((family) => ({
          call: text(
            'max(',
            expression(random, family, columns, 1),
            `) over (partition by ${random.pick(columns).sql})`,
          ),
          family,
        }));
  const items = calls.map(({ call }, index) => text(call, ` as c${index + 1}`));
  const qualify = text(' qualify ', windowCall(random, columns, keys).call, ' is not null');
  const ranked = text(
    ` qualify row_number() over (partition by ${random.pick(columns).sql} order by ${keys.join(', ')}) <= 2`,
  );
  const chosen = keys.length > 0 && random.chance(50) ? ranked : qualify;
  return {
    sql: text(
      'select ',
      list(items),
      ' from ',
      relation.sql,
      where(context, [...columns, ...context.outer]),
      ...(random.chance(20) ? [clause(chosen)] : []),
    ),
    families: calls.map(({ family }) => family),
  };
}

function withClause(context: Context): Query {
  const { random, names } = context;
  const name = `w${names.next++}`;
  const shared = select(inner(context));
  const columns = (alias: string): ScopeColumn[] =>
    shared.families.map((family, index) => ({ sql: `${alias}.c${index + 1}`, family }));
  const [left, right] = [`r${names.next++}`, `r${names.next++}`];
  const isJoin = random.chance(60);
  const on = `${left}.c1 = ${right}.c1`;
  const relation: Relation = {
    sql: isJoin
      ? text(
          `${name} as ${left}`,
          clause(` ${random.pick(['left join', 'join'])} ${name} as ${right} on ${on}`),
        )
      : text(`${name} as ${left}`),
    columns: isJoin ? [...columns(left), ...columns(right)] : columns(left),
    keys: [],
  };
  const body = plain(inner(context), relation);
  const materialized = random.pick(['', 'materialized ', 'not materialized ']);
  return {
    sql: text(`with ${name} as ${materialized}(`, shared.sql, ') ', body.sql),
    families: body.families,
  };
}

function where(context: Context, columns: readonly ScopeColumn[]): Fragment {
  if (context.random.chance(50)) return text();
  return clause(' where ', condition(context, columns));
}

/** A predicate; it may hold subqueries. */
function condition(context: Context, columns: readonly ScopeColumn[]): Fragment {
  const { random, depth } = context;
  const simple = expression(random, 'boolean', columns, random.between(1, 3));
  if (depth <= 0 || random.chance(65)) return simple;
  const subquery = predicateSubquery(context, columns);
  if (random.chance(50)) return subquery;
  const operator = random.pick([' and ', ' or ']);
  return {
    parts: [text('(', subquery, operator, simple, ')')],
    family: 'boolean',
    simpler: ['true', print(simple), print(subquery)],
  };
}

function predicateSubquery(context: Context, columns: readonly ScopeColumn[]): Fragment {
  const { random } = context;
  const family = random.pick(FAMILIES);
  const nested: Context = { ...inner(context), outer: random.chance(60) ? columns : [] };
  const relation = table(nested);
  const scope = [...relation.columns, ...nested.outer];
  const value = expression(random, family, relation.columns, 1);
  const body = text('select ', value, ' from ', relation.sql, where(nested, scope));
  const operand = expression(random, family, columns, 1);
  const not = random.pick(['', 'not ']);
  const boolean = { family: 'boolean', simpler: ['true', 'false'] } as const;
  switch (random.below(4)) {
    case 0:
      return { parts: [`${not}exists (`, body, ')'], ...boolean };
    case 1:
    case 2:
      return { parts: ['(', operand, ` ${not}in (`, body, '))'], ...boolean };
    default: {
      const comparison = random.pick(['= any', '<> all', '< any', '>= all']);
      return { parts: ['(', operand, ` ${comparison} (`, body, '))'], ...boolean };
    }
  }
}

/** An expression of the SELECT list: sometimes a scalar subquery. */
function scalar(context: Context, family: Family, columns: readonly ScopeColumn[]): Fragment {
  const { random } = context;
  if (context.depth <= 0 || family === 'interval' || !random.chance(12)) {
    return expression(random, family, columns, random.between(0, 3));
  }
  const nested: Context = { ...inner(context), outer: random.chance(70) ? columns : [] };
  const relation = table(nested);
  const value = expression(random, family, relation.columns, 1);
  const call = random.pick(['max', 'min']);
  const condition = where(nested, [...relation.columns, ...nested.outer]);
  return {
    parts: [`(select ${call}(`, value, ') from ', relation.sql, condition, ')'],
    family,
    simpler: [`null`],
  };
}

function from(context: Context): Relation {
  const { random } = context;
  let relation = random.chance(15) && context.depth > 0 ? derived(context) : table(context);
  const joins = random.pick([0, 0, 0, 1, 1, 2]);
  for (let index = 0; index < joins; index += 1) relation = joined(context, relation);
  return relation;
}

function table(context: Context): Relation {
  const { random, names } = context;
  const alias = `r${names.next++}`;
  // A large table only where it comes first, lest joins of joins explode.
  const name = random.pick(names.next > 2 ? SMALL_TABLES : WEIGHTED_TABLES);
  const place = random.pick(['', '_file']);
  const columns = COLUMNS.map((column) => ({
    sql: `${alias}.${column.name}`,
    family: column.family,
  }));
  return { sql: text(`${name}${place} as ${alias}`), columns, keys: [`${alias}.id`] };
}

function derived(context: Context): Relation {
  const alias = `r${context.names.next++}`;
  const query = select({ ...inner(context), outer: [] });
  const limited = context.random.chance(20)
    ? text(query.sql, orderAndLimit(context.random, query.families.length))
    : query.sql;
  const columns = query.families.map((family, index) => ({
    sql: `${alias}.c${index + 1}`,
    family,
  }));
  return { sql: text('(', limited, `) as ${alias}`), columns: withInteger(columns), keys: [] };
}

/** Aggregates and frames pick columns of certain families: a constant stands in where there is none. */
function withInteger(columns: readonly ScopeColumn[]): readonly ScopeColumn[] {
  const hasInteger = columns.some(({ family }) => family === 'integer');
  return hasInteger ? columns : [...columns, { sql: '(1 + 1)', family: 'integer' }];
}

function joined(context: Context, left: Relation): Relation {
  const { random } = context;
  const right = random.chance(12) && context.depth > 0 ? derived(context) : table(context);
  const kind = random.pick([
    'join',
    'left join',
    'right join',
    'full join',
    'semi join',
    'anti join',
    'cross join',
  ]);
  if (kind === 'cross join' && left.columns.length > COLUMNS.length) return left;
  const isFiltering = kind === 'semi join' || kind === 'anti join';
  const columns = isFiltering ? left.columns : [...left.columns, ...right.columns];
  const hasKeys = left.keys.length > 0 && (isFiltering || right.keys.length > 0);
  const on = kind === 'cross join' ? [] : [' on ', joinCondition(random, left, right)];
  return {
    sql: text(left.sql, ` ${kind} `, right.sql, ...on),
    columns,
    keys: hasKeys ? (isFiltering ? left.keys : [...left.keys, ...right.keys]) : [],
  };
}

function joinCondition(random: Random, left: Relation, right: Relation): Fragment {
  const families = FAMILIES.filter((family) =>
    [left, right].every(({ columns }) => columns.some((column) => column.family === family)),
  );
  const equality = (): Fragment => {
    const family = random.pick(families.length === 0 ? (['integer'] as const) : families);
    const depth = random.pick([0, 0, 1]);
    return text(
      '(',
      expression(random, family, left.columns, depth),
      random.chance(90) ? ' = ' : ' is not distinct from ',
      expression(random, family, right.columns, depth),
      ')',
    );
  };
  const residual = expression(random, 'boolean', [...left.columns, ...right.columns], 2);
  const keys = random.several(random.chance(85) ? 1 : 0, 2, equality);
  const parts = random.chance(30) || keys.length === 0 ? [...keys, residual] : keys;
  return list(parts, ' and ');
}
