import {
  BIGINT,
  isValidAt,
  type ResolvedSignature,
  type ScalarFunction,
  type ScalarOverload,
  type SqlType,
  setValidAt,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
  type VectorEvaluate,
} from '@windrow/core';
import { DATE_PARTS, kernels } from '@windrow/kernels';
import { example, scalar } from '../define.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, TEXT } from '../vector/rows.ts';
import { localColumn } from './local-column.ts';
import { spanNamed } from './parts.ts';

/** What two operands are compared as: both times, or both instants if one is, else wall times. */
export function comparedType(a: SqlType | undefined, b: SqlType | undefined): SqlType | undefined {
  const kinds = [a?.kind, b?.kind];
  if (kinds.every((kind) => kind === 'time' || kind === 'null'))
    return kinds.includes('time') ? TIME : TIMESTAMP;
  if (!kinds.every((kind) => kind === 'date' || kind === 'timestamp' || kind === 'null'))
    return undefined;
  const hasZone = [a, b].some((type) => type?.kind === 'timestamp' && type.zoned);
  return hasZone ? TIMESTAMPTZ : TIMESTAMP;
}

const isUntypedText = (type: SqlType | undefined, value: unknown): boolean =>
  type?.kind === 'varchar' && typeof value === 'string';

/** (part, from, to); text literals beside a date are dates. */
function differenceTypes(
  [part, a, b]: readonly SqlType[],
  [name, x, y]: readonly unknown[],
): ResolvedSignature | undefined {
  if (part?.kind !== 'varchar') return undefined;
  const untyped: SqlType = { kind: 'null' };
  const type = comparedType(isUntypedText(a, x) ? untyped : a, isUntypedText(b, y) ? untyped : b);
  if (type === undefined) return undefined;
  if (typeof name === 'string') spanNamed(name);
  return { args: [VARCHAR, type, type], returns: BIGINT };
}

const differences =
  (whole: 0 | 1): VectorEvaluate =>
  (context, args, result) => {
    const [names, from, to] = args as readonly [Argument, Argument, Argument];
    const { memory } = context;
    const kernel = kernels(memory);
    const { length, values: out, validity } = result;
    const [a, b] = [from, to].map((column) => localColumn(context, column, length, validity));
    if (a === undefined || b === undefined) return;
    const readName = TEXT.reader(memory, names);
    const run = (row: number, count: number, bits: number): void =>
      kernel.timestampDifferences(
        DATE_PARTS[spanNamed(readName(row))],
        whole,
        a.values + row * a.step,
        a.step,
        b.values + row * b.step,
        b.step,
        count,
        out + row * 8,
        bits,
      );
    if (names.kind === 'constant') {
      run(0, length, validity);
      return;
    }
    const one = context.arena.allocate(8);
    for (let row = 0; row < length; row++) {
      if (!isValidAt(memory, validity, row)) continue;
      memory.u8[one] = 1;
      run(row, 1, one);
      if (memory.u8[one] === 0) setValidAt(memory, validity, row, false);
    }
  };

const differenceOverload = (whole: 0 | 1): ScalarOverload =>
  jsOverload(
    {
      display: '(VARCHAR, DATE | TIMESTAMP | TIME, DATE | TIMESTAMP | TIME) → BIGINT',
      resolve: (args, constants) =>
        args.length === 3 ? differenceTypes(args, constants) : undefined,
    },
    differences(whole),
    { raises: true, returnsNull: true },
  );

/** Functions of the time between two points. */
export const differenceFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'date_diff',
    aliases: ['datediff'],
    category: 'date and time',
    doc: {
      summary:
        'Number of boundaries of a part (day, Monday, first of the month …) between two dates or times.',
      examples: [
        example("date_diff('year', DATE '2023-12-31', DATE '2024-01-01')", '1'),
        example("date_diff('hour', TIME '10:59:59', TIME '11:00:00')", '1'),
      ],
      source: 'DuckDB; weeks begin on Monday',
    },
    overloads: [differenceOverload(0)],
  }),
  scalar({
    name: 'date_sub',
    aliases: ['datesub'],
    category: 'date and time',
    doc: {
      summary: 'Number of complete parts (days, months …) between two dates or times.',
      examples: [
        example("date_sub('month', DATE '2024-01-31', DATE '2024-02-29')", '1'),
        example("date_sub('year', DATE '2023-12-31', DATE '2024-01-01')", '0'),
      ],
      source: 'DuckDB; the last day of a month completes it',
    },
    overloads: [differenceOverload(1)],
  }),
];
