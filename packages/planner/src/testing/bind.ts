import {
  assert,
  BIGINT,
  type Catalog,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  list,
  SMALLINT,
  SqlError,
  TIMESTAMP,
  typeName,
  VARCHAR,
} from '@windrow/core';
import { parseStatement, type Query } from '@windrow/parser';
import { bindQuery } from '../bind/bind.ts';
import type { BindContext } from '../bind/context.ts';
import { ColumnIds } from '../column-ids.ts';
import { printExpr } from '../explain/print-expr.ts';
import { printLogical } from '../explain/print-logical.ts';
import { createExprTraits } from '../expr/traits.ts';
import type { BoundQuery, LogicalPlan } from '../logical.ts';
import { unnest } from '../rules/unnest.ts';
import { createStatistics } from '../statistics/statistics.ts';
import { validatePlan } from '../validate.ts';
import { evaluateLiteral } from './evaluate.ts';
import { testFunctions } from './library.ts';
import { table, testCatalog } from './tables.ts';

/** Tables that most tests use. */
export const CATALOG: Catalog = testCatalog(
  {
    t: { a: INTEGER, b: VARCHAR, c: DOUBLE },
    u: { a: INTEGER, d: DATE, n: decimal(10, 2) },
    small: { k: [SMALLINT], v: BIGINT, tags: list(VARCHAR) },
    events: { id: [BIGINT], at: TIMESTAMP, price: DOUBLE },
    people: {
      name: VARCHAR,
      home: {
        kind: 'struct',
        fields: [
          { name: 'city', type: VARCHAR },
          { name: 'zip', type: INTEGER },
        ],
      },
    },
  },
  {
    grown: 'select a + 1 as more from t',
    broken: 'select nope from t',
    loop: 'select * from loop',
  },
);

/** `select …` as a syntax tree. */
export function parseQuery(sql: string): Query {
  const statement = parseStatement(sql);
  assert(statement.kind === 'query', 'the test gives a query');
  return statement;
}

export const testContext = (text: string, given: Partial<BindContext> = {}): BindContext => ({
  functions: testFunctions(),
  catalog: CATALOG,
  text,
  parseQuery,
  evaluateConstant: evaluateLiteral,
  openPath: (path) =>
    path.endsWith('.parquet')
      ? Promise.resolve(table({ origin: VARCHAR, delay: INTEGER, distance: INTEGER }))
      : Promise.reject(new SqlError('io', `no file "${path}"`, { sqlState: '58P01' })),
  ...given,
});

/** Binds a query over the test tables. */
export const bind = (sql: string, given: Partial<BindContext> = {}): Promise<BoundQuery> =>
  bindQuery(parseQuery(sql), testContext(sql, given));

/** The bound plan as text. */
export const plan = async (sql: string, given: Partial<BindContext> = {}): Promise<string> =>
  printLogical((await bind(sql, given)).plan);

/** The error of a query: code, SQLSTATE, message, the text at fault and the hint. */
export async function failure(sql: string, given: Partial<BindContext> = {}): Promise<string> {
  try {
    await bind(sql, given);
  } catch (thrown) {
    if (!(thrown instanceof SqlError)) throw thrown;
    const { code, sqlState, message, span, hint } = thrown;
    const at = span === undefined ? '' : ` at [${sql.slice(span.start, span.end)}]`;
    return `${code} ${sqlState}: ${message}${at}${hint === undefined ? '' : ` | ${hint}`}`;
  }
  return 'no error';
}

/** The plan after unnesting, checked. */
export function unnestedPlan(bound: BoundQuery): LogicalPlan {
  const functions = testFunctions();
  const required = new Set(bound.columns.map((column) => column.id));
  const next = unnest.apply(bound.plan, {
    functions,
    required,
    evaluateConstant: () => assert(false, 'unnesting folds nothing') ?? null,
    traits: createExprTraits(functions),
    ids: ColumnIds.after(bound.plan),
    statistics: createStatistics(bound.plan),
  });
  validatePlan(next, required, 'unnest');
  return next;
}

/** The plan after unnesting as text. */
export const unnested = async (sql: string, given: Partial<BindContext> = {}): Promise<string> =>
  printLogical(unnestedPlan(await bind(sql, given)));

/** The expressions of a SELECT list over t, bound, each with its type. */
export async function typed(expressions: string, from = 't'): Promise<string> {
  const { plan: bound, columns } = await bind(`select ${expressions} from ${from}`);
  assert(bound.kind === 'project', 'the query is a projection');
  const shown = columns.map((column) => {
    const found = bound.expressions.find((entry) => entry.output.id === column.id);
    return `${found === undefined ? '' : printExpr(found.expr)}: ${typeName(column.type)}`;
  });
  return shown.join(', ');
}
