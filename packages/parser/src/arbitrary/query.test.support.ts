import fc, { type Arbitrary } from 'fast-check';
import type { PipeOperator } from '../ast/pipe.ts';
import type { Query, QueryBody, SetOperation } from '../ast/query.ts';
import type { GroupingElement, Sample, SelectItem } from '../ast/select.ts';
import { depth, few, flag, label, maybe, name, node, some, span } from './leaf.test.support.ts';
import type { Nodes, Tie } from './nodes.test.support.ts';

export function selects(
  tie: Tie,
): Pick<
  { [K in keyof Nodes]: Arbitrary<Nodes[K]> },
  'selectItem' | 'grouping' | 'sample' | 'select'
> {
  const inner = tie('expression');
  return {
    selectItem: fc.oneof(
      fc.tuple(inner, maybe(label)).map(
        ([expression, alias]): SelectItem => ({
          kind: 'selectItem',
          expression,
          alias,
          columnAliases: [],
          span,
        }),
      ),
      fc.tuple(inner, some(name)).map(
        ([expression, columnAliases]): SelectItem => ({
          kind: 'selectItem',
          expression,
          alias: null,
          columnAliases,
          span,
        }),
      ),
      tie('star').map(
        (expression): SelectItem => ({
          kind: 'selectItem',
          expression,
          alias: null,
          columnAliases: [],
          span,
        }),
      ),
    ),
    grouping: fc.oneof(
      depth,
      fc
        .array(inner, { maxLength: 3 })
        .map((expressions): GroupingElement => ({ kind: 'groupingSet', expressions, span })),
      some(few(inner)).map((items): GroupingElement => ({ kind: 'rollup', items, span })),
      some(few(inner)).map((items): GroupingElement => ({ kind: 'cube', items, span })),
      some(tie('grouping')).map(
        (elements): GroupingElement => ({ kind: 'groupingSets', elements, span }),
      ),
    ),
    sample: fc.oneof(
      node('sample', {
        method: maybe(fc.constantFrom('bernoulli' as const, 'system', 'reservoir')),
        size: inner,
        unit: fc.constantFrom('percent' as const, 'rows'),
        seed: maybe(inner),
        buckets: fc.constant(null),
      }),
      fc.tuple(inner, inner).map(
        ([size, buckets]): Sample => ({
          kind: 'sample',
          method: null,
          size,
          unit: 'rows',
          seed: null,
          buckets,
          span,
        }),
      ),
    ),
    select: node('select', {
      distinct: maybe(few(inner).map((on) => ({ kind: 'distinct' as const, on, span }))),
      items: some(tie('selectItem')),
      hints: few(
        fc.constant({
          kind: 'hint' as const,
          name: { kind: 'identifier' as const, name: 'BROADCAST', quoted: false, span },
          arguments: [],
          span,
        }),
      ),
      transform: fc.constant(null),
      from: few(tie('table')),
      lateralViews: fc.constant([]),
      where: maybe(inner),
      groupBy: maybe(
        node('groupBy', {
          all: fc.constant(false),
          distinct: flag,
          elements: some(tie('grouping')),
          with: maybe(fc.constantFrom('rollup' as const, 'totals')),
        }),
      ),
      having: maybe(inner),
      windows: few(
        node('namedWindow', {
          name,
          window: tie('window'),
        }),
      ),
      qualify: maybe(inner),
      sample: maybe(tie('sample')),
    }),
  };
}

const operatorOf = fc.record({
  operator: fc.constantFrom('union' as const, 'except', 'intersect'),
  all: flag,
  byName: flag,
});

/** Folds operands with operators as the parser does: intersections first, runs in one node. */
function setOperation(
  first: QueryBody,
  rest: readonly (readonly [Pick<SetOperation, 'operator' | 'all' | 'byName'>, QueryBody])[],
): QueryBody {
  let left = first;
  for (const [operator, right] of rest) {
    const joins =
      left.kind === 'setOperation' &&
      left.operator === operator.operator &&
      left.all === operator.all &&
      left.byName === operator.byName;
    if (joins && left.kind === 'setOperation')
      left = { ...left, operands: [...left.operands, right] };
    else left = { kind: 'setOperation', ...operator, operands: [left, right], span };
  }
  return left;
}

function bare(body: QueryBody): Query {
  return {
    kind: 'query',
    with: null,
    body,
    orderBy: null,
    limitBy: null,
    limit: null,
    offset: null,
    distribution: null,
    span,
  };
}

export function queries(
  tie: Tie,
): Pick<{ [K in keyof Nodes]: Arbitrary<Nodes[K]> }, 'queryBody' | 'query' | 'pipe'> {
  const inner = tie('expression');
  const values = some(some(inner)).map((rows): QueryBody => ({ kind: 'values', rows, span }));
  const nested = tie('query');
  const term = fc.oneof<Arbitrary<QueryBody>[]>(tie('select'), values, nested);
  const setOperations = fc.tuple(term, some(fc.tuple(operatorOf, term))).map(([first, rest]) => {
    // One kind of operator level only: mixed ones are in the tables of tests.
    const level = rest[0][0].operator === 'intersect';
    return setOperation(
      first,
      rest.filter(([{ operator }]) => (operator === 'intersect') === level),
    );
  });
  const piped = fc
    .tuple(tie('select'), some(tie('pipe')))
    .map(([source, operators]): QueryBody => ({ kind: 'pipeQuery', source, operators, span }));
  const orderBy = fc.oneof(
    some(tie('sortItem')).map((items) => ({
      kind: 'orderByItems' as const,
      items,
      interpolate: [],
      span,
    })),
    fc.constant({ kind: 'orderByAll' as const, direction: 'desc' as const, nulls: null, span }),
  );
  const limit = node('limit', {
    count: maybe(inner),
    percent: flag,
    withTies: flag,
  }).map((node) => (node.count === null ? { ...node, percent: false, withTies: false } : node));
  const table = node('commonTableExpression', {
    name,
    columns: few(name),
    materialized: maybe(flag),
    usingKey: few(name),
    statement: tie('query'),
  });
  return {
    queryBody: fc.oneof(depth, { weight: 4, arbitrary: tie('select') }, values, setOperations),
    query: fc.oneof(
      depth,
      { weight: 3, arbitrary: tie('queryBody').map(bare) },
      piped.map(bare),
      node('query', {
        with: maybe(
          fc
            .tuple(flag, some(table))
            .map(([recursive, tables]) => ({ kind: 'with' as const, recursive, tables, span })),
        ),
        body: tie('queryBody'),
        orderBy: maybe(orderBy),
        limitBy: maybe(
          fc.tuple(inner, maybe(inner), some(inner)).map(([count, offset, keys]) => ({
            kind: 'limitBy' as const,
            count,
            offset,
            keys,
            span,
          })),
        ),
        limit: maybe(limit),
        offset: maybe(inner),
        distribution: fc.constant(null),
      }),
    ),
    pipe: fc.oneof<Arbitrary<PipeOperator>[]>(
      inner.map((condition): PipeOperator => ({ kind: 'pipeWhere', condition, span })),
      some(tie('selectItem')).map((items): PipeOperator => ({ kind: 'pipeExtend', items, span })),
      fc
        .tuple(few(tie('selectItem')), some(tie('selectItem')))
        .map(([items, groupBy]): PipeOperator => ({ kind: 'pipeAggregate', items, groupBy, span })),
      orderBy.map((order): PipeOperator => ({ kind: 'pipeOrderBy', orderBy: order, span })),
      some(name).map((columns): PipeOperator => ({ kind: 'pipeDrop', columns, span })),
      label.map((alias): PipeOperator => ({ kind: 'pipeAs', alias, span })),
    ),
  };
}
