import { exprKey, intersects, sameExpr } from '../expr/structure.ts';
import type { LogicalPlan, SortKey, WindowCall, WindowNode } from '../logical.ts';
import { columnsReadBy, transformPlan } from '../plan-tree.ts';
import { WHOLE_PARTITION } from '../row-number.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * Windows of one chain that share partition and order become one node; the others are put so that each
 * finds its rows partitioned and sorted by the one below where possible: same partition together, the
 * longest order first.
 */
export const mergeWindows: Rule = {
  name: 'merge-windows',
  isRequired: false,
  apply: (plan, context) =>
    transformPlan(plan, (node) => (node.kind === 'window' ? merge(node, context) : node)),
};

/** The windows from a node down that do not read each other's results, topmost first. */
function chainFrom(top: WindowNode): { readonly nodes: WindowNode[]; readonly input: LogicalPlan } {
  const nodes: WindowNode[] = [top];
  const read = columnsReadBy(top);
  let input: LogicalPlan = top.input;
  while (input.kind === 'window') {
    const made = new Set(input.functions.map((call) => call.output.id));
    if (intersects(read, made)) break;
    nodes.push(input);
    for (const id of columnsReadBy(input)) read.add(id);
    input = input.input;
  }
  return { nodes, input };
}

function merge(top: WindowNode, context: RuleContext): LogicalPlan {
  const { nodes, input } = chainFrom(top);
  if (nodes.length === 1) return top;
  const groups: WindowNode[] = [];
  // From the bottom up, so that columns keep their order.
  for (const node of nodes.reverse()) {
    const at = groups.findIndex((group) => samePlace(group, node));
    const group = groups[at];
    if (group === undefined) groups.push(node);
    else groups[at] = { ...group, functions: [...group.functions, ...node.functions] };
  }
  const placed = joinUnordered(groups, context).sort(byPartitionThenOrder);
  return placed.reduce((below: LogicalPlan, node) => ({ ...node, input: below }), input);
}

/** How a window's rows lie. */
type Arrangement = Pick<WindowNode, 'partitionBy' | 'orderBy'>;

const partitionKey = (node: Arrangement): string => node.partitionBy.map(exprKey).sort().join();

const orderKey = (keys: readonly SortKey[]): string =>
  keys.map((key) => `${exprKey(key.expr)} ${key.descending} ${key.nullsFirst}`).join();

const samePlace = (a: WindowNode, b: WindowNode): boolean =>
  partitionKey(a) === partitionKey(b) && orderKey(a.orderBy) === orderKey(b.orderBy);

/** Does the arrangement that `below` needs serve `above` too? */
export const servesOrder = (below: Arrangement, above: Arrangement): boolean =>
  partitionKey(below) === partitionKey(above) &&
  above.orderBy.every((key, i) => {
    const other = below.orderBy[i];
    return (
      other !== undefined &&
      sameExpr(other.expr, key.expr) &&
      other.descending === key.descending &&
      other.nullsFirst === key.nullsFirst
    );
  });

/** Without ORDER BY all rows are peers, so that these frames are the whole partition. */
const spansPartition = ({ frame }: WindowCall): boolean =>
  frame.exclude === 'noOthers' &&
  (frame.unit === 'rows'
    ? frame.start.kind === 'unboundedPreceding' && frame.end.kind === 'unboundedFollowing'
    : (frame.start.kind === 'unboundedPreceding' || frame.start.kind === 'currentRow') &&
      (frame.end.kind === 'unboundedFollowing' || frame.end.kind === 'currentRow'));

/** Aggregates over whole partitions join any window with that partition, whatever its order. */
function joinUnordered(groups: readonly WindowNode[], context: RuleContext): WindowNode[] {
  const result = [...groups];
  for (const group of groups) {
    if (group.orderBy.length > 0) continue;
    const movable = group.functions.every(
      (call) =>
        call.aggregate &&
        spansPartition(call) &&
        context.functions.aggregate(call.function)?.ordered === false,
    );
    const host = result.findIndex(
      (other) => other !== group && partitionKey(other) === partitionKey(group),
    );
    const target = result[host];
    if (!movable || target === undefined) continue;
    const functions = group.functions.map((call) => ({ ...call, frame: WHOLE_PARTITION }));
    result[host] = { ...target, functions: [...target.functions, ...functions] };
    result.splice(result.indexOf(group), 1);
  }
  return result;
}

/** The order in which nodes are stacked, lowest first. */
function byPartitionThenOrder(a: WindowNode, b: WindowNode): number {
  const [left, right] = [partitionKey(a), partitionKey(b)];
  if (left !== right) return left < right ? -1 : 1;
  return b.orderBy.length - a.orderBy.length;
}
