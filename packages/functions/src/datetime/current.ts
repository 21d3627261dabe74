import {
  DATE,
  type EvalContext,
  type ScalarFunction,
  type SqlType,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
} from '@windrow/core';
import { example, scalar, signature } from '../define.ts';
import { jsOverload } from '../vector/overload.ts';
import { INT32, INT64, type Writer } from '../vector/rows.ts';
import { floorDivide, floorModulo, MICROS_PER_DAY } from './units.ts';
import { utcToLocal } from './zone-conversion.ts';

const SQL_DATETIME =
  'ISO/IEC 9075-2 §6.35 (datetime value function); fixed at the start of the statement';

/** The start of the statement as wall time of the session's zone. */
const localNow = ({ session }: EvalContext): bigint =>
  utcToLocal(session.nowMicros, session.timeZone) ?? session.nowMicros;

interface CurrentOptions<T> {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** An expression over the function whose value is known. */
  readonly example: readonly [sql: string, result: string];
  readonly returns: SqlType;
  readonly write: Writer<T>;
  readonly value: (context: EvalContext) => T;
}

const currentFunction = <T>(options: CurrentOptions<T>): ScalarFunction =>
  scalar({
    name: options.name,
    aliases: options.aliases ?? [],
    category: 'date and time',
    doc: {
      summary: options.summary,
      examples: [example(...options.example)],
      source: SQL_DATETIME,
    },
    volatility: 'stable',
    overloads: [
      jsOverload(signature([], options.returns), (context, _args, result) => {
        const write = options.write.writer(context, result);
        const value = options.value(context);
        for (let row = 0; row < result.length; row++) write(row, value);
      }),
    ],
  });

/** Functions of the present. */
export const currentFunctions: readonly ScalarFunction[] = [
  currentFunction({
    name: 'current_date',
    aliases: ['today'],
    summary: 'Today in the session zone.',
    example: ['current_date = now()::DATE', 'true'],
    returns: DATE,
    write: INT32,
    value: (context) => Number(floorDivide(localNow(context), MICROS_PER_DAY)),
  }),
  currentFunction({
    name: 'now',
    aliases: ['current_timestamp', 'transaction_timestamp'],
    summary: 'The instant at which the statement started.',
    example: ['now() = now()', 'true'],
    returns: TIMESTAMPTZ,
    write: INT64,
    value: ({ session }) => session.nowMicros,
  }),
  currentFunction({
    name: 'current_time',
    aliases: ['get_current_time'],
    summary: 'The time of day in the session zone.',
    example: ['current_time = now()::TIME', 'true'],
    returns: TIME,
    write: INT64,
    value: (context) => floorModulo(localNow(context), MICROS_PER_DAY),
  }),
  currentFunction({
    name: 'localtimestamp',
    aliases: ['current_localtimestamp'],
    summary: 'Date and time in the session zone.',
    example: ['localtimestamp = now()::TIMESTAMP', 'true'],
    returns: TIMESTAMP,
    write: INT64,
    value: localNow,
  }),
];
