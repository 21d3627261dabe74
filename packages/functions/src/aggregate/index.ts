import type { AggregateFunction } from '@windrow/core';
import { COLLECTING_AGGREGATES } from './collect.ts';
import { EXTREME_AGGREGATES } from './extremes.ts';
import { MOMENT_AGGREGATES } from './moments.ts';
import { PICK_AGGREGATES } from './picks.ts';
import { PRODUCT_AGGREGATES } from './products.ts';
import { QUANTILE_AGGREGATES } from './quantiles.ts';
import { SUM_AGGREGATES } from './sums.ts';

/** Every aggregate function. */
export const AGGREGATES: readonly AggregateFunction[] = [
  ...SUM_AGGREGATES,
  ...EXTREME_AGGREGATES,
  ...MOMENT_AGGREGATES,
  ...PRODUCT_AGGREGATES,
  ...PICK_AGGREGATES,
  ...QUANTILE_AGGREGATES,
  ...COLLECTING_AGGREGATES,
];
