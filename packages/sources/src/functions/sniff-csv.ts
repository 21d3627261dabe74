import type { SharedMemory, TableFunction } from '@windrow/core';
import { BIGINT, BOOLEAN, typeName, VARCHAR } from '@windrow/core';
import { CsvTable } from '../csv/table.ts';
import { ValuesTable } from '../values/values-table.ts';
import { defineTableFunction } from './define.ts';
import { CSV_PARAMETERS, csvOptions } from './read-files.ts';

/** What read_csv finds out about a file, and why. */
export const sniffCsvFunction = (memory: SharedMemory): TableFunction =>
  defineTableFunction({
    name: 'sniff_csv',
    doc: {
      summary:
        'What read_csv would find out about a file, one row a column, with the evidence: how many values of the sample look like what.',
      examples: [],
      source: 'DuckDB sniff_csv',
    },
    parameters: CSV_PARAMETERS,
    open: async (args) => {
      const { sniffed, schema } = await CsvTable.open([args.path()], csvOptions(args), memory);
      const { dialect, evidence } = sniffed;
      const character = (byte: number) => (byte === 0 ? null : String.fromCharCode(byte));
      const text = { type: VARCHAR, nullable: true };
      const number = { type: BIGINT, nullable: false };
      return new ValuesTable(
        [
          { name: 'column_name', ...text },
          { name: 'column_type', ...text },
          { name: 'format', ...text },
          { name: 'evidence', ...text },
          { name: 'delimiter', ...text },
          { name: 'quote', ...text },
          { name: 'escape', ...text },
          { name: 'comment', ...text },
          { name: 'has_header', type: BOOLEAN, nullable: false },
          { name: 'sampled_rows', ...number },
          { name: 'dialect_records', ...number },
          { name: 'dialect_consistent_records', ...number },
        ],
        sniffed.columns.map(({ name, format, shapes }, index) => [
          name,
          typeName(schema.fields[index]?.type ?? VARCHAR),
          format?.text ?? null,
          [...shapes].map(([shape, count]) => `${shape}: ${count}`).join(', '),
          character(dialect.delimiter),
          character(dialect.quote),
          character(dialect.escape),
          character(dialect.comment),
          sniffed.hasHeader,
          BigInt(sniffed.sampledRows),
          BigInt(evidence.records),
          BigInt(evidence.consistentRecords),
        ]),
      );
    },
  });
