import { readFileSync, statSync } from 'node:fs';
import type { Field, LiteralValue, SqlType, TableFunction } from '@windrow/core';
import { BIGINT, BLOB, fileError, TIMESTAMP, VARCHAR } from '@windrow/core';
import { findDataFiles } from '../files/data-files.ts';
import { expandGlob, isFile } from '../files/glob.ts';
import { ValuesTable } from '../values/values-table.ts';
import { defineTableFunction } from './define.ts';

const field = (name: string, type: SqlType): Field => ({ name, type, nullable: false });

/** Lists files. */
export const globFunction: TableFunction = defineTableFunction({
  name: 'glob',
  doc: {
    summary: 'The files that match a pattern, in the order of their paths.',
    examples: [{ sql: "SELECT count(*) FROM glob('no/such/*.file')", result: '0' }],
    source: 'DuckDB glob',
  },
  parameters: [],
  open: (args) => {
    const pattern = args.path();
    const files = isFile(pattern) ? [pattern] : expandGlob(pattern);
    return new ValuesTable(
      [field('file', VARCHAR)],
      files.map((file) => [file]),
    );
  },
});

const contentFunction = (
  name: 'read_text' | 'read_blob',
  type: SqlType,
  content: (bytes: Buffer) => LiteralValue,
): TableFunction =>
  defineTableFunction({
    name,
    doc: {
      summary: `Whole files as ${type.kind === 'blob' ? 'bytes' : 'text'}: filename, content, size, last_modified.`,
      examples: [],
      source: `DuckDB ${name}`,
    },
    parameters: [],
    open: (args) =>
      new ValuesTable(
        [
          field('filename', VARCHAR),
          field('content', type),
          field('size', BIGINT),
          field('last_modified', TIMESTAMP),
        ],
        findDataFiles(args.paths(), ['']).map(({ path, sizeBytes }) => {
          const changed = BigInt(Math.floor(statSync(path).mtimeMs)) * 1000n;
          return [path, content(readWhole(path)), BigInt(sizeBytes), changed];
        }),
      ),
  });

function readWhole(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (thrown) {
    throw fileError('read', path, thrown);
  }
}

/** Reads whole files as text. */
export const readTextFunction: TableFunction = contentFunction('read_text', VARCHAR, (bytes) =>
  bytes.toString('utf8'),
);

/** Reads whole files as bytes. */
export const readBlobFunction: TableFunction = contentFunction('read_blob', BLOB, (bytes) => bytes);
