/** A timed statement. Rows are compared between the engines before any time is taken. */
export interface BenchCase {
  readonly name: string;
  /** One statement, the same text for every engine unless `sqlFor` differs in a function's name only. */
  readonly sql: string;
  /** Does the statement fix the order of its rows? Otherwise they are sorted before comparison. */
  readonly ordered?: boolean;
}

/** A table that a suite works on: DuckDB writes it to Parquet once, each engine loads the file. */
export interface BenchTable {
  readonly name: string;
  /** A SELECT in DuckDB's SQL that yields the rows; `{rows}` is the scale. Deterministic. */
  readonly generator: string;
}

/** A user function in JavaScript, registered in each engine by its own means. */
export interface BenchFunction {
  readonly name: string;
  readonly parameters: readonly 'DOUBLE'[];
  readonly returns: 'DOUBLE' | 'BOOLEAN';
  /** Source of the function, so that it reaches the engine's process. */
  readonly source: string;
}

/** Declarative description of a benchmark. */
export interface BenchSuite {
  readonly name: string;
  readonly rows: number;
  readonly tables: readonly BenchTable[];
  readonly functions: readonly BenchFunction[];
  readonly cases: readonly BenchCase[];
}
