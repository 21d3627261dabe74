import { readFileSync } from 'node:fs';
import type { SharedMemory } from '@windrow/core';
import type { BitmapKernels } from './bitmap.ts';
import type { BoundsKernels } from './bounds.ts';
import type { CompareKernels } from './compare.ts';
import type { ConvertKernels } from './convert.ts';
import type { CsvKernels } from './csv.ts';
import type { DecompressKernels } from './decompress.ts';
import type { DictionaryKernels } from './dictionary.ts';
import type { FormatKernels } from './format.ts';
import type { FrameCostKernels } from './frame-cost.ts';
import type { FrameQuantileKernels } from './frame-quantile.ts';
import type { GatherKernels } from './gather.ts';
import type { HashKernels } from './hash.ts';
import type { HashTableKernels } from './hash-table.ts';
import type { HyperLogLogKernels } from './hyperloglog.ts';
import type { Int128Kernels } from './int128.ts';
import type { JoinKernels } from './join.ts';
import type { JsonScanKernels } from './json-scan.ts';
import type { MathKernels } from './math.ts';
import type { NestedKernels } from './nested.ts';
import type { ParquetKernels } from './parquet.ts';
import type { ParquetEncodeKernels } from './parquet-encode.ts';
import type { ParseKernels } from './parse.ts';
import type { PartitionKernels } from './partition.ts';
import type { RecordTextKernels } from './record-text.ts';
import type { RowGroupKernels } from './row-groups.ts';
import type { RowStoreKernels } from './row-store.ts';
import type { SegmentKernels } from './segment.ts';
import type { SortKernels } from './sort.ts';
import type { StringKernels } from './string.ts';
import type { TemporalKernels } from './temporal.ts';
import type { TextSearchKernels } from './text-search.ts';
import type { TextShapeKernels } from './text-shape.ts';
import type { UnnestKernels } from './unnest.ts';
import type { WindowFrameKernels } from './window-frame.ts';
import type { WindowFunctionKernels } from './window-function.ts';

/**
 * Exports of kernels.wasm, one interface a family, beside the family's file in `assembly/`.
 * All parameters are addresses in the shared memory, counts, or plain numbers; kernels never allocate.
 */
export interface KernelExports
  extends BitmapKernels,
    CompareKernels,
    ConvertKernels,
    DictionaryKernels,
    FormatKernels,
    FrameCostKernels,
    FrameQuantileKernels,
    GatherKernels,
    Int128Kernels,
    JoinKernels,
    MathKernels,
    NestedKernels,
    ParseKernels,
    SegmentKernels,
    SortKernels,
    StringKernels,
    TemporalKernels,
    TextSearchKernels,
    RowGroupKernels,
    RowStoreKernels,
    WindowFrameKernels,
    WindowFunctionKernels,
    BoundsKernels,
    HyperLogLogKernels,
    HashKernels,
    CsvKernels,
    TextShapeKernels,
    HashTableKernels,
    PartitionKernels,
    JsonScanKernels,
    UnnestKernels,
    RecordTextKernels,
    ParquetKernels,
    DecompressKernels,
    ParquetEncodeKernels {}

let compiled: WebAssembly.Module | undefined;

/** kernels.wasm, compiled once a thread. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(
    readFileSync(new URL('../dist/kernels.wasm', import.meta.url)),
  );
  return compiled;
}

const instances = new WeakMap<WebAssembly.Memory, KernelExports>();

/** The kernels over a memory, instantiated once a thread and memory. */
export function kernels(shared: SharedMemory): KernelExports {
  let exports = instances.get(shared.memory);
  if (exports === undefined) {
    const instance = new WebAssembly.Instance(kernelModule(), { env: { memory: shared.memory } });
    exports = instance.exports as unknown as KernelExports;
    instances.set(shared.memory, exports);
  }
  return exports;
}
