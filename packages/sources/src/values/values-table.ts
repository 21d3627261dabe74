import type {
  Arena,
  Chunk,
  Field,
  LiteralValue,
  PartitionReader,
  ScanDescription,
  ScanRequest,
  ScanSource,
  Schema,
  SqlType,
  TableProvider,
  TableStatistics,
} from '@windrow/core';
import { assert, writeVector } from '@windrow/core';

/** Name of the scan source that reads rows from the scan itself. */
export const VALUES_SOURCE = 'values';

const PARTITION_ROWS = 65536;

interface ValuesScan {
  readonly types: readonly SqlType[];
  /** By partition, by column of the scan. */
  readonly partitions: readonly (readonly (readonly LiteralValue[])[])[];
}

/** A table of rows that are known when it is made: few of them, as they travel with the scan. */
export class ValuesTable implements TableProvider {
  readonly schema: Schema;
  readonly #rows: readonly (readonly LiteralValue[])[];

  constructor(fields: readonly Field[], rows: readonly (readonly LiteralValue[])[]) {
    this.schema = { fields };
    this.#rows = rows;
  }

  statistics(): TableStatistics {
    return {
      rowCount: this.#rows.length,
      exact: true,
      columns: this.schema.fields.map(() => ({})),
    };
  }

  supports(): 'no' {
    return 'no';
  }

  scan({ columns }: ScanRequest): ScanDescription {
    const parts = Array.from({ length: Math.ceil(this.#rows.length / PARTITION_ROWS) }, (_, part) =>
      this.#rows.slice(part * PARTITION_ROWS, (part + 1) * PARTITION_ROWS),
    );
    const spec: ValuesScan = {
      types: columns.map((ordinal) => this.schema.fields[ordinal]?.type as SqlType),
      partitions: parts.map((rows) =>
        // A scan without columns still has rows to count.
        columns.length === 0
          ? [rows.map(() => null)]
          : columns.map((ordinal) => rows.map((row) => row[ordinal] ?? null)),
      ),
    };
    const count = parts.length;
    return {
      source: VALUES_SOURCE,
      spec,
      partitions: parts.map((rows) => ({ rows: rows.length, bytes: 0 })),
      totals: {
        files: 0,
        filesTotal: 0,
        rowGroups: count,
        rowGroupsTotal: count,
        bytes: 0,
        bytesTotal: 0,
      },
    };
  }
}

/** Makes vectors of the rows that a scan holds. */
export const valuesSource: ScanSource = {
  name: VALUES_SOURCE,
  open: (description: ScanDescription): PartitionReader => {
    const { types, partitions } = description.spec as ValuesScan;
    return {
      read: (partition: number, arena: Arena): Chunk => {
        const columns = partitions[partition];
        assert(columns !== undefined, `partition ${partition} is one of the scan's`);
        return {
          length: columns[0]?.length ?? 0,
          columns: types.map((type, index) => writeVector(arena, type, columns[index] ?? [])),
        };
      },
      close: () => undefined,
    };
  },
};
