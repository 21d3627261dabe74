import type { SharedMemory, TableFunction } from '@windrow/core';
import { globFunction, readBlobFunction, readTextFunction } from './files.ts';
import {
  parquetFileMetadata,
  parquetKeyValues,
  parquetMetadata,
  parquetSchema,
} from './parquet-metadata.ts';
import { readArrow, readCsv, readJson, readJsonObjects, readParquet } from './read-files.ts';
import { generateSeries, range } from './sequence.ts';
import { sniffCsvFunction } from './sniff-csv.ts';

/** The table functions of this package. `memory` is where files are looked at while binding. */
export const tableFunctions = (memory: SharedMemory): readonly TableFunction[] => [
  readParquet,
  readCsv(memory),
  readJson(memory),
  readJsonObjects(memory),
  readArrow,
  range,
  generateSeries,
  globFunction,
  readTextFunction,
  readBlobFunction,
  sniffCsvFunction(memory),
  parquetMetadata,
  parquetSchema,
  parquetFileMetadata,
  parquetKeyValues,
];
