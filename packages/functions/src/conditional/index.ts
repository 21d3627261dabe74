import type { ScalarFunction } from '@windrow/core';
import { extremeFunctions } from './extremes.ts';
import { nullFunctions } from './null-functions.ts';

/** Functions that choose among their arguments. */
export const conditionalFunctions: readonly ScalarFunction[] = [
  ...extremeFunctions,
  ...nullFunctions,
];
