import type { ScalarFunction } from '@windrow/core';
import { hashFunctions } from './hash.ts';
import { introspectionFunctions } from './introspection.ts';
import { randomFunctions } from './random.ts';

/** Hashes, random values and functions about values. */
export const utilityFunctions: readonly ScalarFunction[] = [
  ...hashFunctions,
  ...randomFunctions,
  ...introspectionFunctions,
];
