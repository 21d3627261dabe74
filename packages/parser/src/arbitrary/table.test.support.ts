import fc, { type Arbitrary } from 'fast-check';
import type { CallExpression } from '../ast/expression.ts';
import type { RowPattern } from '../ast/match-recognize.ts';
import type { SelectItem } from '../ast/select.ts';
import type { Join, JoinConstraint, TableReference } from '../ast/table-reference.ts';
import {
  depth,
  few,
  flag,
  label,
  maybe,
  name,
  node,
  plain,
  qualified,
  some,
  span,
  string,
  text,
} from './leaf.test.support.ts';
import type { Nodes, Tie } from './nodes.test.support.ts';

export function tables(
  tie: Tie,
): Pick<{ [K in keyof Nodes]: Arbitrary<Nodes[K]> }, 'alias' | 'table' | 'pattern'> {
  const inner = tie('expression');
  const alias = tie('alias');
  const decoration = { alias: maybe(alias), sample: maybe(tie('sample')) };
  const constraint = fc.oneof<Arbitrary<JoinConstraint>[]>(
    inner.map((condition): JoinConstraint => ({ kind: 'joinOn', condition, span })),
    some(name).map((columns): JoinConstraint => ({ kind: 'joinUsing', columns, span })),
  );
  const join = fc.oneof<Arbitrary<Join>[]>(
    node('join', {
      joinType: fc.constantFrom('inner' as const, 'left', 'right', 'full', 'semi', 'anti'),
      asof: fc.constant(false),
      left: tie('table'),
      right: tie('table'),
      constraint,
      tolerance: fc.constant(null),
    }),
    node('join', {
      joinType: fc.constantFrom('inner' as const, 'left'),
      asof: fc.constant(true),
      left: tie('table'),
      right: tie('table'),
      constraint,
      tolerance: maybe(inner),
    }),
    node('join', {
      joinType: fc.constantFrom('inner' as const, 'left', 'full'),
      asof: fc.constant(false),
      left: tie('table'),
      right: tie('table'),
      constraint: fc.constant<JoinConstraint>({ kind: 'joinNatural', span }),
      tolerance: fc.constant(null),
    }),
    node('join', {
      joinType: fc.constantFrom('cross' as const, 'positional'),
      asof: fc.constant(false),
      left: tie('table'),
      right: tie('table'),
      constraint: fc.constant(null),
      tolerance: fc.constant(null),
    }),
  );
  const tableCall = fc.tuple(fc.constantFrom('range', 'f', 'read_csv'), few(tie('argument'))).map(
    ([word, list]): CallExpression => ({
      kind: 'call',
      name: {
        kind: 'qualifiedName',
        parts: [{ kind: 'identifier', name: word, quoted: false, span }],
        span,
      },
      arguments: list,
      distinct: false,
      orderBy: [],
      withinGroup: [],
      filter: null,
      nullTreatment: null,
      fromLast: false,
      over: null,
      span,
    }),
  );
  const pivotKey = node('pivotKey', {
    expression: inner,
    values: fc.oneof(
      some(tie('selectItem'))
        // ((SELECT …)) is the query.
        .filter(([first, ...rest]) => first.expression.kind !== 'scalarSubquery' || rest.length > 0)
        .map((items) => ({ kind: 'pivotList' as const, items, span })),
      fc.constant({ kind: 'pivotAny' as const, orderBy: [], span }),
      tie('query').map((query) => ({ kind: 'pivotQuery' as const, query, span })),
    ),
  });
  return {
    alias: node('tableAlias', {
      name: label,
      columns: few(
        name.map((column) => ({ kind: 'aliasColumn' as const, name: column, type: null, span })),
      ),
    }),
    table: fc.oneof(
      depth,
      {
        weight: 5,
        arbitrary: node('tableName', {
          name: qualified,
          version: maybe(
            inner.map((value) => ({
              kind: 'tableVersion' as const,
              unit: 'version' as const,
              value,
              span,
            })),
          ),
          ...decoration,
        }),
      },
      node('tablePath', { path: text, ...decoration }),
      node('derivedTable', {
        query: tie('query'),
        lateral: flag,
        ...decoration,
      }),
      node('tableFunction', {
        call: tableCall,
        lateral: flag,
        ordinality: flag,
        ...decoration,
      }),
      join,
      fc.tuple(tie('table').filter(keepsParentheses), alias).map(
        ([source, as]): TableReference => ({
          kind: 'parenthesizedTable',
          source,
          alias: as,
          sample: null,
          span,
        }),
      ),
      node('pivotTable', {
        source: tie('table'),
        pivot: node('pivotClause', {
          aggregates: few(
            tie('call').map(
              (expression): SelectItem => ({
                kind: 'selectItem',
                expression,
                alias: null,
                columnAliases: [],
                span,
              }),
            ),
          ),
          keys: some(pivotKey),
          groupBy: maybe(some(inner)),
        }),
        alias: maybe(alias),
      }),
      node('unpivotTable', {
        source: tie('table'),
        unpivot: node('unpivotClause', {
          includeNulls: flag,
          nameColumn: name,
          valueColumns: some(name),
          items: some(
            node('unpivotItem', {
              expressions: some(inner),
              alias: maybe(string),
            }),
          ),
        }),
        alias: maybe(alias),
      }),
      node('matchRecognize', {
        source: tie('table'),
        partitionBy: few(inner),
        orderBy: few(tie('sortItem')),
        measures: fc.constant([]),
        rowsPerMatch: fc.constantFrom('one' as const, 'all', 'allShowEmpty'),
        afterMatch: fc.constant({ kind: 'skipToNextRow' as const, span }),
        pattern: tie('pattern'),
        subsets: fc.constant([]),
        define: few(
          node('patternDefinition', {
            name,
            condition: inner,
          }),
        ),
        alias: maybe(alias),
      }),
    ),
    pattern: fc.oneof(
      depth,
      plain
        .filter((variable) => variable.name !== 'permute')
        .map((variable): RowPattern => ({ kind: 'patternVariable', name: variable, span })),
      fc
        .array(tie('pattern'), { minLength: 2, maxLength: 3 })
        .map((parts): RowPattern => ({ kind: 'patternSequence', parts, span })),
      fc
        .array(tie('pattern'), { minLength: 2, maxLength: 3 })
        .map((alternatives): RowPattern => ({ kind: 'patternAlternation', alternatives, span })),
      some(tie('pattern')).map((parts): RowPattern => ({ kind: 'patternPermute', parts, span })),
      fc
        .tuple(tie('pattern'), fc.constantFrom([0, null], [1, null], [0, 1], [2, 2], [1, 3]), flag)
        .map(
          ([pattern, [min, max], reluctant]): RowPattern => ({
            kind: 'patternRepeat',
            pattern,
            min: min ?? 0,
            max: max ?? null,
            reluctant,
            span,
          }),
        ),
      tie('pattern').map((pattern): RowPattern => ({ kind: 'patternExclude', pattern, span })),
      fc.constantFrom<RowPattern>({ kind: 'patternStart', span }, { kind: 'patternEnd', span }),
    ),
  };
}

/** Parentheses around nothing but a query are the query's own. */
function keepsParentheses(table: TableReference): boolean {
  if (table.kind !== 'derivedTable' || table.lateral) return true;
  return table.alias !== null || table.sample !== null;
}
