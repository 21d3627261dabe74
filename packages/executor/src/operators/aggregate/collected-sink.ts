import { type Batch, UINTEGER, type Vector } from '@windrow/core';
import { createProjector } from '../../expression/projector.ts';
import type { PipelineSink, Returns, TaskContext } from '../../operator.ts';
import { layoutOf } from '../../runtime/layout.ts';
import type { OperatorData } from '../../runtime/stream.ts';
import { type KeptPartitions, SpillingPartitions } from '../../spill/spilling-partitions.ts';
import { type CollectedAggregation, keptTypes } from './collected.ts';
import { hashKeys } from './key-encoder.ts';

/** Distributes rows by their keys, with the values of what aggregates need and their morsels. */
export interface CollectedSinkSpec extends OperatorData, Returns<KeptPartitions> {
  readonly kind: 'collected';
  readonly aggregation: CollectedAggregation;
  /** 0: all rows go into one partition. */
  readonly bits: number;
  readonly expectedRows: number;
  /** May rows go to files? */
  readonly spills: boolean;
}

export function openCollectedSink(
  spec: CollectedSinkSpec,
  context: TaskContext,
): PipelineSink<KeptPartitions> {
  const { aggregation, bits, expectedRows, spills } = spec;
  const { input, columns, keyCount } = aggregation;
  const { memory, batchArena, spill } = context;
  const projector = createProjector(context, columns, layoutOf(input));
  const rows = new SpillingPartitions(context, {
    types: keptTypes(aggregation),
    bits,
    expectedRows,
  });
  return {
    push(batch: Batch, { morsel }): void {
      const { length } = batch;
      const values = projector.evaluate(batch);
      const hashes =
        bits === 0
          ? batchArena.allocateZeroed(length * 8)
          : hashKeys(context, values.slice(0, keyCount), length).hashes;
      const at = batchArena.allocate(4);
      memory.u32[at / 4] = morsel;
      const morsels: Vector = {
        kind: 'constant',
        type: UINTEGER,
        length,
        values: at,
        isNull: false,
        stable: true,
      };
      rows.append([...values, morsels], hashes, length);
      if (spills && spill.isShort(rows.rows, rows.bytes)) rows.spill();
    },
    finish(): KeptPartitions {
      if (spills && spill.isForced) rows.spill();
      return rows.finish();
    },
  };
}
