import {
  type EvalContext,
  formatTimestamp,
  type LiteralValue,
  list,
  type ScalarFunction,
  type ScalarOverload,
  type Signature,
  SqlError,
  type SqlType,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
  type VectorEvaluate,
} from '@windrow/core';
import { example, scalar } from '../define.ts';
import { shownText } from '../text/shown.ts';
import { jsOverload } from '../vector/overload.ts';
import { INT64, LITERAL, rowwise, TEXT } from '../vector/rows.ts';
import { namesZone, parseFormat } from './format-codes.ts';
import { type FormattedTime, formatTime } from './strftime.ts';
import { parseByFormat } from './strptime.ts';
import { timeZone } from './time-zone.ts';
import { floorDivide, MICROS_PER_SECOND, TIMESTAMP_INFINITY } from './units.ts';

const STRFTIME = 'ISO C §7.27.3.5 (strftime), with the codes %f %g %n %- of DuckDB';

/** Writes times by formats of strftime, instants in the session's zone; infinite ones as words. */
export function timeFormatter(
  { session }: EvalContext,
  isInstant: boolean,
): (micros: bigint, format: string) => string {
  const name = session.timeZone;
  const zone = isInstant ? timeZone(name) : undefined;
  const timeOf = (micros: bigint): FormattedTime => {
    if (zone === undefined) return { local: micros, zone: undefined };
    const offsetSeconds = zone.offsetAt(Number(floorDivide(micros, MICROS_PER_SECOND)));
    const local = micros + BigInt(offsetSeconds) * MICROS_PER_SECOND;
    return { local, zone: { name, offsetSeconds } };
  };
  return (micros, format) =>
    micros === TIMESTAMP_INFINITY || micros === -TIMESTAMP_INFINITY
      ? formatTimestamp(micros, 'us')
      : formatTime(timeOf(micros), parseFormat(format));
}

/** `strftime(time, format)`, the format in a language of its own. */
export const formatWith =
  (strftimeOf: (format: string) => string): VectorEvaluate =>
  (context, args, result) => {
    const isInstant = args[0]?.type.kind === 'timestamp' && args[0].type.zoned;
    const write = timeFormatter(context, isInstant);
    const compute = (micros: bigint, format: string): string => write(micros, strftimeOf(format));
    rowwise([INT64, TEXT], TEXT, compute)(context, args, result);
  };

const asItIs = (format: string): string => format;

/** (time, format); a constant format is looked at when the query is bound. */
export const timeAndFormat = (strftimeOf: (format: string) => string): Signature => ({
  display: '(DATE | TIMESTAMP, VARCHAR) → VARCHAR',
  resolve([time, pattern, ...rest], [, formatText]) {
    const isTime = time?.kind === 'date' || time?.kind === 'timestamp' || time?.kind === 'null';
    const isPattern = pattern?.kind === 'varchar' || pattern?.kind === 'null';
    if (rest.length > 0 || !isTime || !isPattern) return undefined;
    if (typeof formatText === 'string') parseFormat(strftimeOf(formatText));
    const type = time.kind === 'timestamp' && time.zoned ? TIMESTAMPTZ : TIMESTAMP;
    return { args: [type, VARCHAR], returns: VARCHAR };
  },
});

const formatsOf = (value: LiteralValue | undefined): readonly string[] | undefined => {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? value
    : undefined;
};

/** (text, format): an instant where a constant format names a zone. */
function textAndFormat(formatType: SqlType): Signature {
  const isList = formatType.kind === 'list';
  return {
    display: `(VARCHAR, ${isList ? 'VARCHAR[]' : 'VARCHAR'}) → TIMESTAMP`,
    resolve([text, pattern, ...rest], [, formatValue]) {
      const isText = text?.kind === 'varchar' || text?.kind === 'null';
      const fits = isList ? pattern?.kind === 'list' : pattern?.kind === 'varchar';
      if (rest.length > 0 || !isText || !fits) return undefined;
      const formats = formatsOf(formatValue) ?? [];
      const returns = formats.some(namesZone) ? TIMESTAMPTZ : TIMESTAMP;
      return { args: [VARCHAR, formatType], returns };
    },
  };
}

/** The first format that matches decides. */
const parse =
  (isTry: boolean) =>
  (text: string, formats: LiteralValue): bigint | null => {
    const candidates = formatsOf(formats) ?? [];
    for (const candidate of candidates) {
      const micros = parseByFormat(text, parseFormat(candidate));
      if (micros !== undefined) return micros;
    }
    if (isTry) return null;
    const shown = candidates.map(shownText).join(' or ');
    throw new SqlError('execution', `${shownText(text)} does not match the format ${shown}`, {
      sqlState: '22007',
      hint: 'try_strptime gives NULL instead.',
    });
  };

const parseOverloads = (isTry: boolean): readonly ScalarOverload[] =>
  [VARCHAR, list(VARCHAR)].map((formatType) =>
    jsOverload(textAndFormat(formatType), rowwise([TEXT, LITERAL], INT64, parse(isTry)), {
      raises: true,
      returnsNull: isTry,
    }),
  );

/** Dates and times to text and back, by format. */
export const formatFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'strftime',
    category: 'date and time',
    doc: {
      summary:
        'The text of a date or timestamp by a format; instants are shown in the session zone.',
      examples: [
        example("strftime(DATE '2024-02-29', '%a, %-d %B %Y')", 'Thu, 29 February 2024'),
        example("strftime(TIMESTAMP '2024-02-29 12:34:56', '%I:%M %p')", '12:34 PM'),
      ],
      source: STRFTIME,
    },
    overloads: [jsOverload(timeAndFormat(asItIs), formatWith(asItIs), { raises: true })],
  }),
  scalar({
    name: 'strptime',
    category: 'date and time',
    doc: {
      summary:
        'The timestamp that a text means by a format, or by the first matching one of a list; an instant when the format has %z or %Z.',
      examples: [
        example("strptime('29/02/2024 12:34', '%d/%m/%Y %H:%M')", '2024-02-29 12:34:00'),
        example("strptime('2024-02-29', ['%d/%m/%Y', '%Y-%m-%d'])", '2024-02-29 00:00:00'),
      ],
      source: STRFTIME,
    },
    overloads: parseOverloads(false),
  }),
  scalar({
    name: 'try_strptime',
    category: 'date and time',
    doc: {
      summary: 'As strptime, but NULL for a text that does not match.',
      examples: [example("try_strptime('today', '%Y-%m-%d')", 'NULL')],
      source: STRFTIME,
    },
    overloads: parseOverloads(true),
  }),
];
