import { type ColumnId, columnsOf, type Expr } from '@windrow/core';
import { conjunctsOf, isSubset, substitute } from './expr/structure.ts';
import type { DependentJoin, Join, LogicalPlan } from './logical.ts';
import { outputIds } from './plan-tree.ts';
import { splitCondition } from './statistics/join-estimate.ts';

/** Can the plan hand up more than one row? False only when it certainly cannot. */
export function isAtMostOneRow(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case 'values':
      return plan.rows.length <= 1;
    case 'aggregate':
      return plan.keys.length === 0 && (plan.groupingSets?.length ?? 1) <= 1;
    case 'limit':
      return (
        (plan.limit !== undefined && plan.limit <= 1 && !plan.percent && !plan.withTies) ||
        isAtMostOneRow(plan.input)
      );
    case 'filter':
    case 'project':
    case 'sort':
    case 'window':
    case 'distinct':
      return isAtMostOneRow(plan.input);
    case 'join':
    case 'dependentJoin':
      // Two single rows that do not match are two rows of a full join.
      return (
        plan.joinKind !== 'full' &&
        isAtMostOneRow(plan.left) &&
        (keepsLeftRows(plan) || isAtMostOneRow(plan.right))
      );
    case 'withCte':
      return isAtMostOneRow(plan.body);
    default:
      return false;
  }
}

/** Joins that hand up each left row once at most. */
const keepsLeftRows = (join: Join | DependentJoin): boolean =>
  join.joinKind === 'semi' ||
  join.joinKind === 'anti' ||
  join.joinKind === 'mark' ||
  join.joinKind === 'single';

/** Exactly one row, whatever the tables hold. */
export function isExactlyOneRow(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case 'values':
      return plan.rows.length === 1;
    case 'aggregate':
      return plan.keys.length === 0 && plan.groupingSets === undefined;
    case 'project':
    case 'sort':
    case 'window':
    case 'distinct':
      return isExactlyOneRow(plan.input);
    case 'join':
      return (plan.joinKind === 'mark' || plan.joinKind === 'single') && isExactlyOneRow(plan.left);
    default:
      return false;
  }
}

type Key = ReadonlySet<ColumnId>;

/** More keys than this are not carried upwards. */
const MAX_KEYS = 8;

const keysOf = new WeakMap<LogicalPlan, readonly Key[]>();

/** Sets of output columns of which no two rows agree (NULLs counted as equal). May miss some. */
function uniqueKeys(plan: LogicalPlan): readonly Key[] {
  let keys = keysOf.get(plan);
  if (keys === undefined) {
    keys = computeKeys(plan).slice(0, MAX_KEYS);
    keysOf.set(plan, keys);
  }
  return keys;
}

/** Are there no two rows that agree in these columns? */
const isUnique = (plan: LogicalPlan, ids: ReadonlySet<ColumnId>): boolean =>
  isAtMostOneRow(plan) || uniqueKeys(plan).some((key) => isSubset(key, ids));

function computeKeys(plan: LogicalPlan): readonly Key[] {
  switch (plan.kind) {
    case 'aggregate':
      return plan.groupingSets === undefined
        ? [new Set(plan.keys.map((key) => key.output.id))]
        : [];
    case 'filter':
    case 'sort':
    case 'limit':
    case 'window':
      return uniqueKeys(plan.input);
    case 'distinct':
      return plan.on === undefined
        ? [outputIds(plan), ...uniqueKeys(plan.input)]
        : uniqueKeys(plan.input);
    case 'project': {
      const renamed = new Map<ColumnId, ColumnId>();
      for (const { output, expr } of plan.expressions) {
        if (expr.kind === 'column' && !renamed.has(expr.id)) renamed.set(expr.id, output.id);
      }
      return uniqueKeys(plan.input).flatMap((key) => {
        const mapped = [...key].flatMap((id) => renamed.get(id) ?? []);
        return mapped.length === key.size ? [new Set(mapped)] : [];
      });
    }
    case 'join':
      return joinKeys(plan);
    case 'withCte':
      return uniqueKeys(plan.body);
    default:
      return [];
  }
}

function joinKeys(join: Join): readonly Key[] {
  if (keepsLeftRows(join)) return uniqueKeys(join.left);
  const { leftPerRight, rightPerLeft } = joinMultiplicity(join);
  const keys: Key[] = [];
  // A side's key survives when each of its rows meets one row of the other side at most; an outer join
  // also adds rows in which that side is NULL, of which there may be many.
  const addsLeftNulls = join.joinKind === 'right' || join.joinKind === 'full';
  const addsRightNulls = join.joinKind === 'left' || join.joinKind === 'full';
  if (rightPerLeft === 'one' && !addsLeftNulls) keys.push(...uniqueKeys(join.left));
  if (leftPerRight === 'one' && !addsRightNulls) keys.push(...uniqueKeys(join.right));
  for (const left of uniqueKeys(join.left)) {
    for (const right of uniqueKeys(join.right)) keys.push(new Set([...left, ...right]));
  }
  return keys;
}

/** How many rows of one side a row of the other can match. */
export function joinMultiplicity(join: Join): {
  readonly leftPerRight: 'one' | 'many';
  readonly rightPerLeft: 'one' | 'many';
} {
  const { equalities } = splitCondition(
    join.condition,
    outputIds(join.left),
    outputIds(join.right),
  );
  const columns = (exprs: readonly Expr[]): Set<ColumnId> =>
    new Set(exprs.flatMap((expr) => (expr.kind === 'column' ? [expr.id] : [])));
  const left = columns(equalities.map((pair) => pair.left));
  const right = columns(equalities.map((pair) => pair.right));
  return {
    leftPerRight: isUnique(join.left, left) ? 'one' : 'many',
    rightPerLeft: isUnique(join.right, right) ? 'one' : 'many',
  };
}

const implied = new WeakMap<LogicalPlan, readonly Expr[]>();

/** Conditions that hold for every row handed up, over output columns. May miss some. */
export function impliedPredicates(plan: LogicalPlan): readonly Expr[] {
  let found = implied.get(plan);
  if (found === undefined) {
    const available = outputIds(plan);
    found = computeImplied(plan).filter((conjunct) => isSubset(columnsOf(conjunct), available));
    implied.set(plan, found);
  }
  return found;
}

function computeImplied(plan: LogicalPlan): readonly Expr[] {
  switch (plan.kind) {
    case 'filter':
      return [...conjunctsOf(plan.predicate), ...impliedPredicates(plan.input)];
    case 'project': {
      const renamed = new Map<ColumnId, Expr>();
      for (const { output, expr } of plan.expressions) {
        if (expr.kind === 'column' && !renamed.has(expr.id)) {
          renamed.set(expr.id, { ...expr, id: output.id, name: output.name });
        }
      }
      return impliedPredicates(plan.input)
        .filter((conjunct) => [...columnsOf(conjunct)].every((id) => renamed.has(id)))
        .map((conjunct) => substitute(conjunct, renamed));
    }
    case 'aggregate':
      return plan.groupingSets === undefined ? impliedPredicates(plan.input) : [];
    case 'sort':
    case 'limit':
    case 'window':
    case 'distinct':
    case 'unnest':
      return impliedPredicates(plan.input);
    case 'withCte':
      return impliedPredicates(plan.body);
    case 'join':
      return impliedByJoin(plan);
    default:
      return [];
  }
}

function impliedByJoin(join: Join): readonly Expr[] {
  switch (join.joinKind) {
    case 'inner':
      return [
        ...conjunctsOf(join.condition),
        ...impliedPredicates(join.left),
        ...impliedPredicates(join.right),
      ];
    case 'semi':
    case 'anti':
    case 'left':
    case 'single':
    case 'mark':
      return impliedPredicates(join.left);
    case 'right':
      return impliedPredicates(join.right);
    case 'full':
      return [];
  }
}
