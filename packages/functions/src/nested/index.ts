import type { ScalarFunction } from '@windrow/core';
import { listFunctions } from './list-functions.ts';
import { mapFunctions } from './map-functions.ts';
import { structFunctions } from './struct-functions.ts';

/** Functions of lists, structs and maps. */
export const nestedFunctions: readonly ScalarFunction[] = [
  ...listFunctions,
  ...structFunctions,
  ...mapFunctions,
];
