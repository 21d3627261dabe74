import type {
  ColumnPredicate,
  Expr,
  LiteralValue,
  ScanDescription,
  SinkDescription,
} from '@windrow/core';
import type { AggregateCall, NamedExpr, OutputColumn, SortKey, WindowCall } from './logical.ts';

/** What every physical node carries. Physical plans are plain data: no functions, no providers. */
export interface PhysicalNode {
  /** Unique within a plan, in pre-order; EXPLAIN ANALYZE reports by it. */
  readonly nodeId: number;
  readonly output: readonly OutputColumn[];
  readonly estimatedRows: number;
  /** Cumulative, in estimated microseconds of one core. */
  readonly cost: number;
}

export type PhysicalPlan =
  | PhysicalScan
  | PhysicalValues
  | PhysicalFilter
  | PhysicalProject
  | PhysicalAggregate
  | PhysicalExpand
  | PhysicalWindow
  | PhysicalSort
  | PhysicalTopN
  | PhysicalPartitionedTopN
  | PhysicalLimit
  | HashJoin
  | NestedLoopJoin
  | PhysicalUnion
  | PhysicalUnnest
  | PhysicalCte
  | PhysicalCteScan
  | PhysicalRecursiveCte
  | PhysicalWrite;

/**
 * Column i of the description's chunks is `output[i]`. `predicates` were used for pruning, and
 * `conditions` are what they came from; both are only shown.
 */
export interface PhysicalScan extends PhysicalNode {
  readonly kind: 'scan';
  readonly table: string;
  readonly description: ScanDescription;
  readonly predicates: readonly ColumnPredicate[];
  readonly conditions?: readonly Expr[];
}

export interface PhysicalValues extends PhysicalNode {
  readonly kind: 'values';
  readonly rows: readonly (readonly LiteralValue[])[];
}

/** Filter, sort, top-N and limit hand up their input's columns as they are. */
export interface PhysicalFilter extends PhysicalNode {
  readonly kind: 'filter';
  readonly input: PhysicalPlan;
  readonly predicate: Expr;
}

export interface PhysicalProject extends PhysicalNode {
  readonly kind: 'project';
  readonly input: PhysicalPlan;
  readonly expressions: readonly NamedExpr[];
}

/**
 * Output: the keys, then the aggregates.
 * - global: no keys, one row.
 * - direct: few groups; states are found through a small table of combined key codes.
 * - hash: one table a thread, merged at the end.
 * - partitioned: rows are radix-partitioned by key hash first, then aggregated partition by partition.
 * The strategy is a start; the executor switches when the true number of groups says so.
 */
export interface PhysicalAggregate extends PhysicalNode {
  readonly kind: 'aggregate';
  readonly input: PhysicalPlan;
  readonly keys: readonly NamedExpr[];
  readonly aggregates: readonly AggregateCall[];
  readonly strategy: 'global' | 'direct' | 'hash' | 'partitioned';
  readonly estimatedGroups: number;
}

/** Grouping sets: each input row goes up once per set; `sets[k][i]` computes `output[i]`. */
export interface PhysicalExpand extends PhysicalNode {
  readonly kind: 'expand';
  readonly input: PhysicalPlan;
  readonly sets: readonly (readonly Expr[])[];
}

/**
 * Output: the input's columns, then one a function. `presorted`: the input is a window too, whose
 * partitions are the same and whose order begins with this one, so that its arrangement can be kept.
 */
export interface PhysicalWindow extends PhysicalNode {
  readonly kind: 'window';
  readonly presorted?: boolean;
  readonly input: PhysicalPlan;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly SortKey[];
  readonly functions: readonly WindowCall[];
}

export interface PhysicalSort extends PhysicalNode {
  readonly kind: 'sort';
  readonly input: PhysicalPlan;
  readonly keys: readonly SortKey[];
}

/** The rows offset … offset + limit of the sorted input; `withTies` keeps peers of the last one. */
export interface PhysicalTopN extends PhysicalNode {
  readonly kind: 'topN';
  readonly input: PhysicalPlan;
  readonly keys: readonly SortKey[];
  readonly limit: number;
  readonly offset: number;
  readonly withTies: boolean;
}

/** The first `limit` rows of each partition by `ranking`; adds the rank as `rank` when it is used above. */
export interface PhysicalPartitionedTopN extends PhysicalNode {
  readonly kind: 'partitionedTopN';
  readonly input: PhysicalPlan;
  readonly partitionBy: readonly Expr[];
  readonly keys: readonly SortKey[];
  readonly limit: number;
  readonly ranking: 'row_number' | 'rank' | 'dense_rank';
  readonly rank: OutputColumn | undefined;
}

export interface PhysicalLimit extends PhysicalNode {
  readonly kind: 'limit';
  readonly input: PhysicalPlan;
  readonly limit: number | undefined;
  readonly offset: number;
  readonly percent: boolean;
}

/**
 * What a join emits, told from the probe side. `buildSemi` and `buildAnti` emit build rows (only build
 * columns in the output); `mark` adds a boolean to the probe row; `single` is probeOuter that fails
 * with 21000 on a second match.
 */
export type PhysicalJoinKind =
  | 'inner'
  | 'probeOuter'
  | 'buildOuter'
  | 'fullOuter'
  | 'probeSemi'
  | 'probeAnti'
  | 'buildSemi'
  | 'buildAnti'
  | 'mark'
  | 'single';

/** One equality of a hash join; `nullSafe`: NULL equals NULL (IS NOT DISTINCT FROM). Types are equal. */
export interface JoinKey {
  readonly probe: Expr;
  readonly build: Expr;
  readonly nullSafe: boolean;
}

/**
 * Output columns carry ids of either side in any order (late columns are pruned). `residual` is over
 * both sides and belongs to the match; in a mark join a pair whose keys are equal and whose residual is
 * NULL makes the mark NULL unless another pair makes it true. `nullAware`: mark and probeAnti with NOT
 * IN's three-valued logic (a NULL key on either side makes the answer unknown, unless the build side is
 * empty): exactly one key, which is not nullSafe, and no residual. `buildSide` tells which logical side
 * was built, for EXPLAIN.
 */
export interface HashJoin extends PhysicalNode {
  readonly kind: 'hashJoin';
  readonly joinKind: PhysicalJoinKind;
  readonly probe: PhysicalPlan;
  readonly build: PhysicalPlan;
  readonly keys: readonly JoinKey[];
  readonly residual: Expr | undefined;
  readonly nullAware: boolean;
  readonly mark: OutputColumn | undefined;
  readonly distribution: 'broadcast' | 'partitioned';
  readonly buildSide: 'left' | 'right';
}

/**
 * Any condition, or none (cross join); three-valued for mark as in {@link HashJoin}. Output as there.
 * The build side is kept in memory and scanned per probe batch.
 */
export interface NestedLoopJoin extends PhysicalNode {
  readonly kind: 'nestedLoopJoin';
  readonly joinKind: PhysicalJoinKind;
  readonly probe: PhysicalPlan;
  readonly build: PhysicalPlan;
  readonly condition: Expr | undefined;
  readonly mark: OutputColumn | undefined;
  readonly buildSide: 'left' | 'right';
}

/** UNION ALL: column i of every input becomes `output[i]`, in the order of the inputs. */
export interface PhysicalUnion extends PhysicalNode {
  readonly kind: 'union';
  readonly inputs: readonly PhysicalPlan[];
}

export interface PhysicalUnnest extends PhysicalNode {
  readonly kind: 'unnest';
  readonly input: PhysicalPlan;
  readonly lists: readonly NamedExpr[];
  readonly ordinality: OutputColumn | undefined;
  readonly outer: boolean;
}

/** Runs `definition` once and keeps its rows while `body` runs. Output: the body's. */
export interface PhysicalCte extends PhysicalNode {
  readonly kind: 'cte';
  readonly cteId: number;
  readonly name: string;
  readonly definition: PhysicalPlan;
  readonly body: PhysicalPlan;
}

/** Column i of the kept rows is `output[i]`. */
export interface PhysicalCteScan extends PhysicalNode {
  readonly kind: 'cteScan';
  readonly cteId: number;
  readonly name: string;
}

/** Rounds of `step` over the last round's rows until none is new. */
export interface PhysicalRecursiveCte extends PhysicalNode {
  readonly kind: 'recursiveCte';
  readonly cteId: number;
  readonly name: string;
  readonly base: PhysicalPlan;
  readonly step: PhysicalPlan;
  readonly all: boolean;
}

/** Writes its input to a sink; output is one BIGINT column, the number of rows. */
export interface PhysicalWrite extends PhysicalNode {
  readonly kind: 'write';
  readonly input: PhysicalPlan;
  readonly sink: SinkDescription;
}
