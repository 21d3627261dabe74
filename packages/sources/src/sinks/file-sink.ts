import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Chunk,
  LiteralValue,
  Schema,
  SharedMemory,
  Sink,
  SinkDescription,
  SinkWriter,
  Span,
  WriteReport,
} from '@windrow/core';
import { SqlError } from '@windrow/core';
import { expandGlob, isDirectory } from '../files/glob.ts';
import { hiveSegment } from '../files/hive.ts';
import { createEncoder, type Encoder } from './encoder.ts';
import { CopyOptions, extensionOf, type FileLayout, type FileOptions } from './file-options.ts';
import { OutputFile } from './output-file.ts';
import { Partitioner, type PartitionRows } from './partitioner.ts';

/** Name of the sink that writes files. */
export const FILE_SINK = 'files';

/** A file that is to go once the new ones are in place. */
interface ObsoleteFile {
  readonly path: string;
  /** It is removed only while it is the same file: a new one may have taken its name. */
  readonly inode: number;
}

interface FileSinkSpec {
  readonly target: string;
  readonly file: FileOptions;
  readonly layout: FileLayout;
  /** The target is a directory. */
  readonly directory: boolean;
  readonly obsolete: readonly ObsoleteFile[];
}

/**
 * Where COPY … TO writes: one file, or with PARTITION_BY or PER_THREAD_OUTPUT a directory of files. Files
 * are written under temporary names and renamed when all rows have been written.
 * @throws SqlError for options that do not fit (22023, 42704), 58P02 when the directory has files already.
 */
export function fileSink(
  target: string,
  schema: Schema,
  options: ReadonlyMap<string, LiteralValue> = new Map(),
  where: { readonly span?: Span | undefined } = {},
): SinkDescription {
  const reader = new CopyOptions(options, schema, where.span);
  const file = reader.file(target);
  const layout = reader.layout();
  reader.checkAllUsed();
  const directory = layout.partitionBy.length > 0 || layout.perThread;
  const spec: FileSinkSpec = {
    target,
    file,
    layout,
    directory,
    obsolete: directory ? existingFiles(target, layout, where.span) : [],
  };
  if (!directory && isDirectory(target)) {
    throw new SqlError('io', `"${target}" is a directory`, { sqlState: '42809', span: where.span });
  }
  return { sink: FILE_SINK, spec, schema, parallel: directory };
}

/** Files of the directory that OVERWRITE replaces. */
function existingFiles(
  target: string,
  { existing }: FileLayout,
  span: Span | undefined,
): ObsoleteFile[] {
  if (existsSync(target) && !isDirectory(target)) {
    throw new SqlError('io', `"${target}" is a file, not a directory`, { sqlState: '42809', span });
  }
  if (!existsSync(target) || readdirSync(target).length === 0) return [];
  switch (existing) {
    case 'error':
      throw new SqlError('io', `the directory "${target}" is not empty`, {
        sqlState: '58P02',
        span,
        hint: 'OVERWRITE replaces its files, OVERWRITE_OR_IGNORE and APPEND keep them.',
      });
    case 'overwrite':
      return expandGlob(join(target.replaceAll(/[*?[{]/g, '[$&]'), '**', '*')).map((path) => ({
        path,
        inode: statSync(path).ino,
      }));
    case 'ignore':
    case 'append':
      return [];
  }
}

/** Writes files. */
export const fileSinkWriter: Sink = {
  name: FILE_SINK,
  open: (description, { memory, thread }): SinkWriter =>
    new FileWriter(description, memory, thread),
};

/** Rows buffered for all partitions together; beyond, the largest partition is written. */
const MAX_BUFFERED_BYTES = 268435456;
/** Files kept open at a time. */
const MAX_OPEN_FILES = 64;

interface OpenFile {
  readonly file: OutputFile;
  readonly encoder: Encoder;
}

class FileWriter implements SinkWriter {
  readonly #spec: FileSinkSpec;
  /** Of the files: without partition columns. */
  readonly #schema: Schema;
  /** Of all columns. */
  readonly #names: readonly string[];
  readonly #memory: SharedMemory;
  readonly #thread: number;
  readonly #uuid = randomUUID();
  readonly #partitioner: Partitioner | undefined;
  readonly #files = new Map<number, OpenFile>();
  #rows = 0;

  constructor(description: SinkDescription, memory: SharedMemory, thread: number) {
    this.#spec = description.spec as FileSinkSpec;
    this.#memory = memory;
    this.#thread = thread;
    const { partitionBy, keepPartitionColumns } = this.#spec.layout;
    const { fields } = description.schema;
    this.#names = fields.map((field) => field.name);
    this.#schema = {
      fields: fields.filter((_, ordinal) => keepPartitionColumns || !partitionBy.includes(ordinal)),
    };
    this.#partitioner = partitionBy.length === 0 ? undefined : new Partitioner(memory, partitionBy);
    // A single file is there even when no row comes.
    if (!this.#spec.directory) this.#open(0, []);
  }

  write(chunk: Chunk): void {
    if (chunk.length === 0) return;
    this.#rows += chunk.length;
    if (this.#partitioner === undefined) {
      this.#open(0, []).encoder.write(chunk);
      return;
    }
    this.#partitioner.split(chunk, (partition, rows) => this.#writePartition(partition, rows));
    this.#limitBuffers();
  }

  close(): WriteReport {
    for (const { file, encoder } of this.#files.values()) {
      encoder.finish();
      encoder.release();
      file.park();
    }
    this.#partitioner?.release();
    const files = [...this.#files.values()].map(({ file }) => file);
    for (const file of files) file.commit();
    for (const { path, inode } of this.#spec.obsolete) {
      if (statSync(path, { throwIfNoEntry: false })?.ino === inode) rmSync(path, { force: true });
    }
    return {
      files: files.map(({ path }) => path),
      rows: this.#rows,
      bytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    };
  }

  abort(): void {
    for (const { file, encoder } of this.#files.values()) {
      encoder.release();
      file.discard();
    }
    this.#partitioner?.release();
  }

  #writePartition(partition: number, { keys, chunk }: PartitionRows): void {
    const { partitionBy, keepPartitionColumns } = this.#spec.layout;
    const columns = chunk.columns.filter(
      (_, ordinal) => keepPartitionColumns || !partitionBy.includes(ordinal),
    );
    this.#open(partition, keys).encoder.write({ length: chunk.length, columns });
  }

  #open(partition: number, keys: readonly (string | null)[]): OpenFile {
    const known = this.#files.get(partition);
    if (known !== undefined) return known;
    if (this.#files.size >= MAX_OPEN_FILES)
      for (const { file } of this.#files.values()) file.park();
    const output = new OutputFile(this.#path(keys));
    const context = { schema: this.#schema, output, memory: this.#memory };
    const opened = { file: output, encoder: createEncoder(this.#spec.file, context) };
    this.#files.set(partition, opened);
    return opened;
  }

  #path(keys: readonly (string | null)[]): string {
    const { target, directory, layout, file } = this.#spec;
    if (!directory) return target;
    const { partitionBy, filePattern } = layout;
    const segments = keys.map((key, index) =>
      hiveSegment(this.#names[partitionBy[index] ?? 0] ?? '', key),
    );
    const name = filePattern
      .replaceAll('{i}', String(this.#thread))
      .replaceAll(/\{uuid(v[47])?\}/g, this.#uuid);
    const unique = /\{(i|uuid(v[47])?)\}/.test(filePattern) ? name : `${name}${this.#thread}`;
    return join(target, ...segments, `${unique}.${extensionOf(file)}`);
  }

  #limitBuffers(): void {
    const open = [...this.#files.values()];
    const total = open.reduce((sum, { encoder }) => sum + encoder.bufferedBytes, 0);
    if (total < MAX_BUFFERED_BYTES) return;
    open.sort((a, b) => b.encoder.bufferedBytes - a.encoder.bufferedBytes);
    for (const { encoder, file } of open.slice(0, Math.ceil(open.length / 4))) {
      encoder.flush();
      file.park();
    }
  }
}
