import type {
  Identifier,
  PipeOperator,
  PipeQuery,
  QualifiedName,
  QueryBody,
  Select,
  Star,
  TableReference,
} from '@windrow/parser';
import { applyFilter, bindFilter } from './attach.ts';
import type { Binder } from './binder.ts';
import { bindError, unsupported } from './errors.ts';
import { aliased, bindTable } from './from.ts';
import { bindJoin } from './join.ts';
import { bindPivot } from './pivot.ts';
import { positional } from './relation.ts';
import { bindOutputOrder, limited } from './result-order.ts';
import {
  constantScope,
  type FromRelation,
  namesOf,
  type QueryScope,
  type Relation,
  visibleColumns,
} from './scope.ts';
import { bindSelect } from './select.ts';
import { combineOperands } from './set-operation.ts';
import { plainSelect, selectItem } from './syntax.ts';
import { bindUnpivot } from './unpivot.ts';

type BindBody = (binder: Binder, body: QueryBody, scope: QueryScope) => Relation;

/** `FROM t |> operator |> …`: every step works on what the step before it gives. */
export function bindPipe(
  binder: Binder,
  node: PipeQuery,
  scope: QueryScope,
  bindBody: BindBody,
): Relation {
  const start = isBareFrom(node.source)
    ? binder.from(node.source, scope)
    : unnamed(bindBody(binder, node.source, scope));
  const end = node.operators.reduce(
    (current, operator) => bindStep(binder, operator, current, scope, bindBody),
    start,
  );
  return { plan: end.plan, columns: end.columns };
}

/** `FROM t` alone: then the names of its tables can be used in the steps. */
function isBareFrom(body: QueryBody): body is Select {
  if (body.kind !== 'select' || body.where !== null || body.groupBy !== null) return false;
  const [item] = body.items;
  const star = body.items.length === 1 ? item?.expression : undefined;
  return (
    star?.kind === 'star' &&
    star.of === null &&
    [...star.exclude, ...star.replace, ...star.rename].length === 0 &&
    star.like === null &&
    body.distinct === null &&
    body.having === null &&
    body.qualify === null &&
    body.sample === null
  );
}

const unnamed = (relation: Relation): FromRelation => aliased(relation, null, []);

/** The columns of a step that passes its input's columns on; its tables are still in reach. */
const extended = (current: FromRelation, relation: Relation): FromRelation => ({
  plan: relation.plan,
  tables: current.tables,
  columns: visibleColumns(undefined, relation.columns),
});

function bindStep(
  binder: Binder,
  node: PipeOperator,
  current: FromRelation,
  scope: QueryScope,
  bindBody: BindBody,
): FromRelation {
  const { span } = node;
  const select = (given: Select): Relation => bindSelect(binder, given, current, scope, null);
  const stars = (change: Partial<Star>): Relation =>
    select(plainSelect([selectItem({ ...starOf(span), ...change })], span));
  switch (node.kind) {
    case 'pipeWhere': {
      const names = namesOf(current, scope.outer);
      const inner = { ...constantScope('WHERE', scope.ctes), names };
      const plan = applyFilter(current.plan, bindFilter(binder, node.condition, inner));
      return { ...current, plan };
    }
    case 'pipeSelect': {
      const distinct = node.distinct ? ({ kind: 'distinct', on: [], span } as const) : null;
      return unnamed(select({ ...plainSelect(node.items, span), distinct, windows: node.windows }));
    }
    case 'pipeExtend':
      return extended(
        current,
        select(plainSelect([selectItem(starOf(span)), ...node.items], span)),
      );
    case 'pipeAggregate':
      return unnamed(select(aggregateOf(node)));
    case 'pipeSet':
      return unnamed(stars({ replace: node.assignments.map(replacementOf) }));
    case 'pipeDrop':
      return unnamed(stars({ exclude: node.columns.map(pathOf) }));
    case 'pipeRename':
      return unnamed(stars({ rename: node.items }));
    case 'pipeAs':
      return aliased(current, { kind: 'tableAlias', name: node.alias, columns: [], span }, []);
    case 'pipeJoin':
      return joinStep(binder, node, current, scope);
    case 'pipePivot':
      return unnamed(bindPivot(binder, current, node.pivot, scope));
    case 'pipeUnpivot':
      return unnamed(bindUnpivot(binder, current, node.unpivot));
    case 'pipeOrderBy': {
      const { plan, keys } = bindOutputOrder(
        binder,
        { kind: 'query' },
        current,
        node.orderBy,
        scope,
      );
      return { ...current, plan: { kind: 'sort', input: plan, keys } };
    }
    case 'pipeLimit':
      return { ...current, plan: limited(binder, current.plan, [], node) };
    case 'pipeDistinct': {
      const { plan, columns } = positional(binder, current);
      return unnamed({
        plan: { kind: 'distinct', input: plan, on: undefined, orderBy: [] },
        columns,
      });
    }
    case 'pipeSetOperation': {
      const others = node.operands.map((body) => ({
        body,
        relation: bindBody(binder, body, scope),
      }));
      const first = { body: { span }, relation: current };
      return unnamed(combineOperands(binder, node, [first, ...others]));
    }
    case 'pipeSample':
      throw unsupported(
        'a sample in |>',
        span,
        'Filter with random() < 0.1, or ORDER BY random() LIMIT n.',
      );
  }
}

const starOf = (span: Star['span']): Star => ({
  kind: 'star',
  of: null,
  exclude: [],
  replace: [],
  rename: [],
  like: null,
  span,
});

const pathOf = (name: Identifier): QualifiedName => ({
  kind: 'qualifiedName',
  parts: [name],
  span: name.span,
});

type Step<K extends PipeOperator['kind']> = Extract<PipeOperator, { readonly kind: K }>;

/** `|> SET a = e` replaces a column where it stands. */
function replacementOf(
  assignment: Step<'pipeSet'>['assignments'][number],
): Star['replace'][number] {
  const [name] = assignment.targets;
  if (assignment.targets.length > 1 || assignment.row) {
    throw bindError('42601', 'SET in |> takes one column at a time', assignment.span);
  }
  return { kind: 'starReplacement', expression: assignment.value, name, span: assignment.span };
}

/** `|> AGGREGATE sum(x) GROUP BY g`: the keys come first, then the aggregates. */
function aggregateOf({ items, groupBy, span }: Step<'pipeAggregate'>): Select {
  const elements = groupBy.map(({ expression }) => ({
    kind: 'groupingSet' as const,
    expressions: [expression],
    span: expression.span,
  }));
  return {
    ...plainSelect([...groupBy, ...items], span),
    groupBy: { kind: 'groupBy', all: false, distinct: false, elements, with: null, span },
  };
}

/** The left side of the join is what has been bound so far. */
function joinStep(
  binder: Binder,
  node: Step<'pipeJoin'>,
  current: FromRelation,
  scope: QueryScope,
): FromRelation {
  const left: TableReference = {
    kind: 'tablePath',
    path: '',
    alias: null,
    sample: null,
    span: node.span,
  };
  return bindJoin(binder, { ...node, kind: 'join', left }, scope, (inner, table, outside) =>
    table === left ? current : bindTable(inner, table, outside),
  );
}
