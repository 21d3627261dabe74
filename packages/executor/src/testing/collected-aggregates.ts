import {
  type AggregateFunction,
  BIGINT,
  type LiteralValue,
  readRow,
  type SqlType,
  setValidAt,
  VARCHAR,
  widthBytes,
  writeValue,
} from '@windrow/core';
import { aggregateLookup } from './aggregate-functions.ts';

const doc = { summary: 'An aggregate of the tests.', examples: [], source: '' };

/** An aggregate over the collected rows of a group, by a formula over plain values. */
const collected = (
  name: string,
  types: readonly [...SqlType[], SqlType],
  options: Partial<Pick<AggregateFunction, 'nulls' | 'ordered' | 'emptyValue'>>,
  formula: (rows: readonly (readonly LiteralValue[])[]) => LiteralValue,
): AggregateFunction => ({
  kind: 'aggregate',
  name,
  aliases: [],
  category: 'test',
  doc,
  nulls: 'skip',
  ordered: false,
  ...options,
  overloads: [
    {
      signature: { args: types.slice(0, -1), returns: types.at(-1)! },
      implementation: {
        kind: 'segments',
        evaluate({ memory, arena }, { starts, count }, args, result) {
          for (let segment = 0; segment < count; segment++) {
            const rows: LiteralValue[][] = [];
            const end = memory.u32[starts / 4 + segment + 1]!;
            for (let row = memory.u32[starts / 4 + segment]!; row < end; row++) {
              rows.push(args.map((arg) => readRow(memory, arg, row)));
            }
            const value = formula(rows);
            const at = result.values + segment * widthBytes(result.type);
            if (value === null) setValidAt(memory, result.validity, segment, false);
            else writeValue(arena, result.type, value, at);
          }
        },
      },
    },
  ],
});

const texts = (rows: readonly (readonly LiteralValue[])[]): string =>
  rows.map(([value]) => (value === null ? 'NULL' : String(value))).join(',');

const COLLECTED: readonly AggregateFunction[] = [
  collected('median', [BIGINT, BIGINT], {}, (rows) => {
    const values = rows.map(([value]) => value as bigint).sort((a, b) => (a < b ? -1 : 1));
    return values[Math.floor((values.length - 1) / 2)] ?? null;
  }),
  collected('text_list', [VARCHAR, VARCHAR], { ordered: true, emptyValue: 'nothing' }, texts),
  collected('all_list', [BIGINT, VARCHAR], { ordered: true, nulls: 'handles' }, texts),
  { ...aggregateLookup('first')!, name: 'ordered_first', ordered: true },
  { ...aggregateLookup('last_text')!, name: 'ordered_last_text', ordered: true },
];

/** Aggregates that see the rows of a group together; undefined for other names. */
export const collectedAggregate = (name: string): AggregateFunction | undefined =>
  COLLECTED.find((each) => each.name === name);
