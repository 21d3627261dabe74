import type { ScalarFunction } from '@windrow/core';
import { elementaryFunctions } from './elementary.ts';

/** Mathematical functions. */
export const math: readonly ScalarFunction[] = [...elementaryFunctions];
