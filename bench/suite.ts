/** Engines that a suite can run on; DuckDB's answers and times are what the others are held against. */
export type EngineName = 'windrow' | 'duckdb' | 'polars';

/** Source of a JavaScript function, as text so that it reaches the engine's process. */
export type FunctionSource = string;

/**
 * A timed statement. In every SQL text `{data}` is the directory of the suite's files, `{scratch}` a
 * directory of the engine's own for what it writes, `{rows}` the scale. Directories end without a slash.
 */
export interface QueryCase {
  readonly kind?: 'query';
  readonly name: string;
  readonly sql: string;
  /** Where an engine needs another text: a function's name, the way to name a file. */
  readonly sqlFor?: Partial<Record<EngineName, string>>;
  /** Does the statement fix the order of its rows? Otherwise they are sorted before comparison. */
  readonly ordered?: boolean;
  /** Relative difference that two floats may have; default 1e-9, what the order of a sum may change. */
  readonly tolerance?: number;
  /** Untimed statements: once before the case's first run, and once after its last. */
  readonly setup?: readonly string[];
  readonly cleanup?: readonly string[];
  /** Untimed statements before each run, so that a case that writes starts from the same state. */
  readonly before?: readonly string[];
  /** For a statement that writes: the untimed query whose rows are compared instead of its own. */
  readonly check?: string;
  /**
   * A file with the answer that a benchmark's authors published, `|` between cells and names in the first
   * line. Where the file is there, the answer has to agree with it too.
   */
  readonly published?: string;
  /**
   * For an engine that has no such function: `(columns) => rows` applied to the fetched columns, within
   * the time taken. What the user of that engine would write.
   */
  readonly foldFor?: Partial<Record<EngineName, FunctionSource>>;
  /** Engines that cannot run the case, with the reason. */
  readonly skip?: Partial<Record<EngineName, string>>;
}

/** A timed process: from its start to its exit, or what it holds when it says so. */
export interface ProcessCase {
  readonly kind: 'process';
  readonly name: string;
  /**
   * Program and arguments: `{node}` is this Node, `{bench}` the folder of the benchmarks, `{windrow}` the
   * launcher of the `windrow` command, `{data}` the directory of the suite's files.
   */
  readonly command: Partial<Record<EngineName, readonly string[]>>;
  /** What the process has to print to have worked. */
  readonly expect: RegExp;
  /**
   * time: from start to exit. memory: the number after `memory-bytes:` in what it printed; the ratio is
   * then that of the memory, while the times stay those of the processes.
   */
  readonly metric: 'time' | 'memory';
}

export type BenchCase = QueryCase | ProcessCase;

/** How a suite's table reaches the engine. `unloaded`: the file is there, statements name it themselves. */
export type Storage = 'memory' | 'file' | 'unloaded';

/** A table: a file that is made once per scale, and loaded into memory or read in place. */
export interface BenchTable {
  readonly name: string;
  /**
   * A deterministic SELECT in DuckDB's SQL; `{rows}` is the scale, `{data}` the directory with the tables
   * before this one. Absent where {@link BenchSuite.prepare} makes the file.
   */
  readonly generator?: string;
  /** Default 'memory'. */
  readonly storage?: Storage;
  /** Default 'parquet'. */
  readonly format?: 'parquet' | 'csv';
  /** Options of DuckDB's COPY beside the format; default `compression snappy` for Parquet. */
  readonly copyOptions?: string;
}

export type ParameterType = 'DOUBLE' | 'BIGINT' | 'INTEGER' | 'VARCHAR';

interface FunctionHead {
  readonly name: string;
  readonly parameters: readonly ParameterType[];
  readonly returns: ParameterType | 'BOOLEAN';
}

/** A user function in JavaScript, registered in each engine by its own means. */
export type BenchFunction = ScalarBenchFunction | AggregateBenchFunction;

export interface ScalarBenchFunction extends FunctionHead {
  readonly kind: 'scalar';
  /** row: called per row. vector: called with arrays (typed for numbers) where the engine can. */
  readonly mode: 'row' | 'vector';
  /** The function of one row's values. */
  readonly source: FunctionSource;
  /** For `mode: 'vector'`: the function of whole columns; engines without it call `source` per row. */
  readonly vectorSource?: FunctionSource;
}

/** Registered in Windrow alone; a case gives the others a `foldFor`. */
export interface AggregateBenchFunction extends FunctionHead {
  readonly kind: 'aggregate';
  /** Source of an object `{ init, step, merge, final }`, as Windrow's `udf.aggregate` takes it. */
  readonly source: FunctionSource;
}

/** What {@link BenchSuite.prepare} may use. */
export interface PrepareContext {
  /** Where the files go; it exists. */
  readonly directory: string;
  readonly rows: number;
  readonly say: (text: string) => void;
}

/** Declarative description of a benchmark. */
export interface BenchSuite {
  readonly name: string;
  /** Suites of one group run one after the other under the group's name. */
  readonly group?: string;
  /** Suites with the same dataset and scale share their files; default the suite's name. */
  readonly dataset?: string;
  /** The scale: how many rows the largest table has, unless the suite says otherwise. */
  readonly rows: number;
  readonly tables: readonly BenchTable[];
  readonly functions?: readonly BenchFunction[];
  readonly cases: readonly BenchCase[];
  /** Statements every engine runs after its tables are there. */
  readonly setup?: readonly string[];
  /** Makes files that no SELECT can make. @returns why it could not, or undefined. */
  readonly prepare?: (context: PrepareContext) => Promise<string | undefined>;
  /** Is the SQL simple enough for Polars' SQLContext? Otherwise it is left out. */
  readonly polars?: boolean;
}

export const suiteGroup = (suite: BenchSuite): string => suite.group ?? suite.name;
