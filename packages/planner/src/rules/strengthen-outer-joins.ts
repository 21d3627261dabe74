import { type ColumnId, columnsOf, type Expr, unreachable } from '@windrow/core';
import { conjunctsOf, intersects, substitute } from '../expr/structure.ts';
import type { Join, LogicalPlan } from '../logical.ts';
import { mapInputs, outputIds, withInputs } from '../plan-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * An outer join whose added rows some condition above never lets through becomes an inner one, or loses
 * one of its outer sides; RIGHT becomes LEFT with the sides exchanged.
 */
export const strengthenOuterJoins: Rule = {
  name: 'strengthen-outer-joins',
  isRequired: false,
  apply: (plan, context) => strengthen(plan, [], context),
};

/** `certain`: conditions that every row must satisfy to matter to the result. */
function strengthen(
  plan: LogicalPlan,
  certain: readonly Expr[],
  context: RuleContext,
): LogicalPlan {
  const into = (conditions: readonly Expr[]): LogicalPlan =>
    mapInputs(plan, (input) => strengthen(input, conditions, context));
  switch (plan.kind) {
    case 'filter':
      return into([...conjunctsOf(plan.predicate), ...certain]);
    case 'sort':
      return into(certain);
    case 'project': {
      const replacements = new Map<ColumnId, Expr>();
      for (const { output, expr } of plan.expressions) replacements.set(output.id, expr);
      return into(certain.map((condition) => substitute(condition, replacements)));
    }
    case 'aggregate': {
      // Whether a group matters can be told from its keys only.
      if (plan.groupingSets !== undefined) return into([]);
      const replacements = new Map<ColumnId, Expr>();
      for (const { output, expr } of plan.keys) replacements.set(output.id, expr);
      const onKeys = certain.filter((condition) =>
        [...columnsOf(condition)].every((id) => replacements.has(id)),
      );
      const isGrouped = plan.keys.length > 0;
      return into(isGrouped ? onKeys.map((c) => substitute(c, replacements)) : []);
    }
    case 'join':
      return strengthenJoin(plan, certain, context);
    case 'withCte':
      return mapInputs(plan, (input) =>
        strengthen(input, input === plan.body ? certain : [], context),
      );
    default:
      return into([]);
  }
}

function strengthenJoin(join: Join, certain: readonly Expr[], context: RuleContext): LogicalPlan {
  const next = withoutOuterSides(join, certain, context);
  const over = (side: LogicalPlan, conditions: readonly Expr[]): readonly Expr[] =>
    conditions.filter((condition) => intersects(columnsOf(condition), outputIds(side)));
  const own = conjunctsOf(next.condition);
  const both = [...certain, ...own];
  const sides = ((): readonly [readonly Expr[], readonly Expr[]] => {
    switch (next.joinKind) {
      case 'inner':
        return [both, both];
      case 'left':
      case 'anti':
      case 'single':
        return [certain, own];
      case 'semi':
        return [both, own];
      case 'mark':
        return [certain, []];
      case 'right':
        return [own, certain];
      case 'full':
        return [[], []];
      default:
        return unreachable(next.joinKind);
    }
  })();
  return withInputs(next, [
    strengthen(next.left, over(next.left, sides[0]), context),
    strengthen(next.right, over(next.right, sides[1]), context),
  ]);
}

function withoutOuterSides(join: Join, certain: readonly Expr[], context: RuleContext): Join {
  const drops = (side: LogicalPlan): boolean =>
    certain.some((condition) => {
      const ids = outputIds(side);
      return intersects(columnsOf(condition), ids) && context.traits.rejectsNulls(condition, ids);
    });
  switch (join.joinKind) {
    case 'left':
      return drops(join.right) ? { ...join, joinKind: 'inner' } : join;
    case 'right':
      return withoutOuterSides(
        { ...join, joinKind: 'left', left: join.right, right: join.left },
        certain,
        context,
      );
    case 'full': {
      const dropsLeft = drops(join.left);
      const dropsRight = drops(join.right);
      if (dropsLeft && dropsRight) return { ...join, joinKind: 'inner' };
      if (dropsLeft) return { ...join, joinKind: 'left' };
      if (dropsRight) return { ...join, joinKind: 'left', left: join.right, right: join.left };
      return join;
    }
    default:
      return join;
  }
}
