import type { ScalarFunction } from '@windrow/core';
import { listAccessFunctions } from './list-access.ts';
import { listBuildingFunctions } from './list-building.ts';
import { mapFunctions } from './map-functions.ts';
import { structFunctions } from './struct-functions.ts';

/** Functions of lists, structs and maps. */
export const nestedFunctions: readonly ScalarFunction[] = [
  ...listAccessFunctions,
  ...listBuildingFunctions,
  ...structFunctions,
  ...mapFunctions,
];
