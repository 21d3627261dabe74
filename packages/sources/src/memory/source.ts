import type { PartitionReader, ScanDescription, ScanSource } from '@windrow/core';
import { MEMORY_SOURCE } from './memory-table.ts';
import { type MemoryScan, partitionOf } from './scan.ts';

/** Hands out the partitions of memory tables; they lie in shared memory already. */
export const memorySource: ScanSource = {
  name: MEMORY_SOURCE,
  open: (description: ScanDescription): PartitionReader => {
    const scan = description.spec as MemoryScan;
    return {
      read: (partition) => partitionOf(scan, partition),
      close: () => undefined,
    };
  },
};
