import { open, type Session } from '@windrow/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * Window functions against their definition: for each row its frame is found by looking at every other
 * row of the partition, and the function is applied to the frame's rows.
 */
interface Row {
  readonly id: number;
  readonly g: number | null;
  readonly k: number | null;
  readonly v: number | null;
}

type Bound =
  | { readonly kind: 'unbounded preceding' | 'current row' | 'unbounded following' }
  | { readonly kind: 'preceding' | 'following'; readonly offset: number };

interface Frame {
  readonly unit: 'rows' | 'range' | 'groups';
  readonly start: Bound;
  readonly end: Bound;
  readonly exclude: 'no others' | 'current row' | 'group' | 'ties';
  readonly descending: boolean;
}

let db: Session;
beforeAll(async () => {
  db = await open({ threads: 2 });
  await db.exec('set inline_rows = 0');
});
afterAll(() => db.close());

const small = fc.integer({ min: -4, max: 4 });
const nullable = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { freq: 6 });

const rowsOf = fc
  .array(
    fc.record({
      g: fc.oneof(
        { weight: 3, arbitrary: fc.constant(1) },
        nullable(fc.integer({ min: 0, max: 2 })),
      ),
      k: nullable(small),
      v: nullable(small),
    }),
    {
      maxLength: 40,
    },
  )
  .map((rows): Row[] => rows.map((row, id) => ({ id, ...row })));

const bound = (side: 'start' | 'end'): fc.Arbitrary<Bound> =>
  fc.oneof(
    fc.constant({
      kind: side === 'start' ? 'unbounded preceding' : 'unbounded following',
    } as const),
    fc.constant({ kind: 'current row' } as const),
    fc.record({
      kind: fc.constantFrom('preceding' as const, 'following' as const),
      offset: fc.integer({ min: 0, max: 3 }),
    }),
  );

const RANKS: Readonly<Record<Bound['kind'], number>> = {
  'unbounded preceding': 0,
  preceding: 1,
  'current row': 2,
  following: 3,
  'unbounded following': 4,
};

/** Frames that SQL admits: the start's kind does not lie behind the end's. */
const frameOf: fc.Arbitrary<Frame> = fc
  .record({
    unit: fc.constantFrom('rows' as const, 'range' as const, 'groups' as const),
    start: bound('start'),
    end: bound('end'),
    exclude: fc.constantFrom(
      'no others' as const,
      'current row' as const,
      'group' as const,
      'ties' as const,
    ),
    descending: fc.boolean(),
  })
  .filter(({ start, end }) => RANKS[start.kind] <= RANKS[end.kind]);

const boundText = (b: Bound): string => ('offset' in b ? `${b.offset} ${b.kind}` : b.kind);

const frameText = ({ unit, start, end, exclude }: Frame): string =>
  `${unit} between ${boundText(start)} and ${boundText(end)} exclude ${exclude}`;

/** Rows of a partition in SQL order: by k, NULLs last, then by id. */
function ordered(rows: readonly Row[], descending: boolean): Row[] {
  return [...rows].sort((a, b) => {
    if (a.k === null || b.k === null)
      return Number(a.k === null) - Number(b.k === null) || a.id - b.id;
    return (descending ? b.k - a.k : a.k - b.k) || a.id - b.id;
  });
}

/** The same frame with longer offsets, so that it holds more rows than are collected one by one. */
const stretched = (frame: Frame): Frame => {
  const further = (b: Bound): Bound => ('offset' in b ? { ...b, offset: b.offset * 9 } : b);
  return { ...frame, start: further(frame.start), end: further(frame.end) };
};

/** The places (within the ordered partition) of a row's frame. */
function framePlaces(partition: readonly Row[], at: number, frame: Frame): number[] {
  // ROWS frames are ordered by id too, so that nobody has peers.
  const groups = partition.map((row, place) =>
    frame.unit === 'rows' ? place : partition.findIndex((other) => other.k === row.k),
  );
  const numbers = [...new Set(groups)];
  const groupOf = (place: number): number => numbers.indexOf(groups[place] ?? 0);
  const inside = (place: number): boolean => {
    const starts = isBehind(partition, at, place, frame, frame.start, groupOf, 'start');
    return starts && isBehind(partition, at, place, frame, frame.end, groupOf, 'end');
  };
  return partition
    .map((_, place) => place)
    .filter(inside)
    .filter((place) => {
      const isPeer = groupOf(place) === groupOf(at);
      if (frame.exclude === 'current row') return place !== at;
      if (frame.exclude === 'group') return !isPeer;
      if (frame.exclude === 'ties') return !isPeer || place === at;
      return true;
    });
}

/** Is a place not before the frame's start, or not behind its end? */
function isBehind(
  partition: readonly Row[],
  at: number,
  place: number,
  frame: Frame,
  edge: Bound,
  groupOf: (place: number) => number,
  side: 'start' | 'end',
): boolean {
  const within = (position: number, limit: number): boolean =>
    side === 'start' ? position >= limit : position <= limit;
  if (edge.kind === 'unbounded preceding' || edge.kind === 'unbounded following') return true;
  const distance = 'offset' in edge ? (edge.kind === 'preceding' ? -edge.offset : edge.offset) : 0;
  if (frame.unit === 'rows') return within(place, at + distance);
  if (frame.unit === 'groups' || edge.kind === 'current row') {
    return within(groupOf(place), groupOf(at) + distance);
  }
  const here = partition[at]?.k ?? null;
  const there = partition[place]?.k ?? null;
  // NULL keys are peers of each other only; UNBOUNDED reaches past them, an offset does not.
  if (here === null)
    return side === 'start' ? within(groupOf(place), groupOf(at)) : there === null || place < at;
  if (there === null) return side === 'start';
  const position = frame.descending ? -there : there;
  return within(position, (frame.descending ? -here : here) + distance);
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** Hyndman and Fan's types 7 and 1. */
function continuousQuantile(values: readonly number[], p: number): number | null {
  const position = (values.length - 1) * p;
  const low = values[Math.floor(position)];
  const high = values[Math.ceil(position)];
  return low === undefined || high === undefined ? null : low + (high - low) * (position % 1);
}

const discreteQuantile = (values: readonly number[], p: number): number | null =>
  values[Math.max(1, Math.ceil(values.length * p)) - 1] ?? null;

interface Answers {
  readonly n: number;
  readonly s: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
}

/** The rows of each row's frame, by the row's id. */
function placesByDefinition(rows: readonly Row[], frame: Frame): Map<number, Row[]> {
  const places = new Map<number, Row[]>();
  for (const g of new Set(rows.map((row) => row.g))) {
    const partition = ordered(
      rows.filter((row) => row.g === g),
      frame.descending,
    );
    partition.forEach((row, at) => {
      const inFrame = framePlaces(partition, at, frame).map((place) => partition[place] as Row);
      places.set(row.id, inFrame);
    });
  }
  return places;
}

const known = (rows: readonly Row[]): number[] =>
  rows.map(({ v }) => v).filter((v): v is number => v !== null);

function answersOf(inFrame: readonly Row[]): Answers {
  const values = known(inFrame);
  return {
    n: values.length,
    s: values.length === 0 ? null : values.reduce((a, b) => a + b, 0),
    lo: values.length === 0 ? null : Math.min(...values),
    hi: values.length === 0 ? null : Math.max(...values),
  };
}

/** Compares by v with NULL as the greatest, then by what `next` says. */
const byValue =
  (next: (a: Row, b: Row) => number = () => 0) =>
  (a: Row, b: Row): number =>
    (a.v ?? 99) - (b.v ?? 99) || next(a, b);

/** What functions over the rows of one frame answer. */
function collectedByDefinition(inFrame: readonly Row[], k: number): Record<string, unknown> {
  const values = known(inFrame);
  const distinct = [...new Set(values)];
  const upwards = [...distinct].sort((a, b) => a - b);
  const half = (upwards.length - 1) / 2;
  const distinctWithNull = [...new Set(inFrame.map(({ v }) => v))];
  const ascending = [...inFrame].sort(byValue((a, b) => a.id - b.id));
  const descending = [...inFrame].sort((a, b) => (b.v ?? -99) - (a.v ?? -99) || a.id - b.id);
  const nullsFirst = [...inFrame].sort((a, b) => (a.v ?? -99) - (b.v ?? -99) || b.id - a.id);
  const downFromNull = [...inFrame].sort((a, b) => (b.v ?? 99) - (a.v ?? 99) || a.id - b.id);
  return {
    sum: distinct.length === 0 ? null : BigInt(distinct.reduce((a, b) => a + b, 0)),
    list: inFrame.length === 0 ? null : distinctWithNull,
    positive: BigInt(distinct.filter((v) => v > 0).length),
    texts: values.length === 0 ? null : known(descending).join('/'),
    ids: inFrame.length === 0 ? null : nullsFirst.map(({ id }) => id),
    middle:
      upwards.length === 0
        ? null
        : ((upwards[Math.floor(half)] ?? 0) + (upwards[Math.ceil(half)] ?? 0)) / 2,
    first: inFrame[0]?.id ?? null,
    last: values.at(-1) ?? null,
    nth: inFrame[k - 1]?.v ?? null,
    nth_known: inFrame[k - 1]?.id ?? null,
    largest: downFromNull[0]?.id ?? null,
    kth: ascending[k - 1]?.v ?? null,
  };
}

/** Ranks of a row among those of its frame, of which it counts as one. */
function ranksByDefinition(
  inFrame: readonly Row[],
  row: Row,
  { descending }: Frame,
  n: number,
): Record<string, unknown> {
  const all = inFrame.includes(row) ? inFrame : ordered([...inFrame, row], descending);
  // Sorting is stable: peers stay in the order of the frame.
  const sorted = [...all].sort(byValue());
  const at = sorted.indexOf(row);
  const first = sorted.findIndex(({ v }) => v === row.v);
  const peers = sorted.filter(({ v }) => v === row.v).length;
  const small = Math.floor(sorted.length / n);
  const larger = sorted.length % n;
  const bounds = Array.from({ length: n }, (_, i) => (i + 1) * small + Math.min(i + 1, larger));
  return {
    rank: BigInt(first + 1),
    row_number: BigInt(at + 1),
    dense_rank: BigInt(new Set(sorted.slice(0, at + 1).map(({ v }) => v)).size),
    cume_dist: (first + peers) / sorted.length,
    percent_rank: sorted.length === 1 ? 0 : first / (sorted.length - 1),
    ntile: BigInt(bounds.findIndex((bound) => at < bound) + 1),
    lag: sorted[at - n]?.id ?? null,
    lead: at + n < sorted.length ? sorted[at + n]?.id : -1,
  };
}

const table = (rows: readonly Row[]): string =>
  rows.length === 0
    ? '(select 0 as id, 0 as g, 0 as k, 0 as v where false)'
    : `(values ${rows.map(({ id, g, k, v }) => `(${id}, ${g}::int, ${k}::int, ${v}::int)`).join(', ')}) t(id, g, k, v)`;

/* With batches of one row, a partition of more than a few rows is computed in parts. */
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
