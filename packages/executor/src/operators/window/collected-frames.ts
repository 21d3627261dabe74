import type { Arena, Expr, FlatVector, FrameBounds, SqlType } from '@windrow/core';
import { gatherFlat } from '../../expression/flatten.ts';
import type { TaskContext } from '../../operator.ts';
import type { CollectedArgument, CollectedCall } from '../aggregate/collected.ts';
import { evaluateCollected } from '../aggregate/collected-call.ts';
import { FrameAnswers, unrollFrames, withScratch } from './unrolled-frames.ts';
import type { InputSpec, WindowCallSpec } from './window-spec.ts';

/**
 * An aggregate that sees the rows of a frame together (holistic ones, DISTINCT, an ORDER BY of its own): the
 * frames are collected groups, and are evaluated as those are. The result lies in `arena`.
 */
export function collectedOverFrames(
  context: TaskContext,
  arena: Arena,
  work: {
    readonly call: WindowCallSpec;
    readonly frames: readonly FrameBounds[];
    readonly rows: number;
    readonly valuesOf: (input: InputSpec) => FlatVector;
  },
): FlatVector {
  const { call, frames, rows, valuesOf } = work;
  const { inputs, collected } = planCall(call);
  const columns = inputs.map(valuesOf);
  const answers = new FrameAnswers(arena, call.returns, rows);
  withScratch(context, (scratch) => {
    const local = { ...context, batchArena: scratch };
    for (const chunk of unrollFrames(context, scratch, { frames, rows, ownRow: false })) {
      const { first, count, frameOf, rowCount, groups } = chunk;
      const kept = columns.map((column) => gatherFlat(local, column, chunk.rows, rowCount));
      const group = { count: rowCount, columns: kept, morsels: undefined, groups };
      const values = evaluateCollected(local, group, collected);
      answers.place(scratch, values, { first, count, places: frameOf });
    }
  });
  return answers.finish();
}

/** The call over collected columns, which are the `inputs` in their order. */
function planCall(call: WindowCallSpec): {
  readonly inputs: readonly InputSpec[];
  readonly collected: CollectedCall;
} {
  const inputs: InputSpec[] = [];
  const place = (input: InputSpec): number => {
    const known = inputs.findIndex((other) => sameColumn(other, input));
    return known >= 0 ? known : inputs.push(input) - 1;
  };
  const args = call.args.map(
    (arg): CollectedArgument =>
      arg.kind === 'literal' ? arg : { kind: 'column', column: place(arg), type: arg.type },
  );
  const filter = call.filter === undefined ? undefined : place(call.filter);
  const orderBy = call.orderBy.map(({ input, descending, nullsFirst }) => ({
    column: place(input),
    descending,
    nullsFirst,
  }));
  const output = { id: inputs.length, name: call.function, type: call.returns, nullable: true };
  const over = args.map((arg) => (arg.kind === 'literal' ? arg : columnExpr(arg.column, arg.type)));
  const collected: CollectedCall = {
    place: 0,
    call: {
      output,
      function: call.function,
      overload: call.overload,
      args: over,
      distinct: false,
      filter: undefined,
      orderBy: [],
    },
    args,
    filter,
    isDistinct: call.distinct,
    orderBy,
  };
  return { inputs, collected };
}

const sameColumn = (a: InputSpec, b: InputSpec): boolean =>
  a.kind === 'column' && b.kind === 'column' && a.column === b.column;

const columnExpr = (id: number, type: SqlType): Expr => ({
  kind: 'column',
  id,
  type,
  name: `input ${id}`,
  nullable: true,
});
