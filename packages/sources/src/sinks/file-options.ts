import type { LiteralValue, Schema, Span } from '@windrow/core';
import { didYouMean, SqlError } from '@windrow/core';
import { type FileFormat, formatOfPath } from '../open-path.ts';

export type ParquetCompression = 'uncompressed' | 'snappy' | 'gzip' | 'brotli' | 'zstd' | 'lz4_raw';

export interface ParquetFileOptions {
  readonly format: 'parquet';
  readonly compression: ParquetCompression;
  readonly rowGroupRows: number;
}

export interface CsvFileOptions {
  readonly format: 'csv';
  readonly gzip: boolean;
  readonly header: boolean;
  readonly delimiter: string;
  /** '': nothing is quoted. */
  readonly quote: string;
  readonly escape: string;
  readonly nullText: string;
  /** Ordinals of the columns that are always quoted. */
  readonly forceQuote: readonly number[];
  readonly dateFormat: string | undefined;
  readonly timestampFormat: string | undefined;
}

export interface JsonFileOptions {
  readonly format: 'json';
  readonly gzip: boolean;
  /** One array, instead of one object a line. */
  readonly array: boolean;
}

export interface ArrowFileOptions {
  readonly format: 'arrow';
}

/** How the rows of a file are written; plain data. */
export type FileOptions = ParquetFileOptions | CsvFileOptions | JsonFileOptions | ArrowFileOptions;

/** Where files go; plain data. */
export interface FileLayout {
  /** Ordinals of the columns whose values are directories, outermost first. */
  readonly partitionBy: readonly number[];
  /** Do the files hold the partition columns too? */
  readonly keepPartitionColumns: boolean;
  /** Does each thread write a file of its own into a directory? */
  readonly perThread: boolean;
  readonly existing: 'error' | 'overwrite' | 'ignore' | 'append';
  /** Name of a file in a directory, without ending; `{i}` is its number, `{uuid}` unique. */
  readonly filePattern: string;
}

const EXTENSIONS: Readonly<Record<FileFormat, string>> = {
  parquet: 'parquet',
  csv: 'csv',
  json: 'json',
  arrow: 'arrow',
};

/** The ending of a file of these options. */
export const extensionOf = (options: FileOptions): string =>
  EXTENSIONS[options.format] + ('gzip' in options && options.gzip ? '.gz' : '');

/**
 * Reads the options of COPY … TO. Names are lower-case.
 * @throws SqlError 42704 for an unknown option, 22023 for a bad value.
 */
export class CopyOptions {
  readonly #values: Map<string, LiteralValue>;
  readonly #used = new Set<string>(['format']);
  readonly #schema: Schema;
  readonly #span: Span | undefined;

  constructor(values: ReadonlyMap<string, LiteralValue>, schema: Schema, span: Span | undefined) {
    this.#values = new Map([...values].map(([name, value]) => [name.toLowerCase(), value]));
    this.#schema = schema;
    this.#span = span;
  }

  /** What is written into files at `target`. */
  file(target: string): FileOptions {
    const format = this.#format(target);
    const gzipped = /\.gz$/i.test(target);
    switch (format) {
      case 'parquet':
        return {
          format,
          compression: this.#oneOf('compression', PARQUET_COMPRESSIONS, 'snappy', ['codec']),
          rowGroupRows: this.#integer('row_group_size', 122880),
        };
      case 'csv':
        return this.#csv(gzipped);
      case 'json':
        return { format, gzip: this.#gzip(gzipped), array: this.#boolean('array', false) };
      case 'arrow':
        return { format };
    }
  }

  layout(): FileLayout {
    const existing = (['overwrite', 'overwrite_or_ignore', 'append'] as const).filter((name) =>
      this.#boolean(name, false),
    );
    if (existing.length > 1) throw this.#invalid(`${existing.join(' and ')} exclude each other`);
    const modes = {
      overwrite: 'overwrite',
      overwrite_or_ignore: 'ignore',
      append: 'append',
    } as const;
    const [mode] = existing;
    const partitionBy = this.#columns('partition_by');
    if (partitionBy.length > 0 && partitionBy.length >= this.#schema.fields.length) {
      throw this.#invalid('partition_by leaves no column for the files');
    }
    return {
      partitionBy,
      keepPartitionColumns: this.#boolean('write_partition_columns', false),
      perThread: this.#boolean('per_thread_output', false),
      existing: mode === undefined ? 'error' : modes[mode],
      filePattern: this.#text('filename_pattern', mode === 'append' ? 'data_{uuid}' : 'data_{i}'),
    };
  }

  /** All options must have been asked for by now. */
  checkAllUsed(): void {
    // The caller lists the files himself.
    this.#used.add('return_files');
    for (const name of this.#values.keys()) {
      if (this.#used.has(name)) continue;
      throw new SqlError('bind', `COPY has no option "${name}" for this format`, {
        sqlState: '42704',
        span: this.#span,
        hint: didYouMean(name, this.#used),
      });
    }
  }

  #format(target: string): FileFormat {
    const value = this.#values.get('format');
    const named = typeof value === 'string' ? value.toLowerCase() : undefined;
    const format = named === undefined ? formatOfPath(target) : FORMATS[named];
    if (format !== undefined) return format;
    const problem =
      named === undefined
        ? `nothing tells the format of "${target}"`
        : `there is no format "${named}"`;
    throw new SqlError('bind', problem, {
      sqlState: '22023',
      span: this.#span,
      hint: 'Formats are parquet, csv, json and arrow, as in (FORMAT parquet).',
    });
  }

  #csv(gzipped: boolean): CsvFileOptions {
    const quote = this.#text('quote', '"');
    const force = this.#value('force_quote');
    return {
      format: 'csv',
      gzip: this.#gzip(gzipped),
      header: this.#boolean('header', true),
      delimiter: this.#character('delimiter', ',', ['delim', 'sep']),
      quote,
      escape: this.#text('escape', quote),
      nullText: this.#text('null', '', ['nullstr']),
      forceQuote:
        force === '*'
          ? this.#schema.fields.map((_, ordinal) => ordinal)
          : this.#columns('force_quote'),
      dateFormat: this.#optionalText('dateformat', ['date_format']),
      timestampFormat: this.#optionalText('timestampformat', ['timestamp_format']),
    };
  }

  #gzip(byName: boolean): boolean {
    const none = byName ? 'gzip' : 'none';
    return this.#oneOf('compression', ['none', 'gzip', 'auto'], none) === 'gzip';
  }

  #value(name: string, aliases: readonly string[] = []): LiteralValue | undefined {
    for (const candidate of [name, ...aliases]) {
      this.#used.add(candidate);
      const value = this.#values.get(candidate);
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  }

  #boolean(name: string, otherwise: boolean): boolean {
    const value = this.#value(name);
    if (value === undefined) return otherwise;
    const text = String(value).toLowerCase();
    if (['true', '1', 'on'].includes(text)) return true;
    if (['false', '0', 'off'].includes(text)) return false;
    throw this.#invalid(`${name} takes true or false`);
  }

  #integer(name: string, otherwise: number): number {
    const value = Number(this.#value(name) ?? otherwise);
    if (Number.isSafeInteger(value) && value > 0) return value;
    throw this.#invalid(`${name} takes a positive integer`);
  }

  #optionalText(name: string, aliases: readonly string[] = []): string | undefined {
    const value = this.#value(name, aliases);
    if (value === undefined || typeof value === 'string') return value;
    throw this.#invalid(`${name} takes text`);
  }

  #text(name: string, otherwise: string, aliases: readonly string[] = []): string {
    return this.#optionalText(name, aliases) ?? otherwise;
  }

  #character(name: string, otherwise: string, aliases: readonly string[] = []): string {
    const written = this.#text(name, otherwise, aliases);
    const text = written === '\\t' ? '\t' : written;
    if (text.length === 1 && text.charCodeAt(0) < 128) return text;
    throw this.#invalid(`${name} takes one ASCII character`);
  }

  #oneOf<T extends string>(
    name: string,
    values: readonly T[],
    otherwise: T,
    aliases: readonly string[] = [],
  ): T {
    const text = this.#text(name, otherwise, aliases).toLowerCase();
    const found = values.find((value) => value === text);
    if (found !== undefined) return found;
    throw this.#invalid(`${name} is one of ${values.join(', ')}`);
  }

  /** Ordinals of the columns that the option names. */
  #columns(name: string): number[] {
    const value = this.#value(name);
    if (value === undefined) return [];
    const names = Array.isArray(value) ? value : [value];
    return names.map((item) => {
      const wanted = String(item).toLowerCase();
      const ordinal = this.#schema.fields.findIndex((field) => field.name.toLowerCase() === wanted);
      if (ordinal >= 0) return ordinal;
      throw new SqlError('bind', `column "${String(item)}" of ${name} does not exist`, {
        span: this.#span,
        hint: didYouMean(
          String(item),
          this.#schema.fields.map((field) => field.name),
        ),
      });
    });
  }

  #invalid(problem: string): SqlError {
    return new SqlError('bind', `COPY: ${problem}`, { sqlState: '22023', span: this.#span });
  }
}

const PARQUET_COMPRESSIONS = [
  'uncompressed',
  'snappy',
  'gzip',
  'brotli',
  'zstd',
  'lz4_raw',
] as const satisfies readonly ParquetCompression[];

const FORMATS: Readonly<Record<string, FileFormat | undefined>> = {
  parquet: 'parquet',
  csv: 'csv',
  json: 'json',
  ndjson: 'json',
  arrow: 'arrow',
  ipc: 'arrow',
};
