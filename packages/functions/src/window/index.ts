import type { WindowFunction } from '@windrow/core';
import { RANKING_FUNCTIONS } from './ranking.ts';
import { VALUE_FUNCTIONS } from './values.ts';

/** Functions that exist only with OVER. */
export const WINDOW_FUNCTIONS: readonly WindowFunction[] = [
  ...RANKING_FUNCTIONS,
  ...VALUE_FUNCTIONS,
];
