import {
  type Address,
  BIGINT,
  DOUBLE,
  isValidAt,
  SqlError,
  type SqlType,
  setValidAt,
  type WindowFunction,
  type WindowOverload,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { example, signature } from '../define.ts';

const SOURCE = 'ISO/IEC 9075-2, 6.10 window function';

interface Ranking {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly args?: readonly SqlType[];
  readonly returns: SqlType;
  readonly reach?: 'place' | 'peers';
  readonly evaluate: WindowOverload['evaluate'];
}

function ranking(definition: Ranking): WindowFunction {
  const { name, aliases = [], args = [], returns, reach, evaluate } = definition;
  return {
    kind: 'window',
    name,
    aliases,
    category: 'ranking',
    doc: {
      summary: definition.summary,
      examples: definition.examples.map(([sql, result]) => example(sql, result)),
      source: SOURCE,
    },
    usesFrame: false,
    ...(reach === undefined ? {} : { reach }),
    supportsIgnoreNulls: false,
    overloads: [{ signature: signature(args, returns), evaluate }],
  };
}

/** Functions of a row's place among the rows of its partition; the frame does not matter. */
export const RANKING_FUNCTIONS: readonly WindowFunction[] = [
  ranking({
    name: 'row_number',
    reach: 'place',
    summary: 'Position of the row in its partition, from 1; peers keep their input order.',
    examples: [['row_number() over (order by x) from (values (7)) t(x)', '1']],
    returns: BIGINT,
    evaluate: ({ memory }, window, _args, result) =>
      kernels(memory).windowRowNumber(window.partitionStart, window.rows, result.values),
  }),
  ranking({
    name: 'rank',
    reach: 'peers',
    summary: 'One more than the rows strictly before the row’s peers; 1 for all without ORDER BY.',
    examples: [['rank() over (order by x) from (values (7)) t(x)', '1']],
    returns: BIGINT,
    evaluate: ({ memory }, { partitionStart, peerStart, rows }, _args, result) =>
      kernels(memory).windowRank(partitionStart, peerStart, rows, result.values),
  }),
  ranking({
    name: 'dense_rank',
    aliases: ['rank_dense'],
    summary: 'Number of peer groups up to and with the row’s own.',
    examples: [['dense_rank() over (order by x) from (values (7)) t(x)', '1']],
    returns: BIGINT,
    evaluate: ({ memory }, { partitionStart, peerStart, rows }, _args, result) =>
      kernels(memory).windowDenseRank(partitionStart, peerStart, rows, result.values),
  }),
  ranking({
    name: 'percent_rank',
    reach: 'peers',
    summary: '(rank − 1) / (rows − 1) of the partition; 0 when it has one row.',
    examples: [['percent_rank() over (order by x) from (values (7)) t(x)', '0.0']],
    returns: DOUBLE,
    evaluate: ({ memory }, { partitionStart, partitionEnd, peerStart, rows }, _args, result) =>
      kernels(memory).windowPercentRank(
        partitionStart,
        partitionEnd,
        peerStart,
        rows,
        result.values,
      ),
  }),
  ranking({
    name: 'cume_dist',
    reach: 'peers',
    summary: 'Share of the partition’s rows up to the end of the row’s peers.',
    examples: [['cume_dist() over (order by x) from (values (7)) t(x)', '1.0']],
    returns: DOUBLE,
    evaluate: ({ memory }, { partitionStart, partitionEnd, peerEnd, rows }, _args, result) =>
      kernels(memory).windowCumeDist(partitionStart, partitionEnd, peerEnd, rows, result.values),
  }),
  ranking({
    name: 'ntile',
    reach: 'place',
    summary: 'Bucket 1 … k of the row; the first (rows mod k) buckets are one row larger.',
    examples: [['ntile(4) over (order by x) from (values (7)) t(x)', '1']],
    args: [BIGINT],
    returns: BIGINT,
    evaluate({ memory, arena }, { partitionStart, partitionEnd, rows }, [buckets], result) {
      if (buckets === undefined) return;
      let values: Address = buckets.values;
      if (buckets.validity !== 0) {
        // A NULL count gives NULL; the kernel divides by every one, so it must not see what lies under it.
        values = arena.allocate(rows * 8);
        memory.u8.copyWithin(values, buckets.values, buckets.values + rows * 8);
        for (let row = 0; row < rows; row++) {
          if (isValidAt(memory, buckets.validity, row)) continue;
          memory.i64[(values >>> 3) + row] = 1n;
          setValidAt(memory, result.validity, row, false);
        }
      }
      const counts = memory.i64.subarray(values >>> 3, (values >>> 3) + rows);
      const wrong = counts.find((count) => count <= 0n);
      if (wrong !== undefined) {
        throw new SqlError('execution', `ntile needs a positive number of buckets, not ${wrong}`, {
          sqlState: '22014',
        });
      }
      kernels(memory).windowNtile(partitionStart, partitionEnd, values, rows, result.values);
    },
  }),
];
