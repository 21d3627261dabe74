import type { ScalarFunction } from '@windrow/core';
import { ageFunctions } from './age.ts';
import { bucketFunctions } from './bucket.ts';
import { calendarFunctions } from './calendar-functions.ts';
import { constructFunctions } from './construct.ts';
import { currentFunctions } from './current.ts';
import { differenceFunctions } from './difference.ts';
import { formatFunctions } from './format-functions.ts';
import { letterFunctions } from './letter-functions.ts';
import { partFunctions } from './part-functions.ts';
import { shiftFunctions } from './shift.ts';
import { truncateFunctions } from './truncate.ts';
import { zoneFunctions } from './zone-functions.ts';

/** Functions of dates, times and intervals. */
export const datetimeFunctions: readonly ScalarFunction[] = [
  ...currentFunctions,
  ...partFunctions,
  ...truncateFunctions,
  ...differenceFunctions,
  ...shiftFunctions,
  ...ageFunctions,
  ...calendarFunctions,
  ...bucketFunctions,
  ...constructFunctions,
  ...formatFunctions,
  ...letterFunctions,
  ...zoneFunctions,
];
