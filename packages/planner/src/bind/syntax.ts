import type { Expression, QueryBody, TableReference } from '@windrow/parser';

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
