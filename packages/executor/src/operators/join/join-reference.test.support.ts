import {
  BIGINT,
  BOOLEAN,
  type ColumnRef,
  DOUBLE,
  type Expr,
  HUGEINT,
  INTEGER,
  type LiteralValue,
  list,
  type SharedMemory,
  type SqlType,
  VARCHAR,
} from '@windrow/core';
import type {
  HashJoin,
  NestedLoopJoin,
  OutputColumn,
  PhysicalJoinKind,
  PhysicalScan,
} from '@windrow/planner';
import fc from 'fast-check';
import { column, node, scanOf } from '../../runtime/fixture.test.support.ts';

/*
 * Joins by their definition, over plain rows: each row is its keys, a BIGINT value `v` for further
 * conditions, and its position.
 */

export interface JoinCase {
  readonly kind: PhysicalJoinKind;
  readonly keys: readonly { readonly type: SqlType; readonly nullSafe: boolean }[];
  readonly probe: readonly LiteralValue[][];
  readonly build: readonly LiteralValue[][];
  /** Further condition: probe.v < build.v. */
  readonly residual: boolean;
  readonly nullAware: boolean;
  /** Keys of type BIGINT are computed: xor(k, 0). */
  readonly computed: boolean;
  readonly partitionRows: number;
}

type Truth = boolean | null;

const and = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === null || b === null ? null : true;

function keyEquals(a: LiteralValue, b: LiteralValue, nullSafe: boolean): Truth {
  if (a === null || b === null) return nullSafe ? a === b : null;
  if (Array.isArray(a)) return JSON.stringify(a) === JSON.stringify(b);
  // SQL has one zero and one NaN.
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function matches(join: JoinCase, probe: LiteralValue[], build: LiteralValue[]): Truth {
  const width = join.keys.length;
  const keys = join.keys.reduce<Truth>(
    (truth, { nullSafe }, key) => and(truth, keyEquals(probe[key]!, build[key]!, nullSafe)),
    true,
  );
  // Unknown keys are no match, unless the join is null-aware.
  const equal = join.nullAware ? keys : keys === true;
  if (!join.residual) return equal;
  const [x, y] = [probe[width]!, build[width]!];
  return and(equal, x === null || y === null ? null : x < y);
}

/** Is the probe row in the build side? Three-valued. */
function membership(join: JoinCase, probe: LiteralValue[]): Truth {
  const truths = join.build.map((build) => matches(join, probe, build));
  return truths.includes(true) ? true : truths.includes(null) ? null : false;
}

/** The rows of a join by its definition; an error for a second match of `single`. */
export function joinedRows(join: JoinCase): LiteralValue[][] | 'cardinality' {
  const { probe, build, kind } = join;
  const noProbe = Array.from({ length: join.keys.length + 2 }, () => null);
  const pairs = probe.flatMap((p) =>
    build.filter((b) => matches(join, p, b) === true).map((b) => ({ p, b })),
  );
  const joined = pairs.map(({ p, b }) => [...p, ...b]);
  const hasMatch = (row: LiteralValue[]): boolean =>
    pairs.some(({ p, b }) => p === row || b === row);
  const probeAlone = probe.filter((p) => !hasMatch(p)).map((p) => [...p, ...noProbe]);
  const buildAlone = build.filter((b) => !hasMatch(b)).map((b) => [...noProbe, ...b]);
  switch (kind) {
    case 'inner':
      return joined;
    case 'probeOuter':
      return [...joined, ...probeAlone];
    case 'single':
      return pairs.some(({ p }, i) => pairs.findIndex((pair) => pair.p === p) !== i)
        ? 'cardinality'
        : [...joined, ...probeAlone];
    case 'buildOuter':
      return [...joined, ...buildAlone];
    case 'fullOuter':
      return [...joined, ...probeAlone, ...buildAlone];
    case 'probeSemi':
      return probe.filter(hasMatch);
    case 'probeAnti':
      return join.nullAware
        ? probe.filter((p) => membership(join, p) === false)
        : probe.filter((p) => !hasMatch(p));
    case 'mark':
      return probe.map((p) => [...p, membership(join, p)]);
    case 'buildSemi':
      return build.filter(hasMatch);
    case 'buildAnti':
      return build.filter((b) => !hasMatch(b));
  }
}

const ref = (output: OutputColumn): ColumnRef => ({ kind: 'column', ...output });

const call = (name: string, type: SqlType, args: readonly Expr[]): Expr => ({
  kind: 'call',
  function: name,
  overload: 0,
  args,
  type,
});

const tableOf = (
  memory: SharedMemory,
  join: JoinCase,
  rows: readonly LiteralValue[][],
): PhysicalScan =>
  scanOf(memory, {
    columns: [
      ...join.keys.map(({ type }, key) => [`k${key}`, type] as const),
      ['v', BIGINT],
      ['position', INTEGER],
    ],
    rows,
    partitionRows: join.partitionRows,
    volatile: true,
  });

/** Whose columns go up, by kind. */
function outputOf(kind: PhysicalJoinKind, sides: Record<'probe' | 'build', PhysicalScan>) {
  const [probe, build] = [sides.probe.output, sides.build.output];
  if (kind === 'buildSemi' || kind === 'buildAnti') return build;
  if (kind === 'probeSemi' || kind === 'probeAnti' || kind === 'mark') return probe;
  return [...probe, ...build];
}

const conditionOf = (join: JoinCase, probe: PhysicalScan, build: PhysicalScan): Expr => {
  const width = join.keys.length;
  return call('less', BOOLEAN, [ref(probe.output[width]!), ref(build.output[width]!)]);
};

export function hashJoinOf(memory: SharedMemory, join: JoinCase): HashJoin {
  const probe = tableOf(memory, join, join.probe);
  const build = tableOf(memory, join, join.build);
  const mark = join.kind === 'mark' ? column('mark', BOOLEAN) : undefined;
  const output = outputOf(join.kind, { probe, build });
  const keyOf = (scan: PhysicalScan, key: number): Expr => {
    const plain = ref(scan.output[key]!);
    if (!join.computed || plain.type.kind !== 'int64') return plain;
    return call('xor', BIGINT, [plain, { kind: 'literal', value: 0n, type: BIGINT }]);
  };
  return {
    ...node(mark === undefined ? output : [...output, mark]),
    kind: 'hashJoin',
    joinKind: join.kind,
    probe,
    build,
    keys: join.keys.map(({ nullSafe }, key) => ({
      probe: keyOf(probe, key),
      build: keyOf(build, key),
      nullSafe,
    })),
    residual: join.residual ? conditionOf(join, probe, build) : undefined,
    nullAware: join.nullAware,
    mark,
    distribution: 'broadcast',
    buildSide: 'right',
  };
}

/** A nested loop join on `probe.v < build.v` alone, or without condition. */
export function nestedLoopOf(memory: SharedMemory, join: JoinCase): NestedLoopJoin {
  const probe = tableOf(memory, join, join.probe);
  const build = tableOf(memory, join, join.build);
  const mark = join.kind === 'mark' ? column('mark', BOOLEAN) : undefined;
  const output = outputOf(join.kind, { probe, build });
  return {
    ...node(mark === undefined ? output : [...output, mark]),
    kind: 'nestedLoopJoin',
    joinKind: join.kind,
    probe,
    build,
    condition: join.residual ? conditionOf(join, probe, build) : undefined,
    mark,
    buildSide: 'right',
  };
}

/** Rows in an order that does not depend on how they were found. */
export const inAnyOrder = (rows: readonly LiteralValue[][]): string[] =>
  rows
    .map((row) =>
      JSON.stringify(row.map((v) => (Array.isArray(v) ? JSON.stringify(v) : String(v)))),
    )
    .sort();

/** Keys of few values, so that there are matches, and of many, so that there are all kinds of codes. */
const KEY_VALUES: readonly (readonly [SqlType, fc.Arbitrary<LiteralValue>])[] = [
  [INTEGER, fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1))],
  [BIGINT, fc.oneof(fc.bigInt(0n, 5n), fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 40n))],
  [BIGINT, fc.bigInt(100n, 130n)],
  [HUGEINT, fc.oneof(fc.bigInt(0n, 3n), fc.constantFrom(2n ** 100n, -(2n ** 100n)))],
  [DOUBLE, fc.constantFrom(0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY)],
  [VARCHAR, fc.constantFrom('', 'a', 'b', 'a longer text, to be compared')],
  [BOOLEAN, fc.boolean()],
  [list(INTEGER), fc.constantFrom([], [1], [1, null], [2, 1])],
];

export const JOIN_KINDS: readonly PhysicalJoinKind[] = [
  'inner',
  'probeOuter',
  'buildOuter',
  'fullOuter',
  'probeSemi',
  'probeAnti',
  'buildSemi',
  'buildAnti',
  'mark',
  'single',
];

const side = (values: readonly fc.Arbitrary<LiteralValue>[], maxRows: number) =>
  fc
    .array(fc.tuple(...values, fc.option(fc.bigInt(0n, 9n), { freq: 6 })), { maxLength: maxRows })
    .map((rows) => rows.map((row, position): LiteralValue[] => [...row, position]));

/** Joins of a kind over random rows. */
export const joinCases = (
  kind: PhysicalJoinKind,
  options: { readonly keyed: boolean },
): fc.Arbitrary<JoinCase> =>
  fc
    .record({
      columns: fc.array(
        fc.record({
          column: fc.constantFrom(...KEY_VALUES),
          nullSafe: fc.boolean(),
          nullable: fc.boolean(),
        }),
        options.keyed ? { minLength: 1, maxLength: 3 } : { maxLength: 0 },
      ),
      residual: fc.boolean(),
      nullAware: fc.boolean(),
    })
    .chain(({ columns, residual, nullAware: wanted }) => {
      const nullAware =
        columns.length === 1 && !residual && wanted && (kind === 'mark' || kind === 'probeAnti');
      const values = columns.map(({ column: [, value], nullable }) =>
        nullable ? fc.option(value, { freq: 4 }) : value,
      );
      return fc.record({
        kind: fc.constant(kind),
        keys: fc.constant(
          columns.map(({ column: [type], nullSafe }) => ({
            type,
            nullSafe: nullSafe && !nullAware,
          })),
        ),
        probe: side(values, 30),
        // A scalar subquery has few rows, or there would be nothing but errors.
        build: side(values, kind === 'single' ? 4 : 20),
        residual: fc.constant(residual),
        nullAware: fc.constant(nullAware),
        computed: fc.boolean(),
        partitionRows: fc.constantFrom(2, 7, 1000),
      });
    });
