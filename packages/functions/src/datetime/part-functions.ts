import {
  BIGINT,
  bitmapBytes,
  DATE,
  DOUBLE,
  type EvalContext,
  INTERVAL,
  isValidAt,
  type LiteralValue,
  list,
  type ResultVector,
  type ScalarFunction,
  type ScalarOverload,
  type Signature,
  type SqlType,
  setValidAt,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
} from '@windrow/core';
import { DATE_PARTS, type DatePart } from '@windrow/kernels';
import { emitted, example, scalar } from '../define.ts';
import { type Code, push } from '../emit/code.ts';
import { callKernel } from '../emit/kernel-call.ts';
import { first } from '../emit/value.ts';
import { family } from '../resolve.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, LITERAL, TEXT } from '../vector/rows.ts';
import { isSpecialPart, partNamed, type SpecialPart } from './parts.ts';
import { readPart, readSpecialPart } from './read-part.ts';
import { DATE_INFINITY, TIMESTAMP_INFINITY } from './units.ts';

const SQL_EXTRACT = 'ISO/IEC 9075-2 §6.30 (EXTRACT); weeks of ISO 8601; further parts as in DuckDB';

/** The type in which parts of a type are looked for; undefined when it has none. */
export function partedType(type: SqlType | undefined): SqlType | undefined {
  switch (type?.kind) {
    case 'date':
      return DATE;
    case 'time':
      return TIME;
    case 'interval':
      return INTERVAL;
    case 'timestamp':
      return type.zoned ? TIMESTAMPTZ : TIMESTAMP;
    case 'null':
      return TIMESTAMP;
    default:
      return undefined;
  }
}

type Part = DatePart | SpecialPart;

const resultType = (part: Part | undefined): SqlType =>
  part === 'epoch' || part === 'julian' ? DOUBLE : BIGINT;

function readAnyPart(
  context: EvalContext,
  part: Part,
  source: Argument,
  result: ResultVector,
): void {
  if (isSpecialPart(part)) readSpecialPart(context, part, source, result);
  else readPart(context, part, source, result);
}

/** One row of a column and of a result, for parts that change from row to row. */
function rowSlice(source: Argument, row: number, width: number): Argument {
  return source.kind === 'constant'
    ? { ...source, length: 1 }
    : { ...source, length: 1, values: source.values + row * width, validity: 0 };
}

const datePartSignature: Signature = {
  display: '(VARCHAR, DATE | TIME | TIMESTAMP | INTERVAL) → BIGINT | DOUBLE',
  resolve([part, source], [name]) {
    const type = partedType(source);
    if (part?.kind !== 'varchar' || type === undefined) return undefined;
    const known = typeof name === 'string' ? partNamed(name) : undefined;
    return { args: [VARCHAR, type], returns: resultType(known) };
  },
};

const datePart: ScalarOverload = jsOverload(
  datePartSignature,
  (context, args, result) => {
    const { memory, arena } = context;
    const [names, source] = args as readonly [Argument, Argument];
    const readName = TEXT.reader(memory, names);
    if (names.kind === 'constant') {
      readAnyPart(context, partNamed(readName(0)), source, result);
      return;
    }
    const width = source.type.kind === 'date' ? 4 : source.type.kind === 'interval' ? 16 : 8;
    const validity = arena.allocate(8);
    for (let row = 0; row < result.length; row++) {
      if (!isValidAt(memory, result.validity, row)) continue;
      memory.u8[validity] = 1;
      const one = { ...result, length: 1, values: result.values + 8 * row, validity };
      readAnyPart(context, partNamed(readName(row)), rowSlice(source, row, width), one);
      if (memory.u8[validity] === 0) setValidAt(memory, result.validity, row, false);
    }
  },
  { raises: true, returnsNull: true },
);

const isNames = (value: LiteralValue | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

/** `date_part(['year', 'month'], x)`: a struct of the parts. */
const dateParts: ScalarOverload = jsOverload(
  {
    display: '(VARCHAR[], DATE | TIME | TIMESTAMP | INTERVAL) → STRUCT',
    resolve([, source], [names]) {
      const type = partedType(source);
      if (type === undefined || !isNames(names)) return undefined;
      const fields = names.map((name) => ({ name, type: resultType(partNamed(name)) }));
      return { args: [list(VARCHAR), type], returns: { kind: 'struct', fields } };
    },
  },
  (context, [, source], result) => {
    if (result.type.kind !== 'struct') return;
    const { memory, arena } = context;
    const columns = result.type.fields.map(({ name, type }) => {
      const values = arena.allocate(result.length * 8);
      const validity = arena.allocate(bitmapBytes(result.length));
      memory.u8.copyWithin(validity, result.validity, result.validity + bitmapBytes(result.length));
      const column = { type, length: result.length, values, validity };
      readAnyPart(context, partNamed(name), source as Argument, column);
      const vector = { ...column, kind: 'flat', stable: false } as const;
      return { column: vector, read: LITERAL.reader(memory, vector) };
    });
    const write = LITERAL.writer(context, result);
    for (let row = 0; row < result.length; row++) {
      if (!isValidAt(memory, result.validity, row)) continue;
      const struct = columns.map(({ column, read }) =>
        isValidAt(memory, column.validity, row) ? read(row) : null,
      );
      write(row, { struct });
    }
  },
  { raises: true },
);

/** A function of one part, `year(x)`. */
interface PartFunctionOptions {
  readonly part: DatePart;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly result: string;
  readonly sql?: string;
}

const EXAMPLE_TIMESTAMP = "TIMESTAMP '2024-02-29 12:34:56.789'";
const CLOCK_PARTS: ReadonlySet<DatePart> = new Set([
  'hour',
  'minute',
  'second',
  'millisecond',
  'microsecond',
]);
const INTERVAL_PARTS: ReadonlySet<DatePart> = new Set([
  ...CLOCK_PARTS,
  'year',
  'month',
  'day',
  'decade',
  'century',
  'millennium',
  'quarter',
]);

function partFunction(options: PartFunctionOptions): ScalarFunction {
  const { part, aliases = [], summary, result, sql = `${part}(${EXAMPLE_TIMESTAMP})` } = options;
  return scalar({
    name: part,
    aliases,
    category: 'date and time',
    doc: { summary, examples: [example(sql, result)], source: SQL_EXTRACT },
    overloads: partOverloads(part),
  });
}

/** Generated code calls a kernel per row; instants go through the session's zone, batch by batch. */
function partOverloads(part: DatePart): readonly ScalarOverload[] {
  const code = DATE_PARTS[part];
  const ofType = (type: SqlType, display: string): Signature =>
    family(display, 1, ([given]) => {
      const parted = partedType(given);
      const isMeant =
        parted?.kind === type.kind &&
        (type.kind !== 'timestamp' || (parted.kind === 'timestamp' && parted.zoned === type.zoned));
      return isMeant ? { args: [type], returns: BIGINT } : undefined;
    });
  const overloads: ScalarOverload[] = [
    emitted(
      ofType(DATE, '(DATE) → BIGINT'),
      (b, [date]) => {
        const days = first(date);
        callKernel(
          b,
          'datePart',
          [
            ['i32', code],
            ['i32', days],
          ],
          'i64',
        );
        push(b, isFinite32(days));
      },
      { returnsNull: true },
    ),
    emitted(
      ofType(TIMESTAMP, '(TIMESTAMP) → BIGINT'),
      (b, [timestamp]) => {
        const micros = first(timestamp);
        callKernel(
          b,
          'timestampPart',
          [
            ['i32', code],
            ['i64', micros],
          ],
          'i64',
        );
        push(b, isFinite64(micros));
      },
      { returnsNull: true },
    ),
    jsOverload(
      ofType(TIMESTAMPTZ, '(TIMESTAMPTZ) → BIGINT'),
      (context, [source], result) => readPart(context, part, source as Argument, result),
      { returnsNull: true },
    ),
  ];
  if (CLOCK_PARTS.has(part)) {
    overloads.push(
      emitted(ofType(TIME, '(TIME) → BIGINT'), (b, [time]) =>
        callKernel(
          b,
          'timePart',
          [
            ['i32', code],
            ['i64', first(time)],
          ],
          'i64',
        ),
      ),
    );
  }
  if (INTERVAL_PARTS.has(part)) {
    overloads.push(
      emitted(ofType(INTERVAL, '(INTERVAL) → BIGINT'), (b, [interval]) => {
        b.i32(code);
        for (const local of interval?.locals ?? []) b.get(local);
        b.callKernel('intervalPart', ['i32', 'i32', 'i32', 'i64'], ['i64']);
      }),
    );
  }
  return overloads;
}

const isFinite32 = (days: Code): Code => [
  'i32.and',
  ['i32.ne', days, DATE_INFINITY],
  ['i32.ne', days, -DATE_INFINITY],
];

const isFinite64 = (micros: Code): Code => [
  'i32.and',
  ['i64.ne', micros, TIMESTAMP_INFINITY],
  ['i64.ne', micros, -TIMESTAMP_INFINITY],
];

/** A function of a part that is a DOUBLE, `epoch(x)`. */
const doublePartFunction = (
  part: 'epoch' | 'julian',
  summary: string,
  result: string,
): ScalarFunction =>
  scalar({
    name: part,
    category: 'date and time',
    doc: {
      summary,
      examples: [example(`${part}(${EXAMPLE_TIMESTAMP})`, result)],
      source: SQL_EXTRACT,
    },
    overloads: [
      jsOverload(
        family('(DATE | TIME | TIMESTAMP | INTERVAL) → DOUBLE', 1, ([given]) => {
          const type = partedType(given);
          return type && { args: [type], returns: DOUBLE };
        }),
        (context, [source], output) => readSpecialPart(context, part, source as Argument, output),
        { returnsNull: true },
      ),
    ],
  });

/** Functions that take dates, times, timestamps and intervals apart. */
export const partFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'date_part',
    aliases: ['datepart'],
    category: 'date and time',
    doc: {
      summary: 'A part of a date, time, timestamp or interval; a list of parts makes a struct.',
      examples: [
        example("date_part('year', DATE '2024-02-29')", '2024'),
        example("extract(quarter FROM DATE '2024-02-29')", '1'),
        example("date_part(['year', 'month'], DATE '2024-02-29')", "{'year': 2024, 'month': 2}"),
      ],
      source: SQL_EXTRACT,
    },
    overloads: [datePart, dateParts],
  }),
  partFunction({ part: 'year', summary: 'The year; 0 is 1 BC.', result: '2024' }),
  partFunction({ part: 'month', summary: 'The month, 1 to 12.', result: '2' }),
  partFunction({
    part: 'day',
    aliases: ['dayofmonth'],
    summary: 'The day of the month, 1 to 31.',
    result: '29',
  }),
  partFunction({ part: 'decade', summary: 'The year divided by ten.', result: '202' }),
  partFunction({
    part: 'century',
    summary: 'The century; the 21st began in 2001.',
    result: '21',
  }),
  partFunction({
    part: 'millennium',
    summary: 'The millennium; the third began in 2001.',
    result: '3',
  }),
  partFunction({ part: 'quarter', summary: 'The quarter, 1 to 4.', result: '1' }),
  partFunction({
    part: 'week',
    aliases: ['weekofyear'],
    summary: 'The ISO week, 1 to 53; week 1 has the first Thursday of the year.',
    result: '9',
  }),
  partFunction({
    part: 'isoyear',
    summary: 'The year that the ISO week belongs to.',
    sql: "isoyear(DATE '2021-01-01')",
    result: '2020',
  }),
  partFunction({
    part: 'yearweek',
    summary: 'ISO year and week in one number.',
    result: '202409',
  }),
  partFunction({
    part: 'dayofweek',
    aliases: ['weekday'],
    summary: 'The day of the week, Sunday 0 to Saturday 6.',
    result: '4',
  }),
  partFunction({
    part: 'isodow',
    summary: 'The day of the ISO week, Monday 1 to Sunday 7.',
    result: '4',
  }),
  partFunction({
    part: 'dayofyear',
    summary: 'The day of the year, 1 to 366.',
    result: '60',
  }),
  partFunction({ part: 'era', summary: 'The era: 1 from year 1 on, 0 before.', result: '1' }),
  partFunction({ part: 'hour', summary: 'The hour, 0 to 23.', result: '12' }),
  partFunction({ part: 'minute', summary: 'The minute, 0 to 59.', result: '34' }),
  partFunction({
    part: 'second',
    summary: 'The second, 0 to 59, without its fraction.',
    result: '56',
  }),
  partFunction({
    part: 'millisecond',
    summary: 'Milliseconds of the minute: the seconds count too.',
    result: '56789',
  }),
  partFunction({
    part: 'microsecond',
    summary: 'Microseconds of the minute: the seconds count too.',
    result: '56789000',
  }),
  doublePartFunction(
    'epoch',
    'Seconds since 1970-01-01 00:00, of the day for a time; an interval counts 30 days a month and 365.25 a year.',
    '1709210096.789',
  ),
  doublePartFunction(
    'julian',
    'Julian day number, the fraction being the part of the day since midnight.',
    '2460370.524268391',
  ),
];
