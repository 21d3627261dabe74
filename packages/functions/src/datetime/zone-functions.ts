import {
  type ScalarFunction,
  type ScalarOverload,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
} from '@windrow/core';
import { example, scalar } from '../define.ts';
import { jsOverload } from '../vector/overload.ts';
import { INT64, rowwise, TEXT } from '../vector/rows.ts';
import { localToUtc, utcToLocal } from './zone-conversion.ts';

/** `timezone(zone, x)`: wall times become instants and instants wall times. */
const atZone = (isInstant: boolean): ScalarOverload => {
  const [from, to] = isInstant ? [TIMESTAMPTZ, TIMESTAMP] : [TIMESTAMP, TIMESTAMPTZ];
  return jsOverload(
    {
      display: isInstant
        ? '(VARCHAR, TIMESTAMPTZ) → TIMESTAMP'
        : '(VARCHAR, TIMESTAMP | DATE) → TIMESTAMPTZ',
      resolve([zone, time, ...rest]) {
        if (rest.length > 0 || zone?.kind !== 'varchar' || time === undefined) return undefined;
        const hasZone = time.kind === 'timestamp' && time.zoned;
        const fits = isInstant
          ? hasZone
          : !hasZone && (time.kind === 'timestamp' || time.kind === 'date' || time.kind === 'null');
        return fits ? { args: [VARCHAR, from], returns: to } : undefined;
      },
    },
    rowwise([TEXT, INT64], INT64, (zone, micros) =>
      isInstant ? utcToLocal(micros, zone) : localToUtc(micros, zone),
    ),
    { raises: true, returnsNull: true },
  );
};

/** Functions of time zones. */
export const zoneFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'timezone',
    category: 'date and time',
    doc: {
      summary:
        'The wall time of an instant in a zone, or the instant of a wall time there. The operator AT TIME ZONE.',
      examples: [
        example(
          "TIMESTAMPTZ '2024-07-01 12:00:00+00' AT TIME ZONE 'America/New_York'",
          '2024-07-01 08:00:00',
        ),
        example(
          "timezone('Europe/Berlin', TIMESTAMP '2024-07-01 12:00:00')",
          '2024-07-01 10:00:00+00',
        ),
      ],
      source: 'PostgreSQL; zones of the IANA database, through Intl',
    },
    overloads: [atZone(true), atZone(false)],
  }),
];
