import { type ColumnId, type ColumnRef, columnsOf, type Expr, isFloat } from '@windrow/core';
import { argumentOf, comparisonOf } from '../expr/comparison.ts';
import { makeCall } from '../expr/make-call.ts';
import { simplifyPredicate } from '../expr/simplify.ts';
import {
  columnRef,
  conjunction,
  conjunctsOf,
  disjunction,
  disjunctsOf,
  distinctExprs,
  isLiteral,
  isSubset,
  literal,
  substitute,
} from '../expr/structure.ts';
import type { Join, LogicalPlan, OutputColumn } from '../logical.ts';
import { outputIds, outputOf } from '../plan-tree.ts';
import { impliedPredicates } from '../properties.ts';
import { equiPairOf } from '../statistics/join-estimate.ts';
import { filtered, includesExpr } from './filtered.ts';
import type { RuleContext } from './rule.ts';

type PushDown = (
  plan: LogicalPlan,
  conjuncts: readonly Expr[],
  context: RuleContext,
) => LogicalPlan;

/** Where the conditions at a join go. */
interface Placement {
  readonly left: Expr[];
  readonly right: Expr[];
  /** Stay in the join's condition. */
  readonly on: Expr[];
  /** Stay above the join. */
  readonly above: Expr[];
}

/**
 * Sinks conditions from above a join, and those of its own condition, into the sides they are about.
 *
 * Conditions over one column also go to the other side of an equality, and what every branch of an OR
 * says about one side goes to that side.
 */
export function pushIntoJoin(
  join: Join,
  conjuncts: readonly Expr[],
  context: RuleContext,
  pushDown: PushDown,
): LogicalPlan {
  const { mark } = join;
  if (join.joinKind === 'mark' && mark !== undefined) {
    const asked = conjuncts.find((conjunct) => testOfMark(conjunct, mark.id) !== undefined);
    if (asked !== undefined) return replaceMark(join, mark, asked, conjuncts, context, pushDown);
  }
  const placement = place(join, conjuncts, context);
  spreadDisjunctions(join, placement, context);
  const { left, right } = pushIntoSides(join, placement, context, pushDown);
  const condition = conjunction(placement.on);
  const isSame =
    left === join.left &&
    right === join.right &&
    conjuncts.length === 0 &&
    placement.on.length === conjunctsOf(join.condition).length;
  return filtered(isSame ? join : { ...join, left, right, condition }, placement.above, context);
}

function place(join: Join, conjuncts: readonly Expr[], context: RuleContext): Placement {
  const left = outputIds(join.left);
  const right = outputIds(join.right);
  const { joinKind } = join;
  const placement: Placement = { left: [], right: [], on: [], above: [] };
  // What can fail must not see rows that have no partner, and what is volatile must stay.
  const isMovable = (conjunct: Expr): boolean =>
    !context.traits.mayRaise(conjunct) && !context.traits.isVolatile(conjunct);
  for (const conjunct of conjuncts) {
    const ids = columnsOf(conjunct);
    const isVolatile = context.traits.isVolatile(conjunct);
    if (joinKind !== 'full' && isMovable(conjunct) && ids.size > 0 && isSubset(ids, left)) {
      placement.left.push(conjunct);
    } else if (
      joinKind === 'inner' &&
      isMovable(conjunct) &&
      ids.size > 0 &&
      isSubset(ids, right)
    ) {
      placement.right.push(conjunct);
    } else if (joinKind === 'inner' && !isVolatile && !isLiteral(conjunct, false)) {
      placement.on.push(conjunct);
    } else {
      placement.above.push(conjunct);
    }
  }
  for (const conjunct of conjunctsOf(join.condition)) {
    const ids = columnsOf(conjunct);
    const isBound = !isMovable(conjunct) || ids.size === 0 || joinKind === 'full';
    const isAnswered = joinKind === 'mark' && context.traits.isNullable(conjunct);
    if (!isBound && isSubset(ids, right) && !isAnswered) placement.right.push(conjunct);
    else if (!isBound && isSubset(ids, left) && (joinKind === 'inner' || joinKind === 'semi')) {
      placement.left.push(conjunct);
    } else placement.on.push(conjunct);
  }
  const on = distinctExprs(placement.on);
  const raising = on.filter((conjunct) => context.traits.mayRaise(conjunct));
  const safe = on.filter((conjunct) => !context.traits.mayRaise(conjunct));
  return { ...placement, on: [...safe, ...raising] };
}

/** Joins whose left rows survive only with a partner, so that what holds right must hold left too. */
const narrowsLeft = (join: Join): boolean => join.joinKind === 'inner' || join.joinKind === 'semi';

function pushIntoSides(
  join: Join,
  placement: Placement,
  context: RuleContext,
  pushDown: PushDown,
): { readonly left: LogicalPlan; readonly right: LogicalPlan } {
  let left = pushDown(join.left, distinctExprs(placement.left), context);
  let right = pushDown(join.right, distinctExprs(placement.right), context);
  if (join.joinKind === 'full' || join.joinKind === 'mark') return { left, right };
  const pairs = columnPairs(join, placement.on);
  const toRight = translate(impliedPredicates(left), pairs, context).filter(
    (conjunct) => !includesExpr(impliedPredicates(right), conjunct),
  );
  if (toRight.length > 0) right = pushDown(right, toRight, context);
  if (!narrowsLeft(join)) return { left, right };
  const back = pairs.map(([a, b]): Pair => [b, a]);
  const toLeft = translate(impliedPredicates(right), back, context).filter(
    (conjunct) => !includesExpr(impliedPredicates(left), conjunct),
  );
  if (toLeft.length > 0) left = pushDown(left, toLeft, context);
  return { left, right };
}

type Pair = readonly [ColumnRef, ColumnRef];

function columnPairs(join: Join, on: readonly Expr[]): readonly Pair[] {
  const left = outputIds(join.left);
  const right = outputIds(join.right);
  return on.flatMap((conjunct): Pair[] => {
    const pair = equiPairOf(conjunct, left, right);
    if (pair === undefined || pair.nullSafe) return [];
    const isColumns = pair.left.kind === 'column' && pair.right.kind === 'column';
    return isColumns ? [[pair.left, pair.right]] : [];
  });
}

/** Conditions over one column, said of the column that equals it. */
function translate(
  conjuncts: readonly Expr[],
  pairs: readonly Pair[],
  context: RuleContext,
): readonly Expr[] {
  const translated: Expr[] = [];
  for (const conjunct of conjuncts) {
    const [id, ...others] = columnsOf(conjunct);
    if (id === undefined || others.length > 0 || !isTransferable(conjunct, context)) continue;
    for (const [from, to] of pairs) {
      if (from.id === id) translated.push(substitute(conjunct, new Map([[id, to]])));
    }
  }
  return distinctExprs(translated);
}

function isTransferable(conjunct: Expr, context: RuleContext): boolean {
  if (context.traits.mayRaise(conjunct) || context.traits.isVolatile(conjunct)) return false;
  // The equality says it already.
  if (argumentOf(conjunct, 'is_not_null') !== undefined) return false;
  const comparison = comparisonOf(conjunct);
  if (comparison !== undefined || (conjunct.kind === 'call' && conjunct.function === 'in_list')) {
    return true;
  }
  // 0.0 equals -0.0, and a function may tell them apart.
  const [subject] = conjunct.kind === 'call' ? conjunct.args : [];
  return subject !== undefined && !isFloat(subject.type);
}

/** Adds to each side what every branch of an OR over both sides says about it. */
function spreadDisjunctions(join: Join, placement: Placement, context: RuleContext): void {
  if (join.joinKind === 'full' || join.joinKind === 'mark') return;
  for (const conjunct of placement.on) {
    const branches = disjunctsOf(conjunct);
    if (branches.length < 2 || context.traits.mayRaise(conjunct)) continue;
    if (context.traits.isVolatile(conjunct)) continue;
    const share = (side: LogicalPlan, into: Expr[]): void => {
      const found = shareOfBranches(branches, outputIds(side));
      if (found === undefined) return;
      const simple = simplifyPredicate(found, context);
      if (isLiteral(simple, true)) return;
      for (const part of conjunctsOf(simple)) {
        if (!includesExpr(impliedPredicates(side), part)) into.push(part);
      }
    };
    share(join.right, placement.right);
    if (narrowsLeft(join)) share(join.left, placement.left);
  }
}

function shareOfBranches(branches: readonly Expr[], ids: ReadonlySet<ColumnId>): Expr | undefined {
  const parts: Expr[] = [];
  for (const branch of branches) {
    const own = conjunctsOf(branch).filter((part) => {
      const columns = columnsOf(part);
      return columns.size > 0 && isSubset(columns, ids);
    });
    if (own.length === 0) return undefined;
    parts.push(conjunction(own));
  }
  return disjunction(parts);
}

/** Does the condition keep the rows marked true, or those marked false? Undefined: it asks more. */
function testOfMark(conjunct: Expr, mark: ColumnId): boolean | undefined {
  const isMark = (expr: Expr | undefined): boolean => expr?.kind === 'column' && expr.id === mark;
  if (isMark(conjunct) || isMark(argumentOf(conjunct, 'is_true'))) return true;
  if (isMark(argumentOf(conjunct, 'not')) || isMark(argumentOf(conjunct, 'is_false'))) return false;
  return undefined;
}

/**
 * A mark join whose mark is only a filter is a semi or anti join; whoever still reads the mark gets a
 * constant. NOT IN drops a row whose membership is unknown, so its anti join matches on "not false".
 */
function replaceMark(
  join: Join,
  mark: OutputColumn,
  asked: Expr,
  conjuncts: readonly Expr[],
  context: RuleContext,
  pushDown: PushDown,
): LogicalPlan {
  const isSemi = testOfMark(asked, mark.id) === true;
  const replaced: Join = {
    ...join,
    joinKind: isSemi ? 'semi' : 'anti',
    condition: isSemi
      ? simplifyPredicate(join.condition, context)
      : notFalse(join.condition, context),
    mark: undefined,
  };
  const value = literal(isSemi);
  const rest = conjuncts.filter((conjunct) => conjunct !== asked);
  const constants = new Map([[mark.id, value]]);
  const below = pushIntoJoin(
    replaced,
    rest.map((conjunct) => simplifyPredicate(substitute(conjunct, constants), context)),
    context,
    pushDown,
  );
  const expressions = outputOf(join.left).map((output) => ({ output, expr: columnRef(output) }));
  return {
    kind: 'project',
    input: below,
    expressions: [...expressions, { output: mark, expr: value }],
  };
}

function notFalse(condition: Expr, context: RuleContext): Expr {
  const conjuncts = conjunctsOf(condition).map((conjunct) => {
    const certain = argumentOf(conjunct, 'is_true');
    if (certain !== undefined) return certain;
    return context.traits.isNullable(conjunct)
      ? makeCall(context.functions, 'is_not_false', [conjunct])
      : conjunct;
  });
  return conjunction(conjuncts);
}
