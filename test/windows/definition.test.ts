import { open, type Session } from '@windrow/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answersOf,
  collectedByDefinition,
  continuousQuantile,
  discreteQuantile,
  type Frame,
  frameOf,
  frameText,
  known,
  ordered,
  placesByDefinition,
  type Row,
  ranksByDefinition,
  rowsOf,
  sorted,
  stretched,
  table,
} from './by-definition.ts';

let db: Session;
beforeAll(async () => {
  db = await open({ threads: 2 });
  await db.exec('set inline_rows = 0');
});
afterAll(() => db.close());

describe.each([['whole'], ['in parts']])(
  'windows of partitions %s, by their definition',
  (kind) => {
    beforeAll(() => db.exec(kind === 'whole' ? 'reset batch_rows' : 'set batch_rows = 1'));

    it('aggregates over frames of any kind', async () => {
      await fc.assert(
        fc.asyncProperty(rowsOf, frameOf, async (rows, frame) => {
          const order = `k ${frame.descending ? 'desc' : 'asc'} nulls last${frame.unit === 'rows' ? ', id' : ''}`;
          const over = `over (partition by g order by ${order} ${frameText(frame)})`;
          const { rows: found } = await db.query<{
            id: number;
            n: bigint;
            s: bigint;
            lo: number;
            hi: number;
          }>(
            `select id, count(v) ${over} as n, sum(v) ${over} as s, min(v) ${over} as lo, max(v) ${over} as hi
           from ${table(rows)}`,
          );
          const places = placesByDefinition(rows, frame);
          expect(found.length).toBe(rows.length);
          for (const { id, n, s, lo, hi } of found) {
            const shown = { n: Number(n), s: s === null ? null : Number(s), lo, hi };
            expect(shown).toEqual(answersOf(places.get(id) ?? []));
          }
        }),
        { numRuns: 150 },
      );
    });

    it('sees distinct rows of a frame, in an order of its own, and its first, last and k-th', async () => {
      await fc.assert(
        fc.asyncProperty(
          rowsOf,
          frameOf,
          fc.integer({ min: 1, max: 4 }),
          async (rows, frame, k) => {
            const order = `k ${frame.descending ? 'desc' : 'asc'} nulls last, id`;
            // One row a peer group, so that the order of the frame's rows is known.
            const single = rows.filter(
              (row) =>
                frame.unit === 'rows' ||
                !rows.some((r) => r.id < row.id && r.g === row.g && r.k === row.k),
            );
            const keys = frame.unit === 'rows' ? order : order.replace(', id', '');
            const over = `over (partition by g order by ${keys} ${frameText(frame)})`;
            const { rows: found } = await db.query<Record<string, unknown>>(
              `select id, sum(distinct v) ${over} as sum, array_agg(distinct v) ${over} as list,
             count(distinct v) filter (where v > 0) ${over} as positive,
             string_agg(v::text, '/' order by v desc, id) ${over} as texts,
             array_agg(id order by v nulls first, id desc) ${over} as ids,
             median(distinct v) ${over} as middle,
             first_value(id) ${over} as first, last_value(v ignore nulls) ${over} as last,
             nth_value(v, ${k}) ${over} as nth, nth_value(id, ${k} ignore nulls) ${over} as nth_known,
             first_value(id order by v desc nulls first, id) ${over} as largest,
             nth_value(v, ${k} order by v, id) ${over} as kth
           from ${table(single)}`,
            );
            const places = placesByDefinition(single, frame);
            expect(found.length).toBe(single.length);
            for (const { id, ...answer } of found) {
              const inFrame = places.get(id as number) ?? [];
              expect(answer).toEqual(collectedByDefinition(inFrame, k));
            }
          },
        ),
        { numRuns: 100 },
      );
    });

    it('ranks a row among those of its frame', async () => {
      await fc.assert(
        fc.asyncProperty(
          rowsOf,
          frameOf,
          fc.integer({ min: 1, max: 4 }),
          async (rows, drawn, n) => {
            const frame = { ...drawn, unit: 'rows', exclude: 'no others' } as const;
            const order = `k ${frame.descending ? 'desc' : 'asc'} nulls last, id`;
            const over = `over (partition by g order by ${order} ${frameText(frame)})`;
            const by = 'order by v nulls last';
            const { rows: found } = await db.query<Record<string, unknown>>(
              `select id, rank(${by}) ${over} as rank, row_number(${by}) ${over} as row_number,
             dense_rank(${by}) ${over} as dense_rank, cume_dist(${by}) ${over} as cume_dist,
             percent_rank(${by}) ${over} as percent_rank, ntile(${n} ${by}) ${over} as ntile,
             lag(id, ${n} ${by}) ${over} as lag, lead(id, ${n}, -1 ${by}) ${over} as lead
           from ${table(rows)}`,
            );
            const places = placesByDefinition(rows, frame);
            expect(found.length).toBe(rows.length);
            for (const { id, ...answer } of found) {
              const row = rows[id as number] as Row;
              expect(answer).toEqual(ranksByDefinition(places.get(row.id) ?? [], row, frame, n));
            }
          },
        ),
        { numRuns: 100 },
      );
    });

    it.each([
      ['short', (frame: Frame) => frame],
      ['long', stretched],
    ])('quantiles over %s frames of any kind', async (_, length) => {
      await fc.assert(
        fc.asyncProperty(rowsOf, frameOf.map(length), async (rows, frame) => {
          const order = `k ${frame.descending ? 'desc' : 'asc'} nulls last${frame.unit === 'rows' ? ', id' : ''}`;
          const over = `over (partition by g order by ${order} ${frameText(frame)})`;
          const found = await db.query(
            `select id, median(v) ${over}, quantile_disc(v::smallint, 0.7) ${over},
             quantile_cont(v::double, [0.25, 0.5, 1.0]) ${over},
             median(v) filter (where id % 3 <> 0) ${over}
           from ${table(rows)}`,
          );
          const places = placesByDefinition(rows, frame);
          expect(found.rows.length).toBe(rows.length);
          for (const [id, ...answers] of found.arrays()) {
            const inFrame = places.get(Number(id)) ?? [];
            const values = sorted(known(inFrame));
            const some = sorted(known(inFrame.filter((row) => row.id % 3 !== 0)));
            expect(answers).toEqual([
              continuousQuantile(values, 0.5),
              discreteQuantile(values, 0.7),
              values.length === 0 ? null : [0.25, 0.5, 1].map((p) => continuousQuantile(values, p)),
              continuousQuantile(some, 0.5),
            ]);
          }
        }),
        { numRuns: 150 },
      );
    });

    it('ranks rows, and looks at those before and behind', async () => {
      await fc.assert(
        fc.asyncProperty(rowsOf, fc.integer({ min: 1, max: 5 }), async (rows, n) => {
          const over = 'over (partition by g order by k nulls last, id)';
          const ranked = 'over (partition by g order by k nulls last)';
          const near = `row_number() ${over} as rn, rank() ${ranked} as rk, ntile(${n}) ${over} as nt,
             lag(v, ${n}) ${over} as lg, lead(v, ${n}, 99) ${over} as ld, cume_dist() ${ranked} as cd,
             sum(v) ${ranked} as rs, count(*) over (partition by g) as pc`;
          const far = `dense_rank() ${ranked} as dr, lag(v ignore nulls) ${over} as li`;
          const parts = await Promise.all(
            [near, far].map((calls) =>
              db.query<Record<string, number | bigint | null>>(
                `select id, ${calls} from ${table(rows)} order by id`,
              ),
            ),
          );
          const found = rows.map((_, id) => ({ ...parts[0]!.rows[id], ...parts[1]!.rows[id] }));
          for (const answer of found) {
            const row = rows[Number(answer['id'])];
            const partition = ordered(
              rows.filter((other) => other.g === row?.g),
              false,
            );
            const at = partition.findIndex((other) => other.id === row?.id);
            const peers = partition.filter((other) => other.k === row?.k);
            const before = partition.filter((other, place) => place < at && other.v !== null);
            const small = Math.floor(partition.length / n);
            const larger = partition.length % n;
            const bucket =
              at < larger * (small + 1)
                ? Math.floor(at / (small + 1)) + 1
                : larger + Math.floor((at - larger * (small + 1)) / small) + 1;
            const first = partition.findIndex((other) => other.k === row?.k);
            const upTo = known(partition.slice(0, first + peers.length));
            expect(answer).toEqual({
              id: row?.id,
              rn: BigInt(at + 1),
              rk: BigInt(first + 1),
              dr: BigInt(
                [...new Set(partition.map((other) => other.k))].indexOf(row?.k ?? null) + 1,
              ),
              nt: BigInt(bucket),
              lg: partition[at - n]?.v ?? null,
              ld: at + n < partition.length ? (partition[at + n]?.v ?? null) : 99,
              li: before.at(-1)?.v ?? null,
              cd: (first + peers.length) / partition.length,
              rs: upTo.length === 0 ? null : BigInt(upTo.reduce((a, b) => a + b, 0)),
              pc: BigInt(partition.length),
            });
          }
        }),
        { numRuns: 100 },
      );
    });
  },
);

it('texts made over frames outlive the rows they were made with', async () => {
  await db.exec('set batch_rows = 1');
  const { rows } = await db.query<{ n: bigint; texts: string }>(
    `select range as n, string_agg('text ' || range, '-') over (
       partition by range // 4 order by range rows between 1 preceding and current row) as texts
     from range(200) order by range`,
  );
  expect(rows.map(({ texts }) => texts)).toEqual(
    rows.map(({ n }) => (n % 4n === 0n ? `text ${n}` : `text ${n - 1n}-text ${n}`)),
  );
});

it('a window sees frames of many rows, which are taken apart step by step', async () => {
  await db.exec('reset batch_rows');
  const over = 'over (order by range rows between 2000 preceding and current row)';
  const { rows } = await db.query<Record<string, bigint | string | number>>(
    `select range as n, string_agg(distinct (range % 3)::text) ${over} as texts,
         sum(distinct range % 100) ${over} as sum, median(range) ${over} as middle,
         rank(order by range desc) ${over} as rank
       from range(3000) order by range`,
  );
  expect(rows.length).toBe(3000);
  for (const [n, row] of rows.entries()) {
    const first = Math.max(0, n - 2000);
    const texts = [0, 1, 2].map((i) => (first + i) % 3).slice(0, n + 1);
    const top = Math.min(n, 99);
    expect(row).toEqual({
      n: BigInt(n),
      texts: texts.join(','),
      sum: BigInt((top * (top + 1)) / 2),
      middle: (first + n) / 2,
      rank: 1n,
    });
  }
});
