export type { BitmapKernels } from './bitmap.ts';
export { CSV_JOB, CSV_OPTIONS, CSV_PROBLEMS, type CsvKernels } from './csv.ts';
export { type FrameQuantileKernels, frameMatrixBytes } from './frame-quantile.ts';
export { COPY_SLACK_BYTES, type GatherKernels, NOT_FALSE, NOT_TRUE, TRUE } from './gather.ts';
export type { HashKernels } from './hash.ts';
export {
  GROUP_HEAD_BYTES,
  GROUP_TABLE,
  GROUP_TABLE_BYTES,
  type HashTableKernels,
} from './hash-table.ts';
export { HYPERLOGLOG_BYTES, hyperLogLogEstimate } from './hyperloglog.ts';
export {
  JOIN_ENTRY_BYTES,
  JOIN_FILTER_BYTES,
  JOIN_KEY_BYTES,
  JOIN_SLOT_BYTES,
  JOIN_TABLE_BYTES,
  type JoinFilterLayout,
  type JoinKernels,
  type JoinKeyLayout,
  type JoinTableKind,
  type JoinTableLayout,
  writeJoinFilter,
  writeJoinKey,
  writeJoinTable,
} from './join.ts';
export {
  JSON_COLUMN,
  JSON_COLUMN_BYTES,
  JSON_JOB,
  JSON_JOB_BYTES,
  JSON_KINDS,
  JSON_OPTIONS,
  JSON_PROBLEMS,
  type JsonKind,
  type JsonScanKernels,
} from './json-scan.ts';
export { type KernelExports, kernelModule, kernels } from './module.ts';
export { type NestedKernels, orderedBytes } from './nested.ts';
export { type ParquetEncodeKernels, SNAPPY_TABLE_BYTES } from './parquet-encode.ts';
export { PHYSICAL_TYPE_CODES } from './physical.ts';
export {
  RECORD_COLUMN,
  RECORD_COLUMN_BYTES,
  RECORD_KINDS,
  type RecordTextKernels,
} from './record-text.ts';
export type { RowGroupKernels } from './row-groups.ts';
export type { RowStoreKernels } from './row-store.ts';
export { type SegmentKernels, segmentQuantileBytes, segmentTableBytes } from './segment.ts';
export {
  readSortRange,
  SORT_ENTRY_BYTES,
  SORT_RANGE_BYTES,
  SORT_RANK_PHASES,
  SORT_RANK_STATE_BYTES,
  SORT_RANKINGS,
  SORT_WITHIN_SCRATCH_BYTES,
  type SortKernels,
  type SortRange,
  sortRangeTableBytes,
  sortScratchBytes,
  writeFullSortRange,
} from './sort.ts';
export { createSortProgram, type SortColumn, type SortProgram } from './sort-program.ts';
export { DATE_PARTS, type DatePart, type TemporalKernels } from './temporal.ts';
export { TEXT_SHAPES, type TextShape, type TextShapeKernels } from './text-shape.ts';
export { WINDOW_OFFSETS, type WindowFrameKernels } from './window-frame.ts';
export type { WindowFunctionKernels } from './window-function.ts';
