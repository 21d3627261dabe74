import {
  BIGINT,
  DATE,
  DOUBLE,
  INTERVAL,
  type ScalarFunction,
  type ScalarOverload,
  type Signature,
  SqlError,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
} from '@windrow/core';
import { castLiteral } from '../cast/literal.ts';
import { example, scalar, signature } from '../define.ts';
import { outOfRange } from '../errors.ts';
import { shownText } from '../text/shown.ts';
import { jsOverload } from '../vector/overload.ts';
import { FLOAT64, INT32, INT64, INTERVALS, rowwise, TEXT } from '../vector/rows.ts';
import { parseFormat } from './format-codes.ts';
import { formatWith, timeAndFormat, timeFormatter } from './format-functions.ts';
import { strftimeOf } from './letter-pattern.ts';
import { parseByFormat } from './strptime.ts';
import { floorDivide, MICROS_PER_DAY, MICROS_PER_SECOND } from './units.ts';

const SPARK = 'Spark SQL; patterns of java.time.format.DateTimeFormatter';
const DEFAULT_PATTERN = 'yyyy-MM-dd HH:mm:ss';

/** The microseconds that a text means. */
function read(text: string, pattern: string): bigint {
  const micros = parseByFormat(text, parseFormat(strftimeOf(pattern)));
  if (micros !== undefined) return micros;
  throw new SqlError('execution', `${shownText(text)} does not match ${shownText(pattern)}`, {
    sqlState: '22007',
    hint: 'try_strptime gives NULL for such a text.',
  });
}

const RAISES = { raises: true };

/** (text, pattern); a constant pattern is looked at when the query is bound. */
const textAndPattern = (returns: typeof DATE): Signature => ({
  display: `(VARCHAR, VARCHAR) → ${returns.kind.toUpperCase()}`,
  resolve([text, pattern, ...rest], [, constant]) {
    const isText = text?.kind === 'varchar' || text?.kind === 'null';
    const isPattern = pattern?.kind === 'varchar' || pattern?.kind === 'null';
    if (rest.length > 0 || !isText || !isPattern) return undefined;
    if (typeof constant === 'string') strftimeOf(constant);
    return { args: [VARCHAR, VARCHAR], returns };
  },
});

/** `to_timestamp(text, pattern)`. */
export const timestampByPattern: ScalarOverload = jsOverload(
  textAndPattern(TIMESTAMP),
  rowwise([TEXT, TEXT], INT64, read),
  RAISES,
);

const toDate: ScalarOverload = jsOverload(
  textAndPattern(DATE),
  rowwise([TEXT, TEXT], INT32, (text, pattern) =>
    Number(floorDivide(read(text, pattern), MICROS_PER_DAY)),
  ),
  RAISES,
);

const seconds = (micros: bigint): bigint => floorDivide(micros, MICROS_PER_SECOND);

const unixTimestamp: readonly ScalarOverload[] = [
  jsOverload(signature([], BIGINT), (context, _args, result) => {
    const write = INT64.writer(context, result);
    for (let row = 0; row < result.length; row++) write(row, seconds(context.session.nowMicros));
  }),
  jsOverload(signature([TIMESTAMP], BIGINT), rowwise([INT64], INT64, seconds)),
  jsOverload(signature([TIMESTAMPTZ], BIGINT), rowwise([INT64], INT64, seconds)),
  jsOverload(
    signature([VARCHAR], BIGINT),
    rowwise([TEXT], INT64, (text) => seconds(read(text, DEFAULT_PATTERN))),
    RAISES,
  ),
  jsOverload(
    textAndPattern(BIGINT),
    rowwise([TEXT, TEXT], INT64, (text, pattern) => seconds(read(text, pattern))),
    RAISES,
  ),
];

/** The text of seconds since 1970 in the session's zone. */
const fromUnixTime: readonly ScalarOverload[] = [1, 2].map((arity) =>
  jsOverload(
    signature([BIGINT, VARCHAR].slice(0, arity), VARCHAR),
    (context, args, result) => {
      const write = timeFormatter(context, true);
      const text = (secs: bigint, pattern = DEFAULT_PATTERN): string => {
        const micros = secs * MICROS_PER_SECOND;
        if (BigInt.asIntN(64, micros) !== micros) throw outOfRange(`${secs} s is not a TIMESTAMP`);
        return write(micros, strftimeOf(pattern));
      };
      const run = arity === 1 ? rowwise([INT64], TEXT, text) : rowwise([INT64, TEXT], TEXT, text);
      run(context, args, result);
    },
    RAISES,
  ),
);

const MICROS = 1_000_000;

function makeInterval(...fields: readonly (bigint | number)[]): {
  months: number;
  days: number;
  micros: bigint;
} {
  const [years = 0n, months = 0n, weeks = 0n, days = 0n, hours = 0n, minutes = 0n] =
    fields as readonly bigint[];
  const secs = (fields[6] as number | undefined) ?? 0;
  const total = {
    months: years * 12n + months,
    days: weeks * 7n + days,
    micros: (hours * 3600n + minutes * 60n) * MICROS_PER_SECOND + BigInt(Math.round(secs * MICROS)),
  };
  const fits =
    BigInt.asIntN(32, total.months) === total.months &&
    BigInt.asIntN(32, total.days) === total.days &&
    BigInt.asIntN(64, total.micros) === total.micros;
  if (!fits) throw outOfRange('the fields of make_interval do not fit an INTERVAL');
  return { months: Number(total.months), days: Number(total.days), micros: total.micros };
}

const FIELDS = [BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, DOUBLE];
const FIELD_READERS = [INT64, INT64, INT64, INT64, INT64, INT64, FLOAT64] as const;

interface LetterFunctionOptions {
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly overloads: readonly ScalarOverload[];
  readonly volatility?: 'stable';
}

const letterFunction = ({ summary, examples, ...rest }: LetterFunctionOptions): ScalarFunction =>
  scalar({
    ...rest,
    category: 'date and time',
    doc: {
      summary,
      examples: examples.map(([sql, result]) => example(sql, result)),
      source: SPARK,
    },
  });

/** Dates by patterns of letters, and times as seconds. */
export const letterFunctions: readonly ScalarFunction[] = [
  letterFunction({
    name: 'date_format',
    summary: 'The text of a date or timestamp by a pattern of letters such as `yyyy-MM-dd`.',
    examples: [
      ["date_format(DATE '2024-02-29', 'EEE, d MMMM yyyy')", 'Thu, 29 February 2024'],
      ["date_format(TIMESTAMP '2024-02-29 12:34:56', 'h:mm a')", '12:34 PM'],
    ],
    overloads: [jsOverload(timeAndFormat(strftimeOf), formatWith(strftimeOf), RAISES)],
  }),
  letterFunction({
    name: 'to_date',
    summary: 'The date that a text means, by a pattern of letters if one is given.',
    examples: [
      ["to_date('2024-02-29')", '2024-02-29'],
      ["to_date('29/02/24', 'dd/MM/yy')", '2024-02-29'],
    ],
    overloads: [
      jsOverload(
        signature([VARCHAR], DATE),
        (context, args, result) =>
          rowwise(
            [TEXT],
            INT32,
            (text) => castLiteral(text, VARCHAR, DATE, context.session) as number,
          )(context, args, result),
        RAISES,
      ),
      toDate,
    ],
  }),
  letterFunction({
    name: 'unix_timestamp',
    summary:
      'Whole seconds since 1970-01-01 of now, of a timestamp, or of a text by a pattern of letters (`yyyy-MM-dd HH:mm:ss`).',
    examples: [
      ["unix_timestamp(TIMESTAMP '1970-01-02 00:00:01.5')", '86401'],
      ["unix_timestamp('02.01.1970', 'dd.MM.yyyy')", '86400'],
    ],
    volatility: 'stable',
    overloads: unixTimestamp,
  }),
  letterFunction({
    name: 'from_unixtime',
    summary:
      'The text of seconds since 1970-01-01 in the session zone, by a pattern of letters (`yyyy-MM-dd HH:mm:ss`).',
    examples: [
      ['from_unixtime(86401)', '1970-01-02 00:00:01'],
      ["from_unixtime(86401, 'dd.MM.yyyy')", '02.01.1970'],
    ],
    overloads: fromUnixTime,
  }),
  letterFunction({
    name: 'make_interval',
    summary:
      'The interval of years, months, weeks, days, hours, minutes and seconds, 0 if left out.',
    examples: [['make_interval(1, 2, 0, 3, 4, 5, 6.5)', '1 year 2 months 3 days 04:05:06.5']],
    overloads: Array.from({ length: FIELDS.length + 1 }, (_, arity) =>
      jsOverload(
        signature(FIELDS.slice(0, arity), INTERVAL),
        rowwise(FIELD_READERS.slice(0, arity), INTERVALS, makeInterval as never),
        RAISES,
      ),
    ),
  }),
];
