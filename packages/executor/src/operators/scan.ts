import { Arena, type Batch, type ScanDescription } from '@windrow/core';
import type { PhysicalScan } from '@windrow/planner';
import type { Source, TaskContext } from '../operator.ts';
import { sliceBatches } from '../runtime/slice.ts';
import { type SourceData, type Stream, streamOf } from '../runtime/stream.ts';

/** Reads a table; a morsel is a partition of the scan. */
export interface ScanSourceSpec extends SourceData {
  readonly kind: 'scan';
  readonly description: ScanDescription;
}

export const lowerScan = (plan: PhysicalScan): Stream =>
  streamOf(
    {
      kind: 'scan',
      nodeId: plan.nodeId,
      morsels: plan.description.partitions.length,
      rows: plan.description.partitions.reduce((sum, partition) => sum + partition.rows, 0),
      // Readers go by their own part of the description.
      description: { ...plan.description, partitions: [] },
    },
    plan.output,
  );

export function openScan(spec: ScanSourceSpec, context: TaskContext): Source {
  const { memory, sources, taskArena } = context;
  // A partition lives longer than a batch and shorter than the query.
  const arena = new Arena(memory, taskArena.owner);
  const reader = sources.source(spec.description.source).open(spec.description, { memory });
  return {
    *batches(morsel): Iterable<Batch> {
      arena.reset();
      yield* sliceBatches(context, reader.read(morsel, arena));
    },
    close() {
      reader.close();
      arena.release();
    },
  };
}
