import type { Span } from '@windrow/core';
import { MAX_DEPTH, tooDeep } from './cursor.ts';

interface Node {
  readonly kind: string;
  readonly span: Span;
}

/**
 * Nodes that are parts of the one around them (an argument, a branch, a clause): they are no level of
 * their own, as whoever walks the tree handles them together with their parent.
 */
const PARTS: ReadonlySet<string> = new Set([
  'argument',
  'caseBranch',
  'identifier',
  'intervalPart',
  'jsonIndex',
  'joinOn',
  'limit',
  'mapEntry',
  'orderByItems',
  'pivotClause',
  'pivotKey',
  'pivotList',
  'pivotQuery',
  'qualifiedName',
  'select',
  'selectItem',
  'sortItem',
  'structField',
  'typeField',
  'values',
  'windowFrame',
  'following',
  'preceding',
  'windowSpecification',
  'with',
  'groupBy',
  'groupingSet',
  'unpivotClause',
  'unpivotItem',
  'starReplacement',
  'starFilter',
  'sample',
  'tableAlias',
]);

/**
 * Makes sure that no path from the root passes more than {@link MAX_DEPTH} nodes, so that whoever
 * works on the tree may recurse. Only needed where chains of operators could have made it deep.
 * Cost: O(nodes), without recursion.
 *
 * @throws SqlError `resource` 54001
 */
export function checkTreeDepth(root: Node): void {
  const pending: Node[] = [root];
  const depths: number[] = [0];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const depth = depths.pop()! + (PARTS.has(node.kind) ? 0 : 1);
    if (depth > MAX_DEPTH) throw tooDeep(node.span);
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value.flat() : [value]) {
        if (!isNode(child)) continue;
        pending.push(child);
        depths.push(depth);
      }
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
