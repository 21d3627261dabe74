import { columnRef, isLiteral, isTrue } from '../expr/structure.ts';
import type { Join, LogicalPlan, NamedExpr } from '../logical.ts';
import { fillsRight, outputOf, transformPlan } from '../plan-tree.ts';
import type { Rule } from './rule.ts';

/** Removes filters that pass everything, and everything above what can have no rows. */
export const pruneEmpty: Rule = {
  name: 'prune-empty',
  isRequired: false,
  apply: (plan) => transformPlan(plan, prune),
};

const isEmpty = (plan: LogicalPlan): boolean => plan.kind === 'values' && plan.rows.length === 0;

const empty = (plan: LogicalPlan): LogicalPlan => ({
  kind: 'values',
  output: outputOf(plan),
  rows: [],
});

function prune(plan: LogicalPlan): LogicalPlan {
  switch (plan.kind) {
    case 'filter':
      if (isTrue(plan.predicate)) return plan.input;
      return isLiteral(plan.predicate, false) || isEmpty(plan.input) ? empty(plan) : plan;
    case 'limit':
      return plan.limit === 0 || isEmpty(plan.input) ? empty(plan) : plan;
    case 'project':
    case 'window':
    case 'sort':
    case 'distinct':
    case 'unnest':
      return isEmpty(plan.input) ? empty(plan) : plan;
    case 'aggregate':
      // Without keys, and for an empty grouping set, there is a row even then.
      return isEmpty(plan.input) && plan.keys.length > 0 && plan.groupingSets === undefined
        ? empty(plan)
        : plan;
    case 'join':
      return pruneJoin(plan);
    case 'setOperation': {
      if (plan.operator !== 'union' || !plan.all) return plan;
      const inputs = plan.inputs.filter((input) => !isEmpty(input));
      const [only] = inputs;
      if (only === undefined) return empty(plan);
      if (inputs.length === plan.inputs.length) return plan;
      if (inputs.length > 1) return { ...plan, inputs };
      const expressions = plan.output.flatMap((output, i): NamedExpr[] => {
        const column = outputOf(only)[i];
        return column === undefined ? [] : [{ output, expr: columnRef(column) }];
      });
      return { kind: 'project', input: only, expressions };
    }
    default:
      return plan;
  }
}

function pruneJoin(join: Join): LogicalPlan {
  const { joinKind, left, right } = join;
  const [noLeft, noRight] = [isEmpty(left), isEmpty(right)];
  switch (joinKind) {
    case 'inner':
    case 'semi':
      if (noLeft || noRight || isLiteral(join.condition, false)) return empty(join);
      return join;
    case 'anti':
      if (noLeft) return empty(join);
      return noRight || isLiteral(join.condition, false) ? left : join;
    case 'left':
    case 'single':
      if (noLeft) return empty(join);
      return noRight || isLiteral(join.condition, false) ? withNulls(join) : join;
    default:
      return join;
  }
}

/** The left rows, the right columns NULL. */
const withNulls = (join: Join): LogicalPlan => ({
  kind: 'project',
  input: join.left,
  expressions: outputOf(join).map((output, i): NamedExpr => {
    const isLeft = i < outputOf(join.left).length || !fillsRight(join.joinKind);
    return {
      output,
      expr: isLeft ? columnRef(output) : { kind: 'literal', value: null, type: output.type },
    };
  }),
});
