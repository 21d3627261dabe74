import type { OrderBy, Query, QueryBody, Select } from '@windrow/parser';
import type { Binder } from './binder.ts';
import { bindWith, wrapCtes } from './cte.ts';
import { unsupported } from './errors.ts';
import { bindPipe } from './pipe.ts';
import { bindOutputOrder, limited } from './result-order.ts';
import type { FromRelation, QueryScope, Relation } from './scope.ts';
import { type BoundSelect, bindSelect } from './select.ts';
import { bindSetOperation } from './set-operation.ts';
import { bindValues } from './values.ts';

/** A query with its WITH list, ORDER BY and LIMIT. */
export function bindQueryNode(binder: Binder, query: Query, outside: QueryScope): Relation {
  rejectUnsupported(query);
  const { ctes, definitions } =
    query.with === null
      ? { ctes: outside.ctes, definitions: [] }
      : bindWith(binder, query.with, outside, bindBody);
  const scope: QueryScope = { ...outside, ctes };
  const sorted = bindSorted(binder, query.body, query.orderBy, scope);
  const plan = limited(binder, sorted.plan, sorted.sortKeys, query);
  return { plan: wrapCtes(binder, plan, definitions), columns: sorted.columns };
}

function rejectUnsupported(query: Query): void {
  if (query.limitBy !== null) {
    throw unsupported(
      'LIMIT … BY',
      query.limitBy.span,
      'Use QUALIFY row_number() OVER (PARTITION BY key ORDER BY …) <= n.',
    );
  }
  if (query.distribution !== null) {
    throw unsupported(
      'DISTRIBUTE BY, SORT BY and CLUSTER BY',
      query.distribution.span,
      'Use ORDER BY.',
    );
  }
}

/** What a query computes, before ORDER BY and LIMIT. */
function bindBody(binder: Binder, body: QueryBody, scope: QueryScope): Relation {
  switch (body.kind) {
    case 'select':
      return bindSelectBody(binder, body, scope, null);
    case 'setOperation':
      return bindSetOperation(binder, body, scope, bindBody);
    case 'values':
      return bindValues(binder, body, scope);
    case 'query':
      return binder.query(body, scope);
    case 'pipeQuery':
      return bindPipe(binder, body, scope, bindBody);
    case 'describe':
    case 'show':
    case 'summarize':
      throw unsupported(
        `${body.kind.toUpperCase()} inside a query`,
        body.span,
        'Run it as a statement of its own.',
      );
  }
}

const bindSelectBody = (
  binder: Binder,
  select: Select,
  scope: QueryScope,
  orderBy: OrderBy | null,
): BoundSelect => {
  const from: FromRelation = binder.from(select, scope);
  return bindSelect(binder, select, from, scope, orderBy);
};

/** A body and its ORDER BY. Only a SELECT can be ordered by what it does not give out. */
function bindSorted(
  binder: Binder,
  body: QueryBody,
  orderBy: OrderBy | null,
  scope: QueryScope,
): BoundSelect {
  if (body.kind === 'select') return bindSelectBody(binder, body, scope, orderBy);
  const relation = bindBody(binder, body, scope);
  if (orderBy === null) return { ...relation, sortKeys: [] };
  const { plan, keys } = bindOutputOrder(binder, body, relation, orderBy, scope);
  return {
    plan: { kind: 'sort', input: plan, keys },
    columns: relation.columns,
    sortKeys: keys,
  };
}
