import type { StreamOperator, TaskContext } from '../../operator.ts';
import { type RowChunk, RowStore } from '../../runtime/row-store.ts';
import type { OperatorData } from '../../runtime/stream.ts';
import { createJoinOperator, type JoinOutput } from './join-kinds.ts';
import { createMarkUnknown, type NullAwareness } from './null-aware.ts';
import { Prober, type ProbeSpec } from './prober.ts';

/** Looks up the rows of the probe side in the table of the build side. */
export interface HashJoinProbeSpec extends OperatorData, JoinOutput {
  readonly kind: 'hashJoinProbe';
  readonly probe: ProbeSpec;
  /** Kept rows of the build side, at least one. */
  readonly chunks: readonly RowChunk[];
  readonly nullAware: NullAwareness | undefined;
}

export function openHashJoinProbe(spec: HashJoinProbeSpec, context: TaskContext): StreamOperator {
  const { probe, chunks, nullAware: nulls } = spec;
  const store = new RowStore(context.memory, context.taskArena, chunks);
  const prober = new Prober(context, probe, store);
  const { keyTables } = probe;
  const markUnknown = nulls && createMarkUnknown(context, prober, { chunks, keyTables, nulls });
  return createJoinOperator(context, { output: spec, finder: prober, store, markUnknown });
}
