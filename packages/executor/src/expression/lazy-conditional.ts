import {
  type Address,
  type Batch,
  BOOLEAN,
  bitmapBytes,
  type ColumnRef,
  type Conditional,
  type FlatVector,
  isReference,
  unreachable,
  widthBytes,
} from '@windrow/core';
import { kernels, NOT_FALSE, NOT_TRUE, TRUE } from '@windrow/kernels';
import type {
  Evaluator,
  EvaluatorFactory,
  ExpressionContext,
  Layout,
  PlainVector,
} from './context.ts';
import type { ExpressionAnalysis } from './expression-facts.ts';
import { flatten, gatherFlat } from './flatten.ts';

/** Some rows of a batch: their numbers in the columns, and their positions in the result. */
interface Rows {
  readonly length: number;
  /** 0: all rows of the columns. */
  readonly selection: Address;
  /** 0: 0, 1, 2, … */
  readonly positions: Address;
}

/** A result under construction; rows are written as they are decided. */
interface Result {
  readonly values: Address;
  readonly validity: Address;
  stable: boolean;
}

/**
 * AND, OR, CASE or COALESCE evaluated vector by vector: each operand only for the rows that still need
 * it, under a selection that shrinks from operand to operand.
 */
export class LazyConditional {
  readonly #context: ExpressionContext;
  readonly #expr: Conditional;
  readonly #operands: readonly Evaluator[];
  /** For AND and OR: combines what is known of a row with the next operand. */
  readonly #combine: Evaluator | undefined;

  constructor(
    context: ExpressionContext,
    expr: Conditional,
    options: {
      readonly layout: Layout;
      readonly analysis: ExpressionAnalysis;
      readonly evaluator: EvaluatorFactory;
    },
  ) {
    const { layout, analysis, evaluator } = options;
    this.#context = context;
    this.#expr = expr;
    this.#operands = expr.operands.map((operand) =>
      evaluator(context, operand, { layout, analysis }),
    );
    if (expr.operator === 'and' || expr.operator === 'or') {
      const pair: Layout = new Map(PAIR.map((column, i) => [column.id, i]));
      this.#combine = evaluator(context, { ...expr, operands: PAIR }, { layout: pair, analysis });
    }
  }

  /** Dense, in the batch arena. */
  run(batch: Batch): FlatVector {
    const { type } = this.#expr;
    const { batchArena } = this.#context;
    const { length } = batch;
    const bytes = length * widthBytes(type);
    const result: Result = {
      values: batchArena.allocateZeroed(bytes),
      validity: batchArena.allocateZeroed(bitmapBytes(length)),
      stable: isReference(type),
    };
    const rows = { length, selection: batch.selection, positions: 0 };
    switch (this.#expr.operator) {
      case 'case':
        this.#case(batch, rows, result);
        break;
      case 'coalesce':
        this.#coalesce(batch, rows, result);
        break;
      case 'and':
      case 'or':
        this.#junction(batch, rows, result, this.#expr.operator);
        break;
      default:
        unreachable(this.#expr.operator);
    }
    return { kind: 'flat', type, length, ...result };
  }

  #case(batch: Batch, all: Rows, result: Result): void {
    let rows = all;
    const last = this.#operands.length - 1;
    for (let i = 0; i < last && rows.length > 0; i += 2) {
      const condition = this.#evaluate(i, batch, rows);
      const chosen = this.#rowsWhere(rows, condition, true);
      if (chosen.length > 0) this.#write(result, chosen, this.#evaluate(i + 1, batch, chosen));
      rows = this.#rowsWhere(rows, condition, false);
    }
    if (rows.length > 0) this.#write(result, rows, this.#evaluate(last, batch, rows));
  }

  #coalesce(batch: Batch, all: Rows, result: Result): void {
    let rows = all;
    for (let i = 0; i < this.#operands.length && rows.length > 0; i++) {
      const vector = this.#evaluate(i, batch, rows);
      this.#write(result, rows, vector);
      if (vector.validity === 0) return;
      rows = this.#filterRows(rows, (selection, out) =>
        kernels(this.#context.memory).selectByBits(
          vector.validity,
          selection,
          vector.length,
          0,
          out,
        ),
      );
    }
  }

  #junction(batch: Batch, all: Rows, result: Result, operator: 'and' | 'or'): void {
    this.#write(result, all, this.#evaluate(0, batch, all));
    let rows = all;
    let known: FlatVector = { kind: 'flat', type: BOOLEAN, length: all.length, ...result };
    for (let i = 1; i < this.#operands.length; i++) {
      rows = this.#undecided(rows, known, operator);
      if (rows.length === 0) return;
      const whole: FlatVector = { kind: 'flat', type: BOOLEAN, length: all.length, ...result };
      const before = gatherFlat(this.#context, whole, rows.positions, rows.length);
      const next = this.#evaluate(i, batch, rows);
      known = this.#flat(
        this.#combine!({ length: rows.length, selection: 0, columns: [before, next] }),
      );
      this.#write(result, rows, known);
    }
  }

  /** Rows of which the result is not settled: all but the false ones for AND, but the true ones for OR. */
  #undecided(rows: Rows, known: FlatVector, operator: 'and' | 'or'): Rows {
    const k = kernels(this.#context.memory);
    const { values, validity } = known;
    const wanted = operator === 'and' ? NOT_FALSE : NOT_TRUE;
    return this.#filterRows(rows, (selection, out) =>
      k.selectByTruth(values, validity, selection, rows.length, wanted, out),
    );
  }

  #rowsWhere(rows: Rows, condition: FlatVector, isTrue: boolean): Rows {
    const k = kernels(this.#context.memory);
    const { values, validity } = condition;
    const wanted = isTrue ? TRUE : NOT_TRUE;
    return this.#filterRows(rows, (selection, out) =>
      k.selectByTruth(values, validity, selection, rows.length, wanted, out),
    );
  }

  /** Applies a selecting kernel to the row numbers and, where they differ, to the positions. */
  #filterRows(rows: Rows, select: (selection: Address, out: Address) => number): Rows {
    const { batchArena } = this.#context;
    const positions = batchArena.allocate(rows.length * 4);
    const length = select(rows.positions, positions);
    if (rows.selection === rows.positions) return { length, selection: positions, positions };
    const selection = batchArena.allocate(rows.length * 4);
    select(rows.selection, selection);
    return { length, selection, positions };
  }

  #evaluate(operand: number, batch: Batch, rows: Rows): FlatVector {
    const { length, selection } = rows;
    return this.#flat(this.#operands[operand]!({ length, selection, columns: batch.columns }));
  }

  #flat(vector: PlainVector): FlatVector {
    return flatten(this.#context, vector, 0, vector.length);
  }

  #write(result: Result, rows: Rows, vector: FlatVector): void {
    const { memory } = this.#context;
    const k = kernels(memory);
    const { values, validity, length } = vector;
    const width = widthBytes(vector.type);
    result.stable &&= vector.stable;
    if (rows.positions !== 0) {
      k.scatter(width, values, rows.positions, length, result.values);
      k.scatterBits(validity, rows.positions, length, result.validity);
      return;
    }
    const bytes = bitmapBytes(length);
    memory.u8.copyWithin(result.values, values, values + length * width);
    if (validity === 0) memory.fill(0xff, result.validity, bytes);
    else memory.u8.copyWithin(result.validity, validity, validity + bytes);
  }
}

/** Operands of the combining AND or OR. */
const PAIR: readonly ColumnRef[] = [0, 1].map((id) => ({
  kind: 'column',
  id,
  type: BOOLEAN,
  name: `operand ${id + 1}`,
  nullable: true,
}));
