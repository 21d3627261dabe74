import type { Expr } from '@windrow/core';
import type { CallExpression } from '@windrow/parser';
import type { Binder } from './binder.ts';
import { bindError, unsupported } from './errors.ts';
import type { ExpressionScope } from './scope.ts';

/** The function's name as written, without a prefix. */
export const nameOfCall = (node: CallExpression): string => node.name.parts.at(-1)?.name ?? '';

/** Bound positional arguments. Named ones, `*` and DISTINCT belong to the forms that know them. */
export function bindArguments(
  binder: Binder,
  node: CallExpression,
  scope: ExpressionScope,
): readonly Expr[] {
  return node.arguments.map(({ name, value }) => {
    if (name !== null) {
      throw unsupported(
        `the named argument "${name.name}" of ${nameOfCall(node)}`,
        name.span,
        'Give the arguments by position.',
      );
    }
    if (value.kind === 'star') {
      throw bindError(
        '42883',
        `${nameOfCall(node)} does not take *`,
        value.span,
        'Only count(*) does.',
      );
    }
    return binder.expression(value, scope);
  });
}
