import type { Chunk, PartitionReader, ScanDescription, ScanSource } from '@windrow/core';
import { assert } from '@windrow/core';
import { MEMORY_SOURCE, type MemoryScan } from './memory-table.ts';

/** Hands out the partitions of memory tables; they lie in shared memory already. */
export const memorySource: ScanSource = {
  name: MEMORY_SOURCE,
  open: (description: ScanDescription): PartitionReader => {
    const { partitions } = description.spec as MemoryScan;
    return {
      read: (partition: number): Chunk => {
        const chunk = partitions[partition];
        assert(chunk !== undefined, `partition ${partition} is one of the scan's`);
        return chunk;
      },
      close: () => undefined,
    };
  },
};
