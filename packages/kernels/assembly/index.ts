export * from './bitmap';
export * from './compare';
export * from './convert';
export * from './dictionary';
export * from './int128';
export { sortEncode, sortEncodeRows, sortKeyRange, sortKeyRangeMerge } from './sort-key';
export * from './sort';
export * from './gather';
export * from './row-store';
