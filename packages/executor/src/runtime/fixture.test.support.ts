import {
  Arena,
  assert,
  type Chunk,
  type ColumnId,
  copyReferenced,
  type FlatVector,
  type FunctionRegistry,
  isReference,
  isValidAt,
  type LiteralValue,
  type PartitionReader,
  readRow,
  type ScanDescription,
  type ScanSource,
  type SessionValues,
  type SharedMemory,
  type SinkWriter,
  type SourceRegistry,
  SqlError,
  type SqlType,
  type Vector,
  widthBytes,
} from '@windrow/core';
import type { OutputColumn, PhysicalPlan, PhysicalScan } from '@windrow/planner';
import { createExecutor, type Executor, type ExecutorOptions } from '../executor.ts';
import { aggregateLookup } from '../testing/aggregate-functions.test.support.ts';
import { type TestColumn, vectorOf } from '../testing/batches.test.support.ts';
import { collectedAggregate } from '../testing/collected-aggregates.test.support.ts';
import { registryOf, TEST_FUNCTIONS } from '../testing/scalar-functions.test.support.ts';

/*
 * What the tests of this package stand on: tables of vectors in memory behind a scan source, physical
 * nodes built by hand, and answers as plain rows.
 */

/** How the source hands out its partitions. */
interface TestScanSpec {
  readonly chunks: readonly Chunk[];
  /** Copies each partition into the reader's arena, so that nothing of it outlives the next one. */
  readonly volatile: boolean;
  /** Reading this partition fails. */
  readonly failingPartition?: number | undefined;
  /** Each read takes as long. */
  readonly delayMs?: number | undefined;
}

function copyVector(memory: SharedMemory, arena: Arena, vector: FlatVector): FlatVector {
  const { length, type, validity } = vector;
  const bytes = length * widthBytes(type);
  const values = arena.allocate(bytes);
  memory.u8.copyWithin(values, vector.values, vector.values + bytes);
  const bitmapBytes = Math.ceil(length / 64) * 8;
  const bits = validity === 0 ? 0 : arena.allocate(bitmapBytes);
  if (bits !== 0) memory.u8.copyWithin(bits, validity, validity + bitmapBytes);
  if (isReference(type)) {
    for (let row = 0; row < length; row++) {
      if (!isValidAt(memory, validity, row)) continue;
      const word = values / 4 + row * 2;
      const reference = { address: memory.u32[word]!, bytes: memory.u32[word + 1]! };
      memory.u32[word] = copyReferenced(arena, type, reference);
    }
  }
  return { ...vector, values, validity: bits, stable: false };
}

const copyColumn = (memory: SharedMemory, arena: Arena, vector: Vector): Vector =>
  vector.kind === 'flat' ? copyVector(memory, arena, vector) : vector;

const testScan: ScanSource = {
  name: 'test',
  open(description, { memory }): PartitionReader {
    const spec = description.spec as TestScanSpec;
    return {
      read(partition, arena): Chunk {
        if (spec.failingPartition === partition) {
          throw new SqlError('io', `cannot read partition ${partition}`);
        }
        if (spec.delayMs !== undefined) {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, spec.delayMs);
        }
        const chunk = spec.chunks[partition];
        assert(chunk !== undefined, 'the partition exists');
        if (!spec.volatile) return chunk;
        return { ...chunk, columns: chunk.columns.map((c) => copyColumn(memory, arena, c)) };
      },
      close() {},
    };
  },
};

/** Counts what writers on any thread did, in shared memory: rows, closes, aborts. */
export interface TestSinkSpec {
  readonly counters: number;
  readonly failAfterRows?: number | undefined;
}

export const testSources: SourceRegistry = {
  source(name) {
    assert(name === 'test', 'the tests have one source');
    return testScan;
  },
  sink: (name) => ({
    name,
    open(description, { memory }): SinkWriter {
      const spec = description.spec as TestSinkSpec;
      const base = spec.counters / 4;
      let rows = 0;
      return {
        write(chunk) {
          rows += chunk.length;
          Atomics.add(memory.i32, base, chunk.length);
          if (rows > (spec.failAfterRows ?? Number.POSITIVE_INFINITY)) {
            throw new SqlError('io', 'the disk is full');
          }
        },
        close() {
          Atomics.add(memory.i32, base + 1, 1);
          return { files: [], rows, bytes: 0 };
        },
        abort() {
          Atomics.add(memory.i32, base + 2, 1);
        },
      };
    },
  }),
  initialize: async () => undefined,
};

export const testFunctions: FunctionRegistry = registryOf(TEST_FUNCTIONS, {
  aggregate: (name) => collectedAggregate(name) ?? aggregateLookup(name),
});

export const testSession: SessionValues = { nowMicros: 0n, timeZone: 'UTC' };

/** The built worker entry: threads run JavaScript. */
export const testWorkerUrl: URL = new URL(
  '../../dist/runtime/fixture.test.worker.js',
  import.meta.url,
);

export const createTestExecutor = (
  memory: SharedMemory,
  options: Partial<ExecutorOptions> = {},
): Executor =>
  createExecutor({
    memory,
    threads: 2,
    functions: testFunctions,
    sources: testSources,
    workerUrl: testWorkerUrl,
    minParallelRows: 0,
    ...options,
  });

let lastNodeId = 0;
let lastColumnId = 0;

/** The members every physical node has. */
export const node = (
  output: readonly OutputColumn[],
): Pick<PhysicalPlan, 'nodeId' | 'output' | 'estimatedRows' | 'cost'> => ({
  nodeId: ++lastNodeId,
  output,
  estimatedRows: 0,
  cost: 0,
});

export const column = (name: string, type: SqlType): OutputColumn => ({
  id: ++lastColumnId as ColumnId,
  name,
  type,
  nullable: true,
});

/**
 * A table: column names and types, rows, and how many rows a partition has. Columns are flat vectors, or
 * encoded as `encodingOf` a partition says.
 */
export interface TestTable {
  readonly columns: readonly (readonly [string, SqlType])[];
  readonly rows: readonly (readonly LiteralValue[])[];
  readonly partitionRows?: number;
  readonly encodingOf?: (column: number, partition: number) => TestColumn['encoding'];
  readonly volatile?: boolean;
  readonly failingPartition?: number;
  readonly delayMs?: number;
}

/** Writes the table into memory of a fresh owner and returns its scan. */
export function scanOf(memory: SharedMemory, table: TestTable): PhysicalScan {
  // Small blocks: property tests make thousands of tables.
  const arena = new Arena(memory, memory.newOwner(), 65536);
  const partitionRows = table.partitionRows ?? 1000;
  const chunks: Chunk[] = [];
  for (let from = 0; from < table.rows.length; from += partitionRows) {
    const rows = table.rows.slice(from, from + partitionRows);
    const columns = table.columns.map(([, type], i): Vector => {
      const encoding = table.encodingOf?.(i, chunks.length) ?? 'flat';
      const values = rows.map((row) => row[i] ?? null);
      return { ...vectorOf(arena, { type, values, encoding }), stable: true };
    });
    chunks.push({ length: rows.length, columns });
  }
  return scanOfChunks(chunks, table);
}

/** A scan of partitions given as vectors. */
export function scanOfChunks(
  chunks: readonly Chunk[],
  table: Omit<TestTable, 'rows' | 'partitionRows'>,
): PhysicalScan {
  const { failingPartition, delayMs } = table;
  const spec: TestScanSpec = {
    chunks,
    volatile: table.volatile ?? false,
    failingPartition,
    delayMs,
  };
  const description: ScanDescription = {
    source: 'test',
    spec,
    partitions: chunks.map(({ length }) => ({ rows: length, bytes: 0 })),
    totals: { files: 0, filesTotal: 0, rowGroups: 0, rowGroupsTotal: 0, bytes: 0, bytesTotal: 0 },
  };
  const output = table.columns.map(([name, type]) => column(name, type));
  return { ...node(output), kind: 'scan', table: 'test', description, predicates: [] };
}

/** Runs a plan and reads its rows. */
export async function rowsOf(
  executor: Executor,
  memory: SharedMemory,
  plan: PhysicalPlan,
  signal?: AbortSignal,
): Promise<LiteralValue[][]> {
  const rows: LiteralValue[][] = [];
  const { batches } = executor.execute(plan, { session: testSession, signal });
  for await (const { length, columns } of batches) {
    for (let row = 0; row < length; row++) {
      rows.push(columns.map((vector) => readRow(memory, vector, row)));
    }
  }
  return rows;
}
