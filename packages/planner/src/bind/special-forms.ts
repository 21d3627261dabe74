import { BIGINT, type Expr, isNested } from '@windrow/core';
import type { CallExpression } from '@windrow/parser';
import { columnRef } from '../expr/structure.ts';
import { bindArguments } from './arguments.ts';
import { asCondition, type Binder, callScalar, newColumn } from './binder.ts';
import { bindError, groupingError, typeError, unsupported } from './errors.ts';
import { integerLiteral, nullLiteral, textLiteral } from './literal.ts';
import { caseOf, coalesceOf, compare } from './operators.ts';
import type { ExpressionScope } from './scope.ts';

/** Returns undefined when the call is an ordinary one after all. */
type SpecialForm = (
  binder: Binder,
  node: CallExpression,
  scope: ExpressionScope,
) => Expr | undefined;

/** Lazy forms and forms that need more than argument values; names in lower case. */
export const SPECIAL_FORMS: ReadonlyMap<string, SpecialForm> = new Map<string, SpecialForm>([
  ['coalesce', bindCoalesce],
  ['ifnull', bindCoalesce],
  ['nvl', bindCoalesce],
  ['nullif', bindNullIf],
  ['if', bindIf],
  ['iff', bindIf],
  ['nvl2', bindNvl2],
  ['nullifzero', bindNullIfZero],
  ['zeroifnull', bindZeroIfNull],
  ['decode', bindDecode],
  ['struct_pack', bindStructPack],
  ['struct', bindStructPack],
  ['grouping', bindGrouping],
  ['grouping_id', bindGrouping],
  ['unnest', bindUnnest],
  ['explode', bindUnnest],
]);

function argumentsOf(
  binder: Binder,
  node: CallExpression,
  scope: ExpressionScope,
  counts: readonly [minimum: number, maximum: number],
): readonly Expr[] {
  const args = bindArguments(binder, node, scope);
  const [minimum, maximum] = counts;
  if (args.length < minimum || args.length > maximum) {
    const wanted = minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`;
    const name = node.name.parts.at(-1)?.name ?? '';
    const takes = maximum === Number.POSITIVE_INFINITY ? `${minimum} or more` : wanted;
    throw bindError('42883', `${name} takes ${takes} arguments, not ${args.length}`, node.span);
  }
  return args;
}

function bindCoalesce(binder: Binder, node: CallExpression, scope: ExpressionScope): Expr {
  const args = argumentsOf(binder, node, scope, [1, Number.POSITIVE_INFINITY]);
  return coalesceOf(binder, args, node.span);
}

function bindNullIf(binder: Binder, node: CallExpression, scope: ExpressionScope): Expr {
  const [value, other] = argumentsOf(binder, node, scope, [2, 2]) as [Expr, Expr];
  const isEqual = compare(binder, '=', value, other, node.span);
  const otherwise = value.type.kind === 'null' ? value : nullLiteral(node.span, value.type);
  return caseOf(binder, [isEqual], [otherwise, value], node.span);
}

function bindIf(binder: Binder, node: CallExpression, scope: ExpressionScope): Expr {
  const [condition, then, otherwise] = argumentsOf(binder, node, scope, [2, 3]) as [
    Expr,
    Expr,
    Expr | undefined,
  ];
  const span = node.arguments[0]?.span ?? node.span;
  const when = asCondition(binder, condition, 'the condition of IF', span);
  return caseOf(binder, [when], [then, otherwise ?? nullLiteral(node.span)], node.span);
}

function bindNvl2(binder: Binder, node: CallExpression, scope: ExpressionScope): Expr {
  const [value, then, otherwise] = argumentsOf(binder, node, scope, [3, 3]) as [Expr, Expr, Expr];
  const isPresent = callScalar(binder, 'is_not_null', [value], node.span);
  return caseOf(binder, [isPresent], [then, otherwise], node.span);
}

function bindNullIfZero(binder: Binder, node: CallExpression, scope: ExpressionScope): Expr {
  const [value] = argumentsOf(binder, node, scope, [1, 1]) as [Expr];
  const isZero = compare(binder, '=', value, integerLiteral(0, node.span), node.span);
  return caseOf(binder, [isZero], [nullLiteral(node.span, value.type), value], node.span);
}

function bindZeroIfNull(binder: Binder, node: CallExpression, scope: ExpressionScope): Expr {
  const [value] = argumentsOf(binder, node, scope, [1, 1]) as [Expr];
  return coalesceOf(binder, [value, integerLiteral(0, node.span)], node.span);
}

/** `decode(e, s1, r1, …, default)`, NULL equal to NULL; with two arguments it is the text function. */
function bindDecode(
  binder: Binder,
  node: CallExpression,
  scope: ExpressionScope,
): Expr | undefined {
  if (node.arguments.length < 3) return undefined;
  const [value, ...rest] = bindArguments(binder, node, scope) as [Expr, ...Expr[]];
  const conditions: Expr[] = [];
  const values: Expr[] = [];
  for (let i = 0; i + 1 < rest.length; i += 2) {
    const [search, result] = [rest[i], rest[i + 1]];
    if (search === undefined || result === undefined) break;
    // The comparison brings both sides to one type; only its NULL rule is replaced.
    const equal = compare(binder, '=', value, search, node.span);
    const sides = equal.kind === 'call' ? equal.args : [value, search];
    conditions.push(callScalar(binder, 'is_not_distinct_from', sides, node.span));
    values.push(result);
  }
  values.push((rest.length % 2 === 1 ? rest.at(-1) : undefined) ?? nullLiteral(node.span));
  return caseOf(binder, conditions, values, node.span);
}

/** `struct_pack(a := x)`: names travel as constants before their values. */
function bindStructPack(
  binder: Binder,
  node: CallExpression,
  scope: ExpressionScope,
): Expr | undefined {
  if (node.arguments.length === 0) return undefined;
  const args = node.arguments.flatMap(({ name, value }) => {
    const own = value.kind === 'columnReference' ? value.path.at(-1)?.name : undefined;
    const label = name?.name ?? own ?? '';
    return [textLiteral(label, name?.span ?? value.span), binder.expression(value, scope)];
  });
  return callScalar(binder, 'struct_pack', args, node.span);
}

/** `grouping(a, …)`: resolved when the keys are known; until then a column of its own. */
function bindGrouping(binder: Binder, node: CallExpression, scope: ExpressionScope): Expr {
  const { aggregates } = scope;
  if (aggregates === undefined) {
    throw groupingError(
      `grouping is not allowed in ${scope.clause}`,
      node.span,
      'Use it in SELECT, HAVING or ORDER BY.',
    );
  }
  const output = newColumn(binder, 'grouping', BIGINT, false);
  aggregates.groupings.push({ call: node, output });
  return { ...columnRef(output), span: node.span };
}

/** `unnest(list)` in a SELECT list repeats the row for each element. */
function bindUnnest(binder: Binder, node: CallExpression, scope: ExpressionScope): Expr {
  if (scope.unnests === undefined) {
    throw bindError(
      '42601',
      `unnest is not allowed in ${scope.clause}`,
      node.span,
      'Use it in the SELECT list or in FROM.',
    );
  }
  const [input] = argumentsOf(binder, node, { ...scope, unnests: undefined }, [1, 1]) as [Expr];
  const { type } = input;
  if (type.kind !== 'list' && type.kind !== 'array') {
    if (isNested(type))
      throw unsupported(`unnest of a ${type.kind}`, node.span, 'Select its fields one by one.');
    throw typeError('unnest needs a list', node.span);
  }
  const output = newColumn(binder, 'unnest', type.element, true);
  scope.unnests.lists.push({ output, expr: input });
  return { ...columnRef(output), span: node.span };
}
