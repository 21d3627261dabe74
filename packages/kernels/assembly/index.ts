export * from './bitmap';
export * from './compare';
export * from './convert';
export * from './dictionary';
export * from './int128';
export {
  joinCodes, joinCompareKeys, joinEntries, joinExpand, joinFillRegion, joinFinishRegion, joinKeepPairs,
  joinMarkBuild, joinMarkNulls, joinMarkRows, joinMarkTruth, joinMatchable, joinOffsetRows, joinPairs,
  joinProbe, joinRowsByByte, joinScatter, joinWithoutHead,
} from './join';
export * from './join-filter';
export * from './math';
export { nestedBytes, nestedBytesSize } from './nested';
export * from './parse';
export { sortEncode, sortEncodeRows, sortKeyRange, sortKeyRangeMerge } from './sort-key';
export * from './sort';
export * from './sort-top';
export * from './format';
export * from './gather';
export * from './row-store';
export * from './window-frame';
export * from './window-function';
export * from './bounds';
export * from './hyperloglog';
export * from './hash';
export * from './csv';
export * from './text-shape';
export * from './hash-table';
export * from './partition';
export * from './segment';
export * from './string';
export * from './text-search';
export * from './frame-cost';
export * from './row-groups';
export * from './temporal';
export * from './json-scan';
export * from './unnest';
export * from './record-text';
