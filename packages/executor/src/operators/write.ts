import { BIGINT, type SinkDescription, type WriteReport } from '@windrow/core';
import type { PhysicalWrite } from '@windrow/planner';
import { selectRows } from '../expression/flatten.ts';
import type { PipelineSink, Returns, TaskContext } from '../operator.ts';
import type { Query } from '../runtime/query.ts';
import { type OperatorData, type Stream, streamOf } from '../runtime/stream.ts';
import { selectColumns } from './project.ts';

/** Hands rows to a writer, one a thread. */
export interface WriteSinkSpec extends OperatorData, Returns<WriteReport> {
  readonly kind: 'write';
  readonly description: SinkDescription;
}

/**
 * Writes and returns the row count. A sink that is not parallel sees all rows in order on one thread; the
 * others are told each row's morsel, by which they may restore the order.
 * Writers are closed, which puts their files in place, only when all threads have written all rows.
 */
export async function lowerWrite(plan: PhysicalWrite, query: Query): Promise<Stream> {
  const { nodeId, input, sink: description } = plan;
  const stream = selectColumns(await query.lower(input), input.output, nodeId);
  const rounds = await query.start(
    stream,
    { kind: 'write', nodeId, description },
    { threads: description.parallel ? query.threads : 1, collect: false },
  );
  for (const boundary of rounds.boundaries) await rounds.next(boundary, false);
  const reports = await rounds.next(rounds.boundaries.at(-1)!, true);
  for (const report of reports) query.stats.addWrite(report);
  const rows = reports.reduce((sum, report) => sum + report.rows, 0);
  const columns = plan.output.map(() => ({ type: BIGINT, values: [BigInt(rows)] }));
  return streamOf({ kind: 'values', nodeId, morsels: 1, rows: 1, columns }, plan.output);
}

export function openWrite(spec: WriteSinkSpec, context: TaskContext): PipelineSink<WriteReport> {
  const { memory, thread, sources } = context;
  const sink = sources.sink(spec.description.sink);
  const writer = sink.open(spec.description, { memory, thread });
  return {
    push({ columns, selection, length }, position) {
      const dense = columns.map((column) => selectRows(context, column, selection, length));
      writer.write({ length, columns: dense }, position);
    },
    finish: () => writer.close(),
    abort: () => writer.abort(),
  };
}
