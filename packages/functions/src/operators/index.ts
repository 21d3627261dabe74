import type { ScalarFunction } from '@windrow/core';
import { arithmetic } from './arithmetic.ts';
import { boolean } from './boolean.ts';
import { comparison } from './comparison.ts';
import { division } from './division.ts';
import { inList } from './in-list.ts';
import { tryArithmetic } from './try-arithmetic.ts';

/** The functions that SQL operators bind to. */
export const operators: readonly ScalarFunction[] = [
  ...arithmetic,
  ...division,
  ...tryArithmetic,
  ...comparison,
  ...boolean,
  inList,
];
