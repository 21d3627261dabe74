import { assert } from '@windrow/core';
import type { PhysicalCte, PhysicalCteScan } from '@windrow/planner';
import type { Query } from '../runtime/query.ts';
import type { Stream } from '../runtime/stream.ts';
import { passAs } from './pass.ts';
import { selectColumns } from './project.ts';
import { collect, rowsStream } from './rows.ts';

/** Computes the definition once, then the body, which reads the kept rows. */
export async function lowerCte(plan: PhysicalCte, query: Query): Promise<Stream> {
  const { cteId, definition, nodeId } = plan;
  const stream = selectColumns(await query.lower(definition), definition.output, nodeId);
  const chunks = await collect(query, stream, { nodeId, policy: 'whenShort' });
  query.ctes.set(cteId, rowsStream(chunks, stream.columns, nodeId));
  const body = await query.lower(plan.body);
  query.ctes.delete(cteId);
  return passAs(body, nodeId);
}

export function lowerCteScan(plan: PhysicalCteScan, query: Query): Stream {
  const kept = query.ctes.get(plan.cteId);
  assert(kept !== undefined, `the common table expression "${plan.name}" has been computed`);
  const { nodeId } = plan;
  return {
    ...kept,
    branches: kept.branches.map((branch) => ({
      ...branch,
      source: { ...branch.source, nodeId },
    })),
    columns: plan.output,
  };
}
