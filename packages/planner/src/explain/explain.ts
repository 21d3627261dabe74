import type { ScanTotals } from '@windrow/core';
import type { OutputColumn } from '../logical.ts';
import type { PhysicalPlan } from '../physical.ts';
import { physicalInputs } from '../physical-tree.ts';
import type { PlannedQuery } from '../plan-query.ts';
import { numberNames } from './column-names.ts';
import { describePhysical } from './describe-physical.ts';
import type { ColumnNames } from './print-expr.ts';
import { printLogical } from './print-logical.ts';
import { printAmount, printBytes, printMillis } from './print-quantity.ts';

/** What one node did when the plan ran, over all threads. */
export interface MeasuredNode {
  readonly nodeId: number;
  /** Rows handed up. */
  readonly rows: number;
  /** Own time, summed over the threads. */
  readonly ms: number;
  readonly memoryBytes: number;
  readonly threads: number;
  /** Bytes written to temporary files. */
  readonly spilledBytes?: number;
  /** What was changed on the way: `build side exchanged`. */
  readonly changes?: readonly string[];
}

/** A finished run of a plan. */
export interface MeasuredRun {
  readonly nodes: readonly MeasuredNode[];
  readonly elapsedMs: number;
  readonly memoryBytes: number;
}

export interface ExplainOptions {
  /** EXPLAIN ANALYZE: figures of a run. */
  readonly measured?: MeasuredRun | undefined;
  /** EXPLAIN VERBOSE: the plan as bound, and after each rule that changed it. */
  readonly verbose?: boolean;
}

/** EXPLAIN as text: the optimized logical plan and the physical plan, one node a line. */
export function explainText(planned: PlannedQuery, options: ExplainOptions = {}): string {
  const sections: string[] = [];
  const add = (title: string, text: string): void => {
    sections.push(`${title}\n${text.replace(/^/gm, '  ')}`);
  };
  if (options.verbose === true) {
    add('Bound plan', printLogical(planned.bound.plan));
    for (const { rule, plan } of planned.trace) add(`After ${rule}`, printLogical(plan));
  }
  add('Logical plan', printLogical(planned.logical));
  add('Physical plan', printPhysical(planned.physical, options.measured));
  if (options.measured !== undefined) {
    const { elapsedMs, memoryBytes } = options.measured;
    sections.push(`Ran in ${printMillis(elapsedMs)} with ${printBytes(memoryBytes)}`);
  }
  return sections.join('\n');
}

/**
 * A physical plan as text, inputs indented below their node, the sides of a join named. In brackets the
 * estimated rows and the cumulative cost; with measurements the true rows beside the estimate, and the
 * node's own time, threads and memory.
 */
export function printPhysical(plan: PhysicalPlan, measured?: MeasuredRun): string {
  const byId = new Map(measured?.nodes.map((node) => [node.nodeId, node]));
  return printTree(plan, (node) => {
    const numbers =
      measured === undefined ? describeEstimate(node) : describeRun(node, byId.get(node.nodeId));
    return `  [${numbers}]`;
  });
}

/** As {@link printPhysical} without numbers: what does not change when estimates do. */
export const printPhysicalShape = (plan: PhysicalPlan): string => printTree(plan, () => '');

function printTree(plan: PhysicalPlan, suffix: (node: PhysicalPlan) => string): string {
  const names = physicalNames(plan);
  const lines: string[] = [];
  const print = (node: PhysicalPlan, depth: number, role: string): void => {
    const { operator, details } = describePhysical(node, names);
    const words = details === '' ? operator : `${operator} ${details}`;
    lines.push(`${'  '.repeat(depth)}${role}${words}${suffix(node)}`);
    const roles = rolesOf(node);
    physicalInputs(node).forEach((input, i) => {
      print(input, depth + 1, roles[i] === undefined ? '' : `${roles[i]}: `);
    });
  };
  print(plan, 0, '');
  return lines.join('\n');
}

const rolesOf = (plan: PhysicalPlan): readonly string[] => {
  switch (plan.kind) {
    case 'hashJoin':
    case 'nestedLoopJoin':
      return ['probe', 'build'];
    case 'cte':
      return ['definition', 'body'];
    case 'recursiveCte':
      return ['base', 'step'];
    default:
      return [];
  }
};

const describeEstimate = (node: PhysicalPlan): string =>
  `${printAmount(node.estimatedRows)} rows, cost ${printMillis(node.cost / 1000)}`;

function describeRun(node: PhysicalPlan, run: MeasuredNode | undefined): string {
  if (run === undefined) return `not run, estimated ${printAmount(node.estimatedRows)} rows`;
  const threads = run.threads === 1 ? '1 thread' : `${run.threads} threads`;
  const parts = [
    `${printAmount(run.rows)} rows, estimated ${printAmount(node.estimatedRows)}`,
    `${printMillis(run.ms)} on ${threads}`,
  ];
  if (run.memoryBytes > 0) parts.push(printBytes(run.memoryBytes));
  if (run.spilledBytes !== undefined && run.spilledBytes > 0) {
    parts.push(`${printBytes(run.spilledBytes)} spilled`);
  }
  parts.push(...(run.changes ?? []));
  return parts.join(', ');
}

function physicalNames(plan: PhysicalPlan): ColumnNames {
  function* fromLeaves(node: PhysicalPlan): Generator<OutputColumn> {
    for (const input of physicalInputs(node)) yield* fromLeaves(input);
    // Pruned columns of a scan are still named in its conditions, by the names they have there.
    yield* node.output;
  }
  const numbered = numberNames(fromLeaves(plan));
  const known = new Set([...fromLeaves(plan)].map((column) => column.id));
  return (column) => (known.has(column.id) ? numbered(column) : column.name);
}

/** A node of EXPLAIN (FORMAT json). */
export interface ExplainNode {
  readonly nodeId: number;
  readonly kind: PhysicalPlan['kind'];
  readonly operator: string;
  readonly details: string;
  readonly output: readonly string[];
  readonly estimatedRows: number;
  /** Cumulative, in estimated milliseconds of one core. */
  readonly costMs: number;
  readonly read?: ScanTotals;
  readonly actual?: Omit<MeasuredNode, 'nodeId'>;
  readonly inputs: readonly ExplainNode[];
}

/** EXPLAIN (FORMAT json): one object a node. */
export function explainJson(plan: PhysicalPlan, measured?: MeasuredRun): ExplainNode {
  const names = physicalNames(plan);
  const byId = new Map(measured?.nodes.map((node) => [node.nodeId, node]));
  const convert = (node: PhysicalPlan): ExplainNode => {
    const { operator, details } = describePhysical(node, names);
    const run = byId.get(node.nodeId);
    return {
      nodeId: node.nodeId,
      kind: node.kind,
      operator,
      details,
      output: node.output.map(names),
      estimatedRows: node.estimatedRows,
      costMs: Number((node.cost / 1000).toPrecision(4)),
      ...(node.kind === 'scan' ? { read: node.description.totals } : {}),
      ...(run === undefined ? {} : { actual: withoutId(run) }),
      inputs: physicalInputs(node).map(convert),
    };
  };
  return convert(plan);
}

const withoutId = ({ nodeId: _, ...figures }: MeasuredNode): Omit<MeasuredNode, 'nodeId'> =>
  figures;
