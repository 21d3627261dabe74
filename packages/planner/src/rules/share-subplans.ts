import { type ColumnId, type Expr, transformExpr } from '@windrow/core';
import { copyPlan } from '../copy-plan.ts';
import { exprKey } from '../expr/structure.ts';
import type { AggregateCall, LogicalPlan, WindowCall } from '../logical.ts';
import {
  definedColumns,
  expressionsOf,
  inputsOf,
  mapInputs,
  outputOf,
  visitPlan,
} from '../plan-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * Joins and aggregates that occur twice, the same but for the names of columns, are computed once: they
 * become a common table expression. Only where its rows are few beside those that it is made of, as
 * they are kept.
 */
export const shareSubplans: Rule = {
  name: 'share-subplans',
  isRequired: false,
  apply: share,
};

/** Rows read, as a multiple of rows kept, from which sharing pays. */
const MIN_REDUCTION = 4;

function share(plan: LogicalPlan, context: RuleContext): LogicalPlan {
  const repeated = findRepeated(plan, context);
  if (repeated.size === 0) return plan;
  const shared = new Map<string, { readonly cteId: number; readonly definition: LogicalPlan }>();
  const replace = (node: LogicalPlan): LogicalPlan => {
    const key = repeated.get(node);
    if (key === undefined) return mapInputs(node, replace);
    let cte = shared.get(key);
    if (cte === undefined) {
      cte = { cteId: context.ids.next(), definition: copyPlan(node, context.ids).plan };
      shared.set(key, cte);
    }
    return { kind: 'cteScan', cteId: cte.cteId, name: 'shared', output: outputOf(node) };
  };
  const body = replace(plan);
  return [...shared.values()].reduce(
    (inner: LogicalPlan, { cteId, definition }) => ({
      kind: 'withCte',
      cteId,
      name: 'shared',
      definition,
      body: inner,
    }),
    body,
  );
}

/** The largest subplans that occur more than once, with what they have in common. */
function findRepeated(plan: LogicalPlan, context: RuleContext): ReadonlyMap<LogicalPlan, string> {
  const byOutline = new Map<string, LogicalPlan[]>();
  visitPlan(plan, (node) => {
    if (node.kind !== 'join' && node.kind !== 'aggregate') return true;
    const key = outline(node);
    byOutline.set(key, [...(byOutline.get(key) ?? []), node]);
    return true;
  });
  const byMeaning = new Map<string, LogicalPlan[]>();
  for (const nodes of byOutline.values()) {
    if (nodes.length < 2) continue;
    for (const node of nodes.filter((candidate) => isShareable(candidate, context))) {
      const key = meaning(node);
      byMeaning.set(key, [...(byMeaning.get(key) ?? []), node]);
    }
  }
  const repeated = new Map<LogicalPlan, string>();
  const covered = new Set<LogicalPlan>();
  // Parents are found before their inputs, so that the largest common subplan wins.
  for (const [key, nodes] of byMeaning) {
    const free = nodes.filter((node) => !covered.has(node));
    if (free.length < 2) continue;
    for (const node of free) {
      repeated.set(node, key);
      visitPlan(node, (below) => {
        covered.add(below);
        return true;
      });
    }
  }
  return repeated;
}

const outlines = new WeakMap<LogicalPlan, string>();

/** The kinds and tables of a subplan: what equal plans have in common, quickly told. */
function outline(plan: LogicalPlan): string {
  let text = outlines.get(plan);
  if (text === undefined) {
    const own = plan.kind === 'scan' ? plan.table : plan.kind;
    text = `${own}(${inputsOf(plan).map(outline).join()})`;
    outlines.set(plan, text);
  }
  return text;
}

function isShareable(plan: LogicalPlan, context: RuleContext): boolean {
  let isFixed = true;
  let read = 0;
  visitPlan(plan, (node) => {
    const isOpen = node.kind === 'cteScan' || node.kind === 'recursiveCte';
    if (isOpen || expressionsOf(node).some((expr) => context.traits.isVolatile(expr))) {
      isFixed = false;
    }
    if (node.kind === 'scan') read += context.statistics.estimate(node).rows;
    return isFixed;
  });
  return isFixed && read >= MIN_REDUCTION * context.statistics.estimate(plan).rows;
}

/** A text that two subplans share exactly when they compute the same, columns in the same places. */
function meaning(plan: LogicalPlan): string {
  const numbers = new Map<ColumnId, number>();
  const number = (node: LogicalPlan): void => {
    for (const input of inputsOf(node)) number(input);
    for (const { id } of definedColumns(node)) if (!numbers.has(id)) numbers.set(id, numbers.size);
  };
  number(plan);
  const local = (expr: Expr): string =>
    exprKey(
      transformExpr(expr, (node) =>
        node.kind === 'column' ? { ...node, id: numbers.get(node.id) ?? node.id } : node,
      ),
    );
  const describe = (node: LogicalPlan): string => {
    const exprs = expressionsOf(node).map(local).join();
    const output = outputOf(node)
      .map(({ id }) => numbers.get(id))
      .join();
    return `${node.kind} ${details(node)} [${exprs}] → ${output} (${inputsOf(node).map(describe).join()})`;
  };
  return describe(plan);
}

const describeCall = (call: AggregateCall | WindowCall): string =>
  `${call.function}/${call.overload} ${call.args.length} ${call.distinct} ${call.filter !== undefined} ${call.orderBy.map((key) => `${key.descending}${key.nullsFirst}`).join()}`;

/** What a node says besides its expressions and columns. */
function details(node: LogicalPlan): string {
  switch (node.kind) {
    case 'scan':
      return `${node.table} ${providerNumber(node.provider)} ${node.ordinals.join()}`;
    case 'values':
      return String(node.rows.length);
    case 'aggregate':
      return JSON.stringify([
        node.keys.length,
        node.aggregates.map(describeCall),
        node.groupingSets,
        node.groupingId !== undefined,
      ]);
    case 'window': {
      const keys = node.orderBy.map((key) => `${key.descending}${key.nullsFirst}`);
      const calls = node.functions.map((call) => {
        const { unit, start, end, exclude } = call.frame;
        return `${describeCall(call)} ${call.ignoreNulls} ${unit} ${start.kind} ${end.kind} ${exclude}`;
      });
      return JSON.stringify([node.partitionBy.length, keys, calls]);
    }
    case 'sort':
      return node.keys.map((key) => `${key.descending}${key.nullsFirst}`).join();
    case 'limit':
      return JSON.stringify([node.limit, node.offset, node.percent, node.withTies?.length]);
    case 'distinct':
      return JSON.stringify([
        node.on?.length,
        node.orderBy.map((k) => [k.descending, k.nullsFirst]),
      ]);
    case 'join':
    case 'dependentJoin':
      return node.joinKind;
    case 'setOperation':
      return `${node.operator} ${node.all}`;
    case 'unnest':
      return `${node.outer} ${node.ordinality !== undefined}`;
    case 'filter':
    case 'project':
    case 'withCte':
    case 'cteScan':
    case 'recursiveCte':
      return '';
  }
}

const providerNumbers = new WeakMap<object, number>();
let providers = 0;

/** Two scans read the same when they have the same provider, not only the same name. */
function providerNumber(provider: object): number {
  let known = providerNumbers.get(provider);
  if (known === undefined) {
    providers += 1;
    known = providers;
    providerNumbers.set(provider, known);
  }
  return known;
}
