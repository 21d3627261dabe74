import type { StreamOperator, TaskContext } from '../../operator.ts';
import { type RowChunk, RowStore } from '../../runtime/row-store.ts';
import type { OperatorData } from '../../runtime/stream.ts';
import { createJoinOperator, type JoinOutput } from './join-kinds.ts';
import { createMarkUnknown } from './null-aware.ts';
import { Prober, type ProbeSpec } from './prober.ts';

/** Looks up the rows of the probe side in the table of the build side. */
export interface HashJoinProbeSpec extends OperatorData, JoinOutput {
  readonly kind: 'hashJoinProbe';
  readonly probe: ProbeSpec;
  /** Kept rows of the build side, at least one. */
  readonly chunks: readonly RowChunk[];
  /** Membership is three-valued; there is one key and no residual. */
  readonly nullAware: boolean;
  /** Has a build row a NULL key? Known where it is asked for. */
  readonly buildHasNull: boolean;
}

export function openHashJoinProbe(spec: HashJoinProbeSpec, context: TaskContext): StreamOperator {
  const { probe, chunks, nullAware, buildHasNull } = spec;
  const store = new RowStore(context.memory, context.taskArena, chunks);
  const prober = new Prober(context, probe, store);
  const markUnknown = nullAware ? createMarkUnknown(context, buildHasNull) : undefined;
  return createJoinOperator(context, { output: spec, finder: prober, store, markUnknown });
}
