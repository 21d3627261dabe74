import {
  BOOLEAN,
  type ColumnId,
  type Expr,
  type Literal,
  unreachable,
  visitExpr,
} from '@windrow/core';
import type { HashJoin, NestedLoopJoin, OutputColumn, PhysicalJoinKind } from '@windrow/planner';
import { columnIds } from '../../runtime/layout.ts';
import type { Query } from '../../runtime/query.ts';
import { append, type Stream, streamOf } from '../../runtime/stream.ts';
import { materialize } from '../rows.ts';
import type { StoredRows } from '../stored-rows.ts';
import { buildRowsSource } from './build-rows.ts';
import { type JoinColumn, type JoinSides, joinColumnsOf } from './join-columns.ts';
import type { PairCondition } from './pair-checks.ts';

/*
 * What all joins share on the coordinator: what is left of a join without build rows, and what comes
 * after the probe side has been through.
 */

type JoinPlan = HashJoin | NestedLoopJoin;

/** Do build rows have to know whether they had a match? */
export function needsMatchFlags(joinKind: PhysicalJoinKind): boolean {
  switch (joinKind) {
    case 'buildOuter':
    case 'fullOuter':
    case 'buildSemi':
    case 'buildAnti':
      return true;
    case 'inner':
    case 'probeOuter':
    case 'probeSemi':
    case 'probeAnti':
    case 'mark':
    case 'single':
      return false;
    default:
      return unreachable(joinKind);
  }
}

/** Does nobody ask for probe rows without a match? */
export function dropsMisses(joinKind: PhysicalJoinKind): boolean {
  switch (joinKind) {
    case 'inner':
    case 'probeSemi':
    case 'buildOuter':
    case 'buildSemi':
    case 'buildAnti':
      return true;
    case 'probeOuter':
    case 'fullOuter':
    case 'probeAnti':
    case 'mark':
    case 'single':
      return false;
    default:
      return unreachable(joinKind);
  }
}

/** A condition with the places of its columns on the two sides. */
export function conditionOf(predicate: Expr, sides: JoinSides): PairCondition {
  const found = new Map<ColumnId, Pick<OutputColumn, 'id' | 'type'>>();
  visitExpr(predicate, (node) => {
    if (node.kind === 'column') found.set(node.id, node);
    return true;
  });
  const wanted = [...found.values()];
  return { predicate, columns: joinColumnsOf(wanted, sides), ids: wanted.map(({ id }) => id) };
}

/** What goes up: the columns of both sides, and where among them the mark goes (−1: nowhere). */
export function outputOf(
  { output, mark }: JoinPlan,
  sides: JoinSides,
): { readonly output: readonly JoinColumn[]; readonly markAt: number } {
  return {
    output: joinColumnsOf(
      output.filter(({ id }) => id !== mark?.id),
      sides,
    ),
    markAt: output.findIndex(({ id }) => id === mark?.id),
  };
}

/** A join whose build side has no row. */
export function emptyBuild(plan: JoinPlan, probe: Stream): Stream {
  switch (plan.joinKind) {
    case 'inner':
    case 'probeSemi':
    case 'buildOuter':
    case 'buildSemi':
    case 'buildAnti':
      return emptyStream(plan.output);
    case 'probeOuter':
    case 'fullOuter':
    case 'single':
    case 'probeAnti':
    case 'mark':
      return markAll(plan, probe, { kind: 'literal', value: false, type: BOOLEAN });
    default:
      return unreachable(plan.joinKind);
  }
}

/** A stream without rows. */
export const emptyStream = (columns: readonly OutputColumn[]): Stream => ({
  branches: [],
  columns,
  mainThread: false,
});

/** The probe side's rows, all with the same mark, NULL in the columns of the build side. */
export function markAll(plan: JoinPlan, probe: Stream, value: Literal): Stream {
  const { nodeId, mark, output } = plan;
  const columns = columnIds(probe.columns);
  const expressions = output.map(({ id, type, name, nullable }): Expr => {
    if (columns.includes(id)) return { kind: 'column', id, type, name, nullable };
    return id === mark?.id ? value : { kind: 'literal', value: null, type };
  });
  return append(probe, { kind: 'project', nodeId, expressions, columns }, { columns: output });
}

/** The rows of a join from those that its probing operator makes. */
export async function finishJoin(
  query: Query,
  plan: JoinPlan,
  probed: Stream,
  build: {
    readonly rows: StoredRows;
    readonly sides: JoinSides;
    /** Table of the build rows' match flags, where they are needed. */
    readonly matched: number;
  },
): Promise<Stream> {
  const { nodeId, joinKind, output } = plan;
  const { rows, sides, matched } = build;
  const buildRows = (wanted: 0 | 1) =>
    buildRowsSource(rows, {
      nodeId,
      matched,
      wanted,
      columns: joinColumnsOf(output, sides),
      types: output.map(({ type }) => type),
    });
  switch (joinKind) {
    case 'buildSemi':
    case 'buildAnti':
      // The probing operator hands nothing up; it sets flags.
      await materialize(query, { ...probed, columns: [] }, nodeId);
      return streamOf(buildRows(joinKind === 'buildSemi' ? 1 : 0), output);
    case 'buildOuter':
    case 'fullOuter': {
      const unmatched = { source: buildRows(0), operators: [], afterEarlier: true };
      return { ...probed, branches: [...probed.branches, unmatched] };
    }
    case 'inner':
    case 'probeOuter':
    case 'probeSemi':
    case 'probeAnti':
    case 'mark':
    case 'single':
      return probed;
    default:
      return unreachable(joinKind);
  }
}
