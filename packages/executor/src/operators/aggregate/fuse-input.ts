import {
  type ColumnId,
  children,
  columnsOf,
  type Expr,
  type FunctionRegistry,
  transformExpr,
} from '@windrow/core';
import {
  type AggregateCall,
  mapAggregateCall,
  type PhysicalAggregate,
  type PhysicalPlan,
  type PhysicalProject,
} from '@windrow/planner';
import { expressionsOf } from './aggregation.ts';

/** An aggregate over the input of what stood directly below it. */
export interface FusedAggregate {
  readonly input: PhysicalPlan;
  readonly keys: readonly Expr[];
  readonly calls: readonly AggregateCall[];
  /** Only rows for which it is true are seen. */
  readonly predicate: Expr | undefined;
}

/**
 * Computes a projection below an aggregate inside the aggregate's own loops, which saves writing and
 * reading its columns, and, where there are no keys, evaluates a filter there too. What would be
 * computed more often that way stays a projection.
 */
export function fuseInput(
  plan: PhysicalAggregate,
  functions: FunctionRegistry,
  may: { readonly filter: boolean },
): FusedAggregate {
  const keys = plan.keys.map(({ expr }) => expr);
  const plain = { input: plan.input, keys, calls: plan.aggregates, predicate: undefined };
  const projected =
    plan.input.kind === 'project' ? fuseProject(plan.input, plain, functions) : plain;
  const { input } = projected;
  const isFiltered = may.filter && input.kind === 'filter' && keys.length === 0;
  return isFiltered ? { ...projected, input: input.input, predicate: input.predicate } : projected;
}

function fuseProject(
  project: PhysicalProject,
  aggregate: FusedAggregate,
  functions: FunctionRegistry,
): FusedAggregate {
  const definitions = new Map(project.expressions.map(({ output, expr }) => [output.id, expr]));
  const uses = countUses([...aggregate.keys, ...aggregate.calls.flatMap(expressionsOf)]);
  for (const [id, expr] of definitions) {
    const count = uses.get(id) ?? 0;
    if (count > 1 && !isCheap(expr, functions)) return aggregate;
  }
  const inline = (expr: Expr): Expr =>
    transformExpr(expr, (node) =>
      node.kind === 'column' ? (definitions.get(node.id) ?? node) : node,
    );
  return {
    ...aggregate,
    input: project.input,
    keys: aggregate.keys.map(inline),
    calls: aggregate.calls.map((call) => mapAggregateCall(call, inline)),
  };
}

/** In how many of the expressions a column occurs; loops compute equal parts of one expression once. */
function countUses(exprs: readonly Expr[]): Map<ColumnId, number> {
  const uses = new Map<ColumnId, number>();
  for (const expr of exprs) {
    for (const id of columnsOf(expr)) uses.set(id, (uses.get(id) ?? 0) + 1);
  }
  return uses;
}

/** Is it made of emitted instructions alone, whose value does not change from one place to another? */
function isCheap(expr: Expr, functions: FunctionRegistry): boolean {
  if (expr.kind === 'call') {
    const definition = functions.scalar(expr.function);
    const implementation = definition?.overloads[expr.overload]?.implementation;
    if (implementation?.kind !== 'emit' || definition?.volatility === 'volatile') return false;
  }
  if (expr.kind === 'cast') {
    const cast = functions.cast(expr.input.type, expr.type, { try: expr.try });
    if (cast?.implementation.kind !== 'emit') return false;
  }
  return children(expr).every((child) => isCheap(child, functions));
}
