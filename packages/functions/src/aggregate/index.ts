import type { AggregateFunction } from '@windrow/core';
import { EXTREME_AGGREGATES } from './extremes.ts';
import { MOMENT_AGGREGATES } from './moments.ts';
import { SUM_AGGREGATES } from './sums.ts';

/** Every aggregate function. */
export const AGGREGATES: readonly AggregateFunction[] = [
  ...SUM_AGGREGATES,
  ...EXTREME_AGGREGATES,
  ...MOMENT_AGGREGATES,
];
