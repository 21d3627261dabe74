import type { Expr, FunctionRegistry } from '@windrow/core';
import { mapAggregateCall, type OutputColumn } from '@windrow/planner';
import { columnIds } from '../../runtime/layout.ts';
import { needsMainThread } from '../../runtime/main-thread.ts';
import { append, type Stream } from '../../runtime/stream.ts';
import type { FusedAggregate } from './fuse-input.ts';

/** What an aggregate evaluates for a row of its stream. */
type Evaluated = Pick<FusedAggregate, 'keys' | 'calls' | 'predicate'>;

/**
 * Computes what calls functions of the main thread as columns of the stream, which then has to run
 * there. What is left for the aggregate names columns only, so that merging and finishing its groups is
 * work for any thread.
 */
export function computeOnMainThread(
  stream: Stream,
  evaluated: Evaluated,
  options: { readonly functions: FunctionRegistry; readonly nodeId: number },
): Evaluated & { readonly stream: Stream } {
  const { functions, nodeId } = options;
  const computed: { readonly output: OutputColumn; readonly expr: Expr }[] = [];
  const replace = (expr: Expr): Expr => {
    if (!needsMainThread(functions, [expr])) return expr;
    // Ids of plans are positive; these are seen by the aggregate alone.
    const id = -1 - computed.length;
    const name = 'computed';
    computed.push({ output: { id, name, type: expr.type, nullable: true }, expr });
    return { kind: 'column', id, type: expr.type, name, nullable: true };
  };
  const keys = evaluated.keys.map(replace);
  const calls = evaluated.calls.map((call) => mapAggregateCall(call, replace));
  const predicate = evaluated.predicate && replace(evaluated.predicate);
  if (computed.length === 0) return { ...evaluated, stream };
  const columns = [...stream.columns, ...computed.map(({ output }) => output)];
  const expressions = [
    ...stream.columns.map(
      ({ id, type, name, nullable }): Expr => ({ kind: 'column', id, type, name, nullable }),
    ),
    ...computed.map(({ expr }) => expr),
  ];
  const input = columnIds(stream.columns);
  const operator = {
    kind: 'project',
    nodeId,
    expressions,
    columns: input,
    isAuxiliary: true,
  } as const;
  return {
    keys,
    calls,
    predicate,
    stream: append(stream, operator, { columns, mainThread: true }),
  };
}
