import { Arena, type Batch, type LiteralValue, type SqlType, writeVector } from '@windrow/core';
import type { PhysicalValues } from '@windrow/planner';
import type { Source, TaskContext } from '../operator.ts';
import { sliceBatches } from '../runtime/slice.ts';
import { type SourceData, type Stream, streamOf } from '../runtime/stream.ts';

/** Constant rows, by column. */
export interface ValuesSourceSpec extends SourceData {
  readonly kind: 'values';
  readonly rows: number;
  readonly columns: readonly {
    readonly type: SqlType;
    readonly values: readonly LiteralValue[];
  }[];
}

const MORSEL_ROWS = 65536;

export const lowerValues = (plan: PhysicalValues): Stream =>
  streamOf(
    {
      kind: 'values',
      nodeId: plan.nodeId,
      morsels: Math.ceil(plan.rows.length / MORSEL_ROWS),
      rows: plan.rows.length,
      columns: plan.output.map(({ type }, column) => ({
        type,
        values: plan.rows.map((row) => row[column] ?? null),
      })),
    },
    plan.output,
  );

export function openValues(spec: ValuesSourceSpec, context: TaskContext): Source {
  const arena = new Arena(context.memory, context.taskArena.owner, 65536);
  return {
    *batches(morsel): Iterable<Batch> {
      arena.reset();
      const from = morsel * MORSEL_ROWS;
      const length = Math.min(MORSEL_ROWS, spec.rows - from);
      const columns = spec.columns.map(({ type, values }) =>
        writeVector(arena, type, values.slice(from, from + length)),
      );
      yield* sliceBatches(context, { length, columns });
    },
    close: () => arena.release(),
  };
}
