import type { PhysicalUnion } from '@windrow/planner';
import type { Query } from '../runtime/query.ts';
import type { Branch, Stream } from '../runtime/stream.ts';
import { passAs } from './pass.ts';
import { selectColumns } from './project.ts';

/** UNION ALL: the inputs' branches become branches of one pipeline, so all threads work on all of them. */
export async function lowerUnion(plan: PhysicalUnion, query: Query): Promise<Stream> {
  const branches: Branch[] = [];
  let mainThread = false;
  for (const input of plan.inputs) {
    const stream = selectColumns(await query.lower(input), input.output, plan.nodeId);
    branches.push(...stream.branches);
    mainThread ||= stream.mainThread;
  }
  return passAs({ branches, columns: plan.output, mainThread }, plan.nodeId);
}
