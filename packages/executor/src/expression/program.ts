import {
  type Address,
  assert,
  type Batch,
  type ColumnId,
  type Expr,
  type FlatVector,
  isReference,
  type Literal,
  unreachable,
  type Vector,
  widthBytes,
  writeValue,
} from '@windrow/core';
import type { LoopInput } from '../codegen/loop-inputs.ts';
import { StoreLoop } from '../codegen/store-loop.ts';
import { CodedColumns } from './coded-columns.ts';
import type { Evaluator, ExpressionContext, Layout, PlainVector } from './context.ts';
import type { ExpressionAnalysis } from './expression-facts.ts';
import { copyReferencedBytes, flatten, selectDictionary, selectRows } from './flatten.ts';
import { LazyConditional } from './lazy-conditional.ts';
import { type FusedStage, ProgramPlan, type Register } from './program-plan.ts';
import { nullVector, VectorCall } from './vector-call.ts';

/** The values of a program's registers for one batch; each is computed when it is first asked for. */
export interface ProgramRun {
  readonly batch: Batch;
  /** Dense, in whatever encoding it comes. */
  output(register: number): Vector;
  /** As inputs of a loop; columns are left under the batch's selection. */
  inputs(stage: FusedStage): readonly LoopInput[];
}

/**
 * Evaluates what `build` plans, over batches of one layout.
 *
 * There is a plan for each set of columns whose dictionaries are used, made when such a batch is first
 * seen; `Built` is what the owner needs to know of it (registers, loops).
 */
export class Programs<Built> {
  readonly #context: ExpressionContext;
  readonly #layout: Layout;
  readonly #analysis: ExpressionAnalysis;
  readonly #build: (plan: ProgramPlan) => Built;
  readonly #coded: CodedColumns;
  readonly #programs = new Map<string, { readonly program: Program; readonly built: Built }>();

  constructor(
    context: ExpressionContext,
    options: {
      readonly layout: Layout;
      readonly analysis: ExpressionAnalysis;
      /** All expressions that `build` will plan. */
      readonly exprs: readonly Expr[];
      readonly build: (plan: ProgramPlan) => Built;
    },
  ) {
    const { layout, analysis, exprs, build } = options;
    this.#context = context;
    this.#layout = layout;
    this.#analysis = analysis;
    this.#build = build;
    this.#coded = new CodedColumns(context, exprs, { layout, analysis, evaluator });
  }

  /** Takes the next batch, which is not empty. */
  start(batch: Batch): { readonly run: ProgramRun; readonly built: Built } {
    const coded = this.#coded.choose(batch);
    const key = [...coded].join();
    let entry = this.#programs.get(key);
    if (entry === undefined) {
      const plan = new ProgramPlan({
        analysis: this.#analysis,
        layout: this.#layout,
        coded,
        foldsConstants: true,
      });
      const built = this.#build(plan);
      const parts = { layout: this.#layout, analysis: this.#analysis, coded: this.#coded };
      entry = { program: new Program(this.#context, plan, parts), built };
      this.#programs.set(key, entry);
    }
    return { run: entry.program.start(batch), built: entry.built };
  }
}

/** An evaluator that does not look at dictionaries; with `isConstant` for expressions without columns. */
export function evaluator(
  context: ExpressionContext,
  expr: Expr,
  options: {
    readonly layout: Layout;
    readonly analysis: ExpressionAnalysis;
    readonly isConstant?: boolean;
  },
): Evaluator {
  const { layout, analysis, isConstant = false } = options;
  const coded = new Set<ColumnId>();
  const plan = new ProgramPlan({ analysis, layout, coded, foldsConstants: !isConstant });
  const register = plan.register(expr);
  const program = new Program(context, plan, { layout, analysis, coded: undefined });
  return (batch) => program.start(batch).plain(register);
}

/** The planned registers and what is needed to compute them. */
class Program {
  readonly context: ExpressionContext;
  readonly plan: ProgramPlan;
  readonly coded: CodedColumns | undefined;
  readonly #layout: Layout;
  readonly #analysis: ExpressionAnalysis;
  readonly #loops = new Map<FusedStage, StoreLoop>();
  readonly #calls = new Map<number, VectorCall>();
  readonly #lazies = new Map<number, LazyConditional>();
  readonly #constants = new Map<number, PlainVector>();

  constructor(
    context: ExpressionContext,
    plan: ProgramPlan,
    parts: {
      readonly layout: Layout;
      readonly analysis: ExpressionAnalysis;
      readonly coded: CodedColumns | undefined;
    },
  ) {
    this.context = context;
    this.plan = plan;
    this.coded = parts.coded;
    this.#layout = parts.layout;
    this.#analysis = parts.analysis;
  }

  start(batch: Batch): BatchRun {
    return new BatchRun(this, batch);
  }

  loop(stage: FusedStage): StoreLoop {
    return remember(
      this.#loops,
      stage,
      () => new StoreLoop(this.context, stage.plan, stage.outputs),
    );
  }

  call(register: number, { expr }: Register & { readonly kind: 'call' }): VectorCall {
    return remember(
      this.#calls,
      register,
      () => new VectorCall(this.context, expr, this.#analysis.resolved(expr)),
    );
  }

  lazy(register: number, { expr }: Register & { readonly kind: 'lazy' }): LazyConditional {
    return remember(this.#lazies, register, () => {
      const options = { layout: this.#layout, analysis: this.#analysis };
      return new LazyConditional(this.context, expr, { ...options, evaluator });
    });
  }

  /** A constant of one row; it is not computed before a row needs it, since it may fail. */
  constant(register: number, { expr }: Register & { readonly kind: 'constant' }): PlainVector {
    return remember(this.#constants, register, () =>
      expr.kind === 'literal' ? this.#literal(expr) : this.#evaluateOnce(expr),
    );
  }

  #literal({ value, type }: Literal): PlainVector {
    if (value === null) return nullVector(type, 1);
    const values = this.context.taskArena.allocateZeroed(widthBytes(type));
    writeValue(this.context.taskArena, type, value, values);
    return { kind: 'constant', type, length: 1, values, isNull: false, stable: true };
  }

  #evaluateOnce(expr: Expr): PlainVector {
    const { taskArena } = this.context;
    const once = { ...this.context, batchArena: taskArena };
    const options = { layout: new Map(), analysis: this.#analysis, isConstant: true };
    const vector = evaluator(once, expr, options)({ length: 1, selection: 0, columns: [] });
    if (vector.kind === 'constant') return vector;
    const { type, validity } = vector;
    const isNull = validity !== 0 && ((this.context.memory.u8[validity] ?? 0) & 1) === 0;
    const { values } =
      isReference(type) && !isNull ? copyReferencedBytes(taskArena, vector) : vector;
    return { kind: 'constant', type, length: 1, values, isNull, stable: true };
  }
}

function remember<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

class BatchRun implements ProgramRun {
  readonly batch: Batch;
  readonly #program: Program;
  readonly #vectors: (Vector | undefined)[] = [];
  readonly #plain: (PlainVector | undefined)[] = [];
  readonly #stages = new Map<FusedStage, readonly FlatVector[]>();

  constructor(program: Program, batch: Batch) {
    this.#program = program;
    this.batch = batch;
  }

  output(register: number): Vector {
    const { selection, length } = this.batch;
    const vector = this.#vector(register);
    if (!this.#isSelected(register)) return vector;
    return selectRows(this.#program.context, vector, selection, length);
  }

  inputs(stage: FusedStage): readonly LoopInput[] {
    return stage.plan.inputs.map(({ register }) => ({
      vector: this.#vector(register),
      selected: this.#isSelected(register),
    }));
  }

  /** Dense, flat or constant. */
  plain(register: number): PlainVector {
    let plain = this.#plain[register];
    if (plain === undefined) {
      const vector = this.#vector(register);
      const { length } = this.batch;
      const selection = this.#isSelected(register) ? this.batch.selection : 0;
      plain =
        vector.kind === 'constant'
          ? { ...vector, length }
          : flatten(this.#program.context, vector, selection, length);
      this.#plain[register] = plain;
    }
    return plain;
  }

  #register(register: number): Register {
    const found = this.#program.plan.registers[register];
    assert(found !== undefined, 'the register is planned');
    return found;
  }

  #isSelected(register: number): boolean {
    return this.batch.selection !== 0 && this.#register(register).kind === 'column';
  }

  #vector(register: number): Vector {
    let vector = this.#vectors[register];
    if (vector === undefined) {
      vector = this.#compute(register);
      this.#vectors[register] = vector;
    }
    return vector;
  }

  #compute(number: number): Vector {
    const register = this.#register(number);
    const { batch } = this;
    const { length } = batch;
    switch (register.kind) {
      case 'column':
        return this.#column(register.position);
      case 'constant':
        return { ...this.#program.constant(number, register), length };
      case 'call': {
        const args = register.args.map((arg) => this.plain(arg));
        return this.#program.call(number, register).run(args, length);
      }
      case 'fused':
        return this.#stage(register.stage)[register.output]!;
      case 'lazy':
        return this.#program.lazy(number, register).run(batch);
      case 'coded':
        return this.#coded(register);
      default:
        return unreachable(register);
    }
  }

  #column(position: number): Vector {
    const vector = this.batch.columns[position];
    assert(vector !== undefined, 'the batch has the column');
    return vector;
  }

  #stage(stage: FusedStage): readonly FlatVector[] {
    const selection: Address = this.batch.selection;
    return remember(this.#stages, stage, () =>
      this.#program.loop(stage).run(this.inputs(stage), selection, this.batch.length),
    );
  }

  /** The column's indices over the results for its dictionary. */
  #coded({ position, expr }: Register & { readonly kind: 'coded' }): Vector {
    const column = this.#column(position);
    const dictionary = this.#program.coded?.result(position, expr);
    assert(column.kind === 'dictionary' && dictionary, 'the column has a dictionary');
    const { selection, length } = this.batch;
    const { indices, validity } = selectDictionary(
      this.#program.context,
      column,
      selection,
      length,
    );
    const { type, stable } = dictionary;
    return { kind: 'dictionary', type, length, indices, validity, dictionary, stable };
  }
}
