import type { ScalarFunction } from '@windrow/core';
import { listFunctions } from './list-functions.ts';
import { structFunctions } from './struct-functions.ts';

/** Functions of lists and structs. */
export const nestedFunctions: readonly ScalarFunction[] = [...listFunctions, ...structFunctions];
