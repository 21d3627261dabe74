export * from './bitmap';
export * from './convert';
export * from './dictionary';
export { sortEncode, sortEncodeRows, sortKeyRange, sortKeyRangeMerge } from './sort-key';
export * from './sort';
export * from './gather';
