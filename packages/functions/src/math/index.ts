import type { ScalarFunction } from '@windrow/core';
import { bitwiseFunctions } from './bitwise.ts';
import { elementaryFunctions } from './elementary.ts';
import { integerFunctions } from './integer.ts';
import { radixFunctions } from './radix.ts';
import { roundingFunctions } from './rounding.ts';
import { widthBucketFunction } from './width-bucket.ts';

/** Mathematical functions. */
export const math: readonly ScalarFunction[] = [
  ...roundingFunctions,
  ...integerFunctions,
  ...elementaryFunctions,
  ...bitwiseFunctions,
  ...radixFunctions,
  widthBucketFunction,
];
