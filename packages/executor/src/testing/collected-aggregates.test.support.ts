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
import { aggregateLookup, aggregateReference } from './aggregate-functions.test.support.ts';

const doc = { summary: 'An aggregate of the tests.', examples: [], source: '' };

type Formula = (rows: readonly (readonly LiteralValue[])[]) => LiteralValue;

/** An aggregate and its value over the argument rows that it sees. */
interface CollectedAggregate {
  readonly definition: AggregateFunction;
  readonly formula: Formula;
}

/** An aggregate over the collected rows of a group, by a formula over plain values. */
const collected = (
  name: string,
  types: readonly [...SqlType[], SqlType],
  options: Partial<Pick<AggregateFunction, 'nulls' | 'ordered' | 'emptyValue'>>,
  formula: Formula,
): CollectedAggregate => ({
  definition: defineCollected(name, types, options, formula),
  formula,
});

const defineCollected = (
  name: string,
  types: readonly [...SqlType[], SqlType],
  options: Partial<Pick<AggregateFunction, 'nulls' | 'ordered' | 'emptyValue'>>,
  formula: Formula,
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

/** A state aggregate whose value depends on the order of rows. */
const ordered = (name: string, state: string): CollectedAggregate => ({
  definition: { ...aggregateLookup(state)!, name, ordered: true },
  formula: (rows) => aggregateReference(state, rows),
});

const COLLECTED: readonly CollectedAggregate[] = [
  collected('median', [BIGINT, BIGINT], {}, (rows) => {
    const values = rows.map(([value]) => value as bigint).sort((a, b) => (a < b ? -1 : 1));
    return values[Math.floor((values.length - 1) / 2)] ?? null;
  }),
  collected('text_list', [VARCHAR, VARCHAR], { ordered: true, emptyValue: 'nothing' }, texts),
  collected('all_list', [BIGINT, VARCHAR], { ordered: true, nulls: 'handles' }, texts),
  ordered('ordered_first', 'first'),
  ordered('ordered_last_text', 'last_text'),
];

const find = (name: string): CollectedAggregate | undefined =>
  COLLECTED.find(({ definition }) => definition.name === name);

/** Aggregates that see the rows of a group together; undefined for other names. */
export const collectedAggregate = (name: string): AggregateFunction | undefined =>
  find(name)?.definition;

/** The value of any aggregate of the tests over argument rows, NULLs left out where it does not see them. */
export function anyAggregateReference(
  name: string,
  rows: readonly (readonly LiteralValue[])[],
): LiteralValue {
  const aggregate = find(name);
  if (aggregate === undefined) return aggregateReference(name, rows);
  const { nulls, emptyValue } = aggregate.definition;
  const seen = nulls === 'handles' ? rows : rows.filter((args) => !args.includes(null));
  return seen.length === 0 ? (emptyValue ?? null) : aggregate.formula(seen);
}
