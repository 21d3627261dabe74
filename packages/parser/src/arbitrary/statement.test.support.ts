import fc, { type Arbitrary } from 'fast-check';
import type { Expression } from '../ast/expression.ts';
import type { Query } from '../ast/query.ts';
import type { Statement } from '../ast/statement.ts';
import { calls, compounds, literals, operators, windows } from './expression.test.support.ts';
import {
  columnReference,
  depth,
  few,
  flag,
  label,
  maybe,
  node,
  qualified,
  some,
} from './leaf.test.support.ts';
import type { Nodes, Tie } from './nodes.test.support.ts';
import { queries, selects } from './query.test.support.ts';
import { tables } from './table.test.support.ts';

// Random trees as the parser makes them: everything the grammar can say, nothing it cannot.

const nodes = fc.letrec<Nodes>((anyTie) => {
  const tie = anyTie as Tie;
  return {
    expression: fc.oneof(
      { ...depth, withCrossShrink: true },
      { weight: 2, arbitrary: columnReference },
      literals(),
      operators(tie),
      compounds(tie),
    ),
    ...calls(tie),
    ...windows(tie),
    ...selects(tie),
    ...queries(tie),
    ...tables(tie),
  };
});

/** Expressions of every kind. */
export const expressions: Arbitrary<Expression> = nodes.expression;

/** Queries with every clause and every kind of table reference. */
export const queriesOfAllKinds: Arbitrary<Query> = nodes.query;

/** INSERT, UPDATE and DELETE around random expressions and queries. */
export const changes: Arbitrary<Statement> = fc.oneof<Arbitrary<Statement>[]>(
  node('insert', {
    with: fc.constant(null),
    table: qualified,
    alias: maybe(label),
    columns: few(qualified),
    byName: flag,
    overwrite: fc.constant(false),
    partition: fc.constant([]),
    source: maybe(nodes.query),
    orAction: maybe(fc.constantFrom('replace' as const, 'ignore')),
    onConflict: fc.constant(null),
    returning: few(nodes.selectItem),
  }),
  node('update', {
    with: fc.constant(null),
    table: qualified,
    alias: maybe(label),
    assignments: some(
      node('assignment', {
        targets: some(qualified),
        row: fc.constant(true),
        value: nodes.expression,
      }),
    ),
    from: few(nodes.table),
    where: maybe(nodes.expression),
    returning: few(nodes.selectItem),
  }),
  node('delete', {
    with: fc.constant(null),
    table: qualified,
    alias: maybe(label),
    using: few(nodes.table),
    where: maybe(nodes.expression),
    returning: few(nodes.selectItem),
  }),
);
