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
      g: nullable(fc.integer({ min: 0, max: 2 })),
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

interface Answers {
  readonly n: number;
  readonly s: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
}

function answersByDefinition(rows: readonly Row[], frame: Frame): Map<number, Answers> {
  const answers = new Map<number, Answers>();
  for (const g of new Set(rows.map((row) => row.g))) {
    const partition = ordered(
      rows.filter((row) => row.g === g),
      frame.descending,
    );
    partition.forEach((row, at) => {
      const values = framePlaces(partition, at, frame)
        .map((place) => partition[place]?.v ?? null)
        .filter((v): v is number => v !== null);
      answers.set(row.id, {
        n: values.length,
        s: values.length === 0 ? null : values.reduce((a, b) => a + b, 0),
        lo: values.length === 0 ? null : Math.min(...values),
        hi: values.length === 0 ? null : Math.max(...values),
      });
    });
  }
  return answers;
}

const table = (rows: readonly Row[]): string =>
  rows.length === 0
    ? '(select 0 as id, 0 as g, 0 as k, 0 as v where false)'
    : `(values ${rows.map(({ id, g, k, v }) => `(${id}, ${g}::int, ${k}::int, ${v}::int)`).join(', ')}) t(id, g, k, v)`;

describe('windows by their definition', () => {
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
        const wanted = answersByDefinition(rows, frame);
        expect(found.length).toBe(rows.length);
        for (const { id, n, s, lo, hi } of found) {
          const shown = { n: Number(n), s: s === null ? null : Number(s), lo, hi };
          expect(shown).toEqual(wanted.get(id));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('ranks rows, and looks at those before and behind', async () => {
    await fc.assert(
      fc.asyncProperty(rowsOf, fc.integer({ min: 1, max: 5 }), async (rows, n) => {
        const over = 'over (partition by g order by k nulls last, id)';
        const { rows: found } = await db.query<Record<string, number | bigint | null>>(
          `select id, row_number() ${over} as rn, rank() over (partition by g order by k nulls last) as rk,
             dense_rank() over (partition by g order by k nulls last) as dr, ntile(${n}) ${over} as nt,
             lag(v, ${n}) ${over} as lg, lead(v, ${n}, 99) ${over} as ld,
             lag(v ignore nulls) ${over} as li, cume_dist() over (partition by g order by k nulls last) as cd
           from ${table(rows)}`,
        );
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
          expect(answer).toEqual({
            id: row?.id,
            rn: BigInt(at + 1),
            rk: BigInt(first + 1),
            dr: BigInt([...new Set(partition.map((other) => other.k))].indexOf(row?.k ?? null) + 1),
            nt: BigInt(bucket),
            lg: partition[at - n]?.v ?? null,
            ld: at + n < partition.length ? (partition[at + n]?.v ?? null) : 99,
            li: before.at(-1)?.v ?? null,
            cd: (first + peers.length) / partition.length,
          });
        }
      }),
      { numRuns: 100 },
    );
  });
});
