import {
  Arena,
  type Batch,
  type ColumnId,
  children,
  type Expr,
  type FlatVector,
  SqlError,
  type Vector,
} from '@windrow/core';
import type { Evaluator, EvaluatorFactory, ExpressionContext, Layout } from './context.ts';
import type { ExpressionAnalysis } from './expression-facts.ts';
import { expressionKey } from './expression-key.ts';
import { flatten } from './flatten.ts';
import { isCodable, isLazy } from './program-plan.ts';

const CACHE_BLOCK_BYTES = 65536;

/**
 * Decides, batch by batch, for which columns expressions are computed per dictionary entry instead of
 * per row, and keeps the results as long as batches come with the same dictionary.
 *
 * A dictionary is worth it once as many rows have come with it as it has entries. An entry may be one
 * that no row refers to; when computing such results fails, the dictionary is not used and the rows
 * decide.
 */
export class CodedColumns {
  readonly #columns: readonly CodedColumn[];

  constructor(
    context: ExpressionContext,
    exprs: readonly Expr[],
    options: {
      readonly layout: Layout;
      readonly analysis: ExpressionAnalysis;
      readonly evaluator: EvaluatorFactory;
    },
  ) {
    const { layout, analysis, evaluator } = options;
    const found = new Map<ColumnId, Map<string, Expr>>();
    for (const expr of exprs) collectCodable(expr, analysis, found);
    this.#columns = [...found].map(([column, codable]) => {
      const position = layout.get(column) ?? -1;
      const evaluators = new Map<string, Evaluator>();
      const arena = new Arena(context.memory, context.taskArena.owner, CACHE_BLOCK_BYTES);
      const cached = { ...context, batchArena: arena };
      const entryLayout = new Map([[column, 0]]);
      for (const [key, expr] of codable) {
        evaluators.set(key, evaluator(cached, expr, { layout: entryLayout, analysis }));
      }
      return new CodedColumn({ column, position, context: cached, arena, evaluators });
    });
  }

  /** The columns whose dictionaries are used for this batch; results are ready for them. */
  choose(batch: Batch): ReadonlySet<ColumnId> {
    const chosen = new Set<ColumnId>();
    for (const column of this.#columns) {
      const vector = batch.columns[column.position];
      if (vector !== undefined && column.accept(vector, batch.length)) chosen.add(column.column);
    }
    return chosen;
  }

  /** What the expression gives for the entries of the current dictionary of the column. */
  result(position: number, expr: Expr): FlatVector | undefined {
    const key = expressionKey(expr);
    return this.#columns.find((column) => column.position === position)?.results.get(key);
  }
}

/** The largest sub-expressions that depend on one column only, and are worth it. */
function collectCodable(
  expr: Expr,
  analysis: ExpressionAnalysis,
  into: Map<ColumnId, Map<string, Expr>>,
): void {
  const facts = analysis.facts(expr);
  const column = facts.strictColumn;
  if (column !== undefined && isCodable(facts)) {
    const codable = into.get(column) ?? new Map<string, Expr>();
    codable.set(expressionKey(expr), expr);
    into.set(column, codable);
  } else if (!(expr.kind === 'conditional' && isLazy(expr, analysis))) {
    for (const child of children(expr)) collectCodable(child, analysis, into);
  }
}

class CodedColumn {
  readonly column: ColumnId;
  readonly position: number;
  readonly results = new Map<string, FlatVector>();
  readonly #context: ExpressionContext;
  readonly #arena: Arena;
  readonly #evaluators: ReadonlyMap<string, Evaluator>;
  /** Told apart by identity: an address may hold another dictionary in the next batch. */
  #dictionary: FlatVector | undefined;
  #rowsSeen = 0;
  #failed = false;

  constructor(parts: {
    readonly column: ColumnId;
    readonly position: number;
    readonly context: ExpressionContext;
    readonly arena: Arena;
    readonly evaluators: ReadonlyMap<string, Evaluator>;
  }) {
    this.column = parts.column;
    this.position = parts.position;
    this.#context = parts.context;
    this.#arena = parts.arena;
    this.#evaluators = parts.evaluators;
  }

  accept(vector: Vector, rows: number): boolean {
    if (vector.kind !== 'dictionary') return false;
    const { dictionary } = vector;
    if (dictionary !== this.#dictionary) this.#forget(dictionary);
    this.#rowsSeen += rows;
    if (this.#failed || this.#rowsSeen < dictionary.length) return false;
    if (this.results.size === 0) this.#evaluate(dictionary);
    return !this.#failed;
  }

  #forget(dictionary: FlatVector): void {
    this.#dictionary = dictionary;
    this.#rowsSeen = 0;
    this.#failed = false;
    this.results.clear();
    this.#arena.reset();
  }

  #evaluate(dictionary: FlatVector): void {
    const { length } = dictionary;
    const entries = { length, selection: 0, columns: [dictionary] };
    try {
      for (const [key, evaluate] of this.#evaluators) {
        this.results.set(key, flatten(this.#context, evaluate(entries), 0, length));
      }
    } catch (error) {
      if (!(error instanceof SqlError) || error.code !== 'execution') throw error;
      this.#failed = true;
    }
  }
}
