import type { Chunk, Field, SharedMemory, WriteReport } from '@windrow/core';
import type { ExecutionStats, Execution as StartedExecution } from '@windrow/executor';
import { type PhysicalPlan, physicalInputs } from '@windrow/planner';
import { toRecordBatch } from '@windrow/sources';
import type { RecordBatch } from 'apache-arrow';

/** What running a statement took. */
export interface Stats {
  /** Rows read from tables and files. */
  readonly rows: bigint;
  /** Bytes read from tables and files, as they are stored. */
  readonly bytes: bigint;
  /** From the call to the last row. */
  readonly wallMs: number;
  /** Processor time of the operators, summed over the threads. */
  readonly cpuMs: number;
  /** From the call to the start of the execution. */
  readonly planMs: number;
  /** Memory that the statement held at its end, in bytes. */
  readonly peakMemory: number;
  readonly spilledBytes: bigint;
  /** Most threads that took part in one operator. */
  readonly threads: number;
  readonly operators: readonly OperatorStats[];
}

/** One operator of the plan, told apart by `nodeId`. */
export interface OperatorStats {
  readonly nodeId: number;
  readonly name: string;
  readonly rows: bigint;
  readonly ms: number;
  readonly memory: number;
  /** Bytes written to temporary files. */
  readonly spilledBytes: number;
  readonly threads: number;
}

/** A statement under way: its columns are known, its rows come as they are asked for. */
export interface Execution {
  readonly fields: readonly Field[];
  /** To be iterated once; leaving the loop early cancels the statement. */
  readonly batches: AsyncIterable<RecordBatch>;
  /** Settles when the last batch has been taken. */
  readonly stats: Promise<Stats>;
  /**
   * Runs to the end, handing over each batch as it lies in memory, valid until the callback returns.
   * @returns what its sinks wrote.
   */
  drain(take?: (chunk: Chunk) => void): Promise<readonly WriteReport[]>;
  /** 'INSERT', 'CREATE TABLE' …; undefined for queries. */
  readonly updateType?: string | undefined;
  /** Rows that a data change touched. */
  readonly updateCount?: bigint | undefined;
}

/** Makes Arrow record batches, and the figures that users see, of a started query. */
export function startExecution(options: {
  readonly memory: SharedMemory;
  readonly physical: PhysicalPlan;
  readonly started: StartedExecution;
  readonly fields: readonly Field[];
  readonly startedAt: number;
}): Execution {
  const { memory, physical, started, fields, startedAt } = options;
  const planMs = performance.now() - startedAt;
  const recordBatches = async function* (): AsyncGenerator<RecordBatch> {
    for await (const chunk of started.batches) yield toRecordBatch(memory, chunk, { fields });
  };
  return {
    fields,
    batches: recordBatches(),
    stats: started.stats.then((stats) => ({
      ...summary(physical, stats),
      planMs,
      wallMs: performance.now() - startedAt,
    })),
    async drain(take) {
      for await (const chunk of started.batches) take?.(chunk);
      return (await started.stats).writes;
    },
  };
}

function summary(physical: PhysicalPlan, stats: ExecutionStats): Omit<Stats, 'planMs' | 'wallMs'> {
  const nodes = new Map(stats.nodes.map((node) => [node.nodeId, node]));
  const operators: OperatorStats[] = [];
  let rows = 0;
  let bytes = 0;
  const visit = (node: PhysicalPlan): void => {
    for (const input of physicalInputs(node)) visit(input);
    const ran = nodes.get(node.nodeId);
    if (ran === undefined) return;
    operators.push({
      nodeId: node.nodeId,
      name: node.kind,
      rows: BigInt(ran.rows),
      ms: ran.ms,
      memory: ran.memoryBytes,
      spilledBytes: ran.spilledBytes,
      threads: ran.threads,
    });
    if (node.kind !== 'scan') return;
    rows += ran.rows;
    bytes += node.description.totals.bytes;
  };
  visit(physical);
  return {
    rows: BigInt(rows),
    bytes: BigInt(bytes),
    cpuMs: operators.reduce((sum, operator) => sum + operator.ms, 0),
    peakMemory: stats.memoryBytes,
    spilledBytes: BigInt(operators.reduce((sum, operator) => sum + operator.spilledBytes, 0)),
    threads: Math.max(1, ...operators.map((operator) => operator.threads)),
    operators,
  };
}
