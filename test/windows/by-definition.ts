import fc from 'fast-check';

/*
 * Window functions against their definition: for each row its frame is found by looking at every other
 * row of the partition, and the function is applied to the frame's rows.
 */

export interface Row {
  readonly id: number;
  readonly g: number | null;
  readonly k: number | null;
  readonly v: number | null;
}

type Bound =
  | { readonly kind: 'unbounded preceding' | 'current row' | 'unbounded following' }
  | { readonly kind: 'preceding' | 'following'; readonly offset: number };

export interface Frame {
  readonly unit: 'rows' | 'range' | 'groups';
  readonly start: Bound;
  readonly end: Bound;
  readonly exclude: 'no others' | 'current row' | 'group' | 'ties';
  readonly descending: boolean;
}

const small = fc.integer({ min: -4, max: 4 });
const nullable = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { freq: 6 });

export const rowsOf = fc
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
export const frameOf: fc.Arbitrary<Frame> = fc
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

export const frameText = ({ unit, start, end, exclude }: Frame): string =>
  `${unit} between ${boundText(start)} and ${boundText(end)} exclude ${exclude}`;

/** Rows of a partition in SQL order: by k, NULLs last, then by id. */
export function ordered(rows: readonly Row[], descending: boolean): Row[] {
  return [...rows].sort((a, b) => {
    if (a.k === null || b.k === null)
      return Number(a.k === null) - Number(b.k === null) || a.id - b.id;
    return (descending ? b.k - a.k : a.k - b.k) || a.id - b.id;
  });
}

/** The same frame with longer offsets, so that it holds more rows than are collected one by one. */
export const stretched = (frame: Frame): Frame => {
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

export const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** Hyndman and Fan's types 7 and 1. */
export function continuousQuantile(values: readonly number[], p: number): number | null {
  const position = (values.length - 1) * p;
  const low = values[Math.floor(position)];
  const high = values[Math.ceil(position)];
  return low === undefined || high === undefined ? null : low + (high - low) * (position % 1);
}

export const discreteQuantile = (values: readonly number[], p: number): number | null =>
  values[Math.max(1, Math.ceil(values.length * p)) - 1] ?? null;

interface Answers {
  readonly n: number;
  readonly s: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
}

/** The rows of each row's frame, by the row's id. */
export function placesByDefinition(rows: readonly Row[], frame: Frame): Map<number, Row[]> {
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

export const known = (rows: readonly Row[]): number[] =>
  rows.map(({ v }) => v).filter((v): v is number => v !== null);

export function answersOf(inFrame: readonly Row[]): Answers {
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
export function collectedByDefinition(inFrame: readonly Row[], k: number): Record<string, unknown> {
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
export function ranksByDefinition(
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

export const table = (rows: readonly Row[]): string =>
  rows.length === 0
    ? '(select 0 as id, 0 as g, 0 as k, 0 as v where false)'
    : `(values ${rows.map(({ id, g, k, v }) => `(${id}, ${g}::int, ${k}::int, ${v}::int)`).join(', ')}) t(id, g, k, v)`;

/* With batches of one row, a partition of more than a few rows is computed in parts. */
