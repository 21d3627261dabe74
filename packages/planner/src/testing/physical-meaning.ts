import { assert, type Expr, type FunctionRegistry, unreachable } from '@windrow/core';
import { makeCall } from '../expr/make-call.ts';
import { columnRef, conjunction } from '../expr/structure.ts';
import type {
  Frame,
  Join,
  JoinKind,
  LogicalPlan,
  NamedExpr,
  OutputColumn,
  Scan,
  WindowCall,
} from '../logical.ts';
import type {
  HashJoin,
  NestedLoopJoin,
  PhysicalExpand,
  PhysicalPartitionedTopN,
  PhysicalPlan,
} from '../physical.ts';

/**
 * A logical plan that means what a physical one does, node by node, so that tests can run it. The scans
 * are taken from the logical plan that it was made of, found by their columns.
 */
export function meaningOf(
  plan: PhysicalPlan,
  scans: readonly Scan[],
  functions: FunctionRegistry,
): LogicalPlan {
  const meaning = (node: PhysicalPlan): LogicalPlan => {
    switch (node.kind) {
      case 'scan':
        return scanOf(node, scans);
      case 'values': {
        const literal = (value: (typeof node.rows)[number][number], i: number): Expr => ({
          kind: 'literal',
          value,
          type: node.output[i]?.type ?? { kind: 'null' },
        });
        return { kind: 'values', output: node.output, rows: node.rows.map((r) => r.map(literal)) };
      }
      case 'filter':
        return { kind: 'filter', input: meaning(node.input), predicate: node.predicate };
      case 'project':
        return { kind: 'project', input: meaning(node.input), expressions: node.expressions };
      case 'aggregate':
        return {
          kind: 'aggregate',
          input: meaning(node.input),
          keys: node.keys,
          aggregates: node.aggregates,
          groupingSets: undefined,
          groupingId: undefined,
        };
      case 'expand':
        return expansion(node, meaning(node.input));
      case 'window':
        return { ...node, input: meaning(node.input) };
      case 'sort':
        return { kind: 'sort', input: meaning(node.input), keys: node.keys };
      case 'topN': {
        const { limit, offset, keys } = node;
        const input: LogicalPlan = { kind: 'sort', input: meaning(node.input), keys };
        return { kind: 'limit', input, limit, offset, percent: false, withTies: undefined };
      }
      case 'partitionedTopN':
        return ranked(node, meaning(node.input), functions);
      case 'limit': {
        const { limit, offset, percent } = node;
        const input = meaning(node.input);
        return { kind: 'limit', input, limit, offset, percent, withTies: undefined };
      }
      case 'hashJoin':
      case 'nestedLoopJoin':
        return joinOf(node, meaning(node.probe), meaning(node.build), functions);
      case 'union':
        return {
          kind: 'setOperation',
          operator: 'union',
          all: true,
          inputs: node.inputs.map(meaning),
          output: node.output,
        };
      case 'cte': {
        const { cteId, name } = node;
        const [definition, body] = [meaning(node.definition), meaning(node.body)];
        return { kind: 'withCte', cteId, name, definition, body };
      }
      case 'cteScan':
        return { kind: 'cteScan', cteId: node.cteId, name: node.name, output: node.output };
      case 'unnest':
      case 'recursiveCte':
      case 'write':
        throw new Error(`the tests do without ${node.kind}`);
      default:
        return unreachable(node);
    }
  };
  return meaning(plan);
}

function scanOf(node: PhysicalPlan & { readonly kind: 'scan' }, scans: readonly Scan[]): Scan {
  const ids = new Set(node.output.map((column) => column.id));
  const found = scans.find(
    (scan) =>
      scan.table === node.table && [...ids].every((id) => scan.output.some((c) => c.id === id)),
  );
  assert(found !== undefined, 'a physical scan comes from a logical one');
  const at = node.output.map(({ id }) => found.output.findIndex((column) => column.id === id));
  return { ...found, ordinals: at.map((i) => found.ordinals[i] ?? -1), output: node.output };
}

/** Each set's rows after one another, columns under the expansion's ids. */
const expansion = (node: PhysicalExpand, input: LogicalPlan): LogicalPlan => {
  // The first columns pass on the input's own, so a union of projections needs ids of its own below.
  const fresh = (column: OutputColumn, k: number): OutputColumn => ({
    ...column,
    id: -(column.id * 100 + k + 1),
  });
  const inputs = node.sets.map(
    (set, k): LogicalPlan => ({
      kind: 'project',
      input,
      expressions: set.map((expr, i): NamedExpr => {
        const column = node.output[i];
        assert(column !== undefined, 'an expansion has an expression a column');
        return { output: fresh(column, k), expr };
      }),
    }),
  );
  return { kind: 'setOperation', operator: 'union', all: true, inputs, output: node.output };
};

const WHOLE: Frame = {
  unit: 'rows',
  start: { kind: 'unboundedPreceding' },
  end: { kind: 'unboundedFollowing' },
  exclude: 'noOthers',
};

function ranked(
  node: PhysicalPartitionedTopN,
  input: LogicalPlan,
  functions: FunctionRegistry,
): LogicalPlan {
  const type = { kind: 'int64' } as const;
  const output = node.rank ?? { id: -1 - node.nodeId, name: 'rank', type, nullable: false };
  const call: WindowCall = {
    output,
    aggregate: false,
    function: node.ranking,
    overload: 0,
    args: [],
    distinct: false,
    filter: undefined,
    orderBy: [],
    ignoreNulls: false,
    frame: WHOLE,
  };
  const window: LogicalPlan = {
    kind: 'window',
    input,
    partitionBy: node.partitionBy,
    orderBy: node.keys,
    functions: [call],
  };
  const limit: Expr = { kind: 'literal', value: BigInt(node.limit), type: output.type };
  const predicate = makeCall(functions, 'less_equal', [columnRef(output), limit]);
  const filter: LogicalPlan = { kind: 'filter', input: window, predicate };
  const expressions = node.output.map((column) => ({ output: column, expr: columnRef(column) }));
  return { kind: 'project', input: filter, expressions };
}

/** The join kind with the probe side left, or with the sides exchanged. */
const KINDS = {
  inner: ['inner', false],
  probeOuter: ['left', false],
  buildOuter: ['left', true],
  fullOuter: ['full', false],
  probeSemi: ['semi', false],
  probeAnti: ['anti', false],
  buildSemi: ['semi', true],
  buildAnti: ['anti', true],
  mark: ['mark', false],
  single: ['single', false],
} as const satisfies Record<HashJoin['joinKind'], readonly [JoinKind, boolean]>;

function joinOf(
  node: HashJoin | NestedLoopJoin,
  probe: LogicalPlan,
  build: LogicalPlan,
  functions: FunctionRegistry,
): LogicalPlan {
  const [joinKind, exchanged] = KINDS[node.joinKind];
  const join: Join = {
    kind: 'join',
    joinKind,
    left: exchanged ? build : probe,
    right: exchanged ? probe : build,
    condition: conditionOf(node, joinKind, functions),
    mark: node.mark,
  };
  const expressions = node.output.map((column) => ({ output: column, expr: columnRef(column) }));
  return { kind: 'project', input: join, expressions };
}

function conditionOf(
  node: HashJoin | NestedLoopJoin,
  joinKind: JoinKind,
  functions: FunctionRegistry,
): Expr {
  if (node.kind === 'nestedLoopJoin') return node.condition ?? conjunction([]);
  const equalities = node.keys.map(({ probe, build, nullSafe }): Expr => {
    const name = nullSafe ? 'is_not_distinct_from' : 'equal';
    const equality = makeCall(functions, name, [probe, build]);
    if (nullSafe || (joinKind !== 'mark' && joinKind !== 'anti')) return equality;
    if (!node.nullAware) return makeCall(functions, 'is_true', [equality]);
    return joinKind === 'anti' ? makeCall(functions, 'is_not_false', [equality]) : equality;
  });
  return conjunction([...equalities, ...(node.residual === undefined ? [] : [node.residual])]);
}
