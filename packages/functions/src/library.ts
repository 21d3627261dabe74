import type { FunctionDefinition } from '@windrow/core';
import { AGGREGATES } from './aggregate/index.ts';
import { conditionalFunctions } from './conditional/index.ts';
import { datetimeFunctions } from './datetime/index.ts';
import { jsonFunctions } from './json/index.ts';
import { math } from './math/index.ts';
import { nestedFunctions } from './nested/index.ts';
import { operators } from './operators/index.ts';
import { stringFunctions } from './string/index.ts';
import { systemFunctions } from './system/index.ts';
import { utilityFunctions } from './utility/index.ts';
import { WINDOW_FUNCTIONS } from './window/index.ts';

/** Every function that comes with the engine, category by category. */
export const library: readonly FunctionDefinition[] = [
  ...operators,
  ...math,
  ...stringFunctions,
  ...datetimeFunctions,
  ...conditionalFunctions,
  ...nestedFunctions,
  ...jsonFunctions,
  ...utilityFunctions,
  ...systemFunctions,
  ...AGGREGATES,
  ...WINDOW_FUNCTIONS,
];
