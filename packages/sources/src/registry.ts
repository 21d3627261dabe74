import type { ScanSource, Sink, SourceRegistry } from '@windrow/core';
import { SqlError } from '@windrow/core';
import { arrowSource } from './arrow/table.ts';
import { csvSource } from './csv/source.ts';
import { jsonSource } from './json/source.ts';
import { memorySink } from './memory/sink.ts';
import { memorySource } from './memory/source.ts';
import { parquetSource } from './parquet/source.ts';
import { fileSinkWriter } from './sinks/file-sink.ts';
import { sequenceSource } from './values/sequence-table.ts';
import { valuesSource } from './values/values-table.ts';

const SOURCES: readonly ScanSource[] = [
  arrowSource,
  csvSource,
  jsonSource,
  memorySource,
  parquetSource,
  sequenceSource,
  valuesSource,
];
const SINKS: readonly Sink[] = [fileSinkWriter, memorySink];

/** The sources and sinks of this package by name, for one thread. */
export function createSourceRegistry(): SourceRegistry {
  return {
    source: (name) => byName(SOURCES, name, 'source'),
    sink: (name) => byName(SINKS, name, 'sink'),
    initialize: async () => {
      await Promise.all([...SOURCES, ...SINKS].map((entry) => entry.initialize?.()));
    },
  };
}

function byName<T extends { readonly name: string }>(
  entries: readonly T[],
  name: string,
  what: string,
): T {
  const found = entries.find((entry) => entry.name === name);
  if (found === undefined) throw new SqlError('internal', `there is no ${what} named "${name}"`);
  return found;
}
