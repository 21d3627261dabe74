import type { Span } from '@windrow/core';
import type { Expression, QueryBody, Select, SelectItem, TableReference } from '@windrow/parser';

/** Nodes of a syntax tree that passes over it look for. */
export type SyntaxNode = Expression | TableReference | QueryBody;

/**
 * Visits the nodes of a syntax tree, parents first; return false to leave a subtree out. Nodes are plain
 * data, so the walk needs no list of their kinds.
 */
export function visitSyntax(tree: unknown, visit: (node: SyntaxNode) => boolean | undefined): void {
  if (Array.isArray(tree)) {
    for (const item of tree) visitSyntax(item, visit);
    return;
  }
  if (typeof tree !== 'object' || tree === null) return;
  if ('kind' in tree && visit(tree as SyntaxNode) === false) return;
  for (const [key, value] of Object.entries(tree)) if (key !== 'span') visitSyntax(value, visit);
}

/** Does any node of the expression pass? Its subqueries are not looked into. */
export function someNode(tree: unknown, test: (node: SyntaxNode) => boolean): boolean {
  let found = false;
  visitSyntax(tree, (node) => {
    found ||= test(node);
    return !found && node.kind !== 'query';
  });
  return found;
}

/** `SELECT items` without any other clause. */
export const plainSelect = (items: readonly SelectItem[], span: Span): Select => ({
  kind: 'select',
  distinct: null,
  items,
  from: [],
  lateralViews: [],
  where: null,
  groupBy: null,
  having: null,
  windows: [],
  qualify: null,
  sample: null,
  hints: [],
  transform: null,
  span,
});

/** An item of a SELECT list that was not written as one. */
export const selectItem = (expression: Expression, name?: string): SelectItem => ({
  kind: 'selectItem',
  expression,
  alias:
    name === undefined ? null : { kind: 'identifier', name, quoted: true, span: expression.span },
  columnAliases: [],
  span: expression.span,
});
