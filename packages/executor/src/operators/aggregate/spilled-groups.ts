import type { OutputColumn } from '@windrow/planner';
import type { Query } from '../../runtime/query.ts';
import { type Stream, streamOf } from '../../runtime/stream.ts';
import { neededBytes, spillableBytes } from '../../spill/spill.ts';
import type { SpilledChunk } from '../../spill/spill-file.ts';
import type { PartChunk } from '../../spill/spilling-partitions.ts';
import { removeChunks, runParts } from '../../spill/split-rows.ts';
import type { MergePartitionsTaskSpec } from './merge-groups.ts';

/*
 * Hash partitions whose rows are in files: so many neighbouring ones are grouped at a time as there is
 * memory for, and their groups go to a file.
 */

/** Partitions `first` up to, without, `end`. */
interface PartitionRange {
  readonly first: number;
  readonly end: number;
}

/** Memory that a partition's rows and what is made of them may take, of what there is. */
const RANGE_SHARE = 0.5;

/** The rows in files of each partition. */
export function byPartition(
  threads: readonly { readonly spilled: readonly PartChunk[] }[],
  bits: number,
): readonly (readonly SpilledChunk[])[] {
  const partitions = Array.from({ length: 1 << bits }, (): SpilledChunk[] => []);
  for (const { spilled } of threads) {
    for (const { part, chunk } of spilled) partitions[part]!.push(chunk);
  }
  return partitions;
}

/**
 * Runs `run` for ranges of partitions one after the other, in a query of its own, and keeps what it makes in
 * a file. `perByte` is how much memory the rows take together with what is made of them.
 */
export async function runPartitions(
  query: Query,
  partitions: readonly (readonly SpilledChunk[])[],
  options: {
    readonly nodeId: number;
    readonly output: readonly OutputColumn[];
    readonly perByte: number;
    readonly run: (part: Query, range: PartitionRange) => Promise<Stream>;
  },
): Promise<Stream> {
  const { nodeId, output, perByte, run } = options;
  const maxBytes = spillableBytes(query.memory) * RANGE_SHARE;
  const ranges: PartitionRange[] = [];
  let bytes = 0;
  let first = 0;
  partitions.forEach((chunks, partition) => {
    const own = perByte * chunks.reduce((sum, chunk) => sum + bytesOf(chunk), 0);
    if (partition > first && bytes + own > maxBytes) {
      ranges.push({ first, end: partition });
      first = partition;
      bytes = 0;
    }
    bytes += own;
  });
  ranges.push({ first, end: partitions.length });
  const stream = await runParts(query, {
    nodeId,
    parts: ranges.map(() => []),
    columns: output,
    mayCut: false,
    run: (part, index) => run(part, ranges[index]!),
  });
  removeChunks(partitions.flat());
  return stream;
}

const bytesOf = ({ length, bytes }: SpilledChunk): number => neededBytes({ rows: length, bytes });

/** Groups the rows of all partitions, with the groups that were found in memory. */
export const mergeSpilled = (
  query: Query,
  partitions: readonly (readonly SpilledChunk[])[],
  options: Pick<MergePartitionsTaskSpec, 'nodeId' | 'aggregation' | 'groups' | 'rows'> & {
    readonly output: readonly OutputColumn[];
  },
): Promise<Stream> => {
  const { output, ...grouping } = options;
  const { nodeId, aggregation } = grouping;
  return runPartitions(query, partitions, {
    nodeId,
    output,
    perByte: 1,
    async run(part, { first, end }): Promise<Stream> {
      const lists = await part.runTasks(
        {
          kind: 'mergePartitions',
          ...grouping,
          spilled: partitions.slice(first, end),
          firstPartition: first,
          partitionsPerTask: 1,
        },
        end - first,
      );
      const rows = lists.reduce((sum, { count }) => sum + count, 0);
      const morsels = lists.length;
      return streamOf({ kind: 'groups', nodeId, morsels, rows, aggregation, lists }, output);
    },
  });
};
