import type { CodeBuilder, EmitValue } from './code.ts';
import type { Address, Arena, SharedMemory } from './memory.ts';
import type { LiteralValue } from './schema.ts';
import type { TableProvider } from './source.ts';
import type { SqlType } from './types.ts';
import type { FlatVector, Vector } from './vector.ts';

/** Documentation carried by every definition; the reference page is generated from it. */
export interface FunctionDoc {
  /** One sentence. */
  readonly summary: string;
  /** Runnable examples: a SQL expression and the text of its result. */
  readonly examples: readonly { readonly sql: string; readonly result: string }[];
  /** Source of the formula or the semantics: paper and equation, standard clause, system. */
  readonly source: string;
}

/** immutable: same arguments, same result; stable: fixed within a statement; volatile: once per row. */
export type Volatility = 'immutable' | 'stable' | 'volatile';

/** What the binder makes of given argument types: casts are inserted where `args` differ from them. */
export interface ResolvedSignature {
  readonly args: readonly SqlType[];
  readonly returns: SqlType;
}

/**
 * Parameter types of an overload. A fixed list is matched by implicit-cast cost; `resolve` serves
 * families (decimals, any type, variadics): it returns the argument types to cast to and the result,
 * or undefined when it does not apply. `constants[i]` is the folded value of an argument known at bind time.
 */
export type Signature =
  | { readonly args: readonly SqlType[]; readonly returns: SqlType }
  | {
      /** For messages and the reference: `(DECIMAL, DECIMAL) → DECIMAL`. */
      readonly display: string;
      resolve(
        args: readonly SqlType[],
        constants: readonly (LiteralValue | undefined)[],
      ): ResolvedSignature | undefined;
    };

/** What holds for the whole statement. */
export interface SessionValues {
  /** Statement start, µs since the epoch. */
  readonly nowMicros: bigint;
  readonly timeZone: string;
}

/** The surroundings of a vector evaluation; `arena` lives until the batch has been consumed. */
export interface EvalContext {
  readonly memory: SharedMemory;
  readonly arena: Arena;
  readonly session: SessionValues;
}

/**
 * Where a vector implementation puts its result: `values` has room for `length` values of the result
 * type. `validity` is writable and starts as the AND of the arguments' validity (null policy
 * `propagate`) or as all valid (`handles`); rows that are already NULL may be skipped.
 */
export interface ResultVector {
  readonly type: SqlType;
  readonly length: number;
  readonly values: Address;
  readonly validity: Address;
}

/** `values[i]` for all rows; arguments are flat or constant, `length` rows each. */
export type VectorEvaluate = (
  context: EvalContext,
  args: readonly Exclude<Vector, { kind: 'dictionary' }>[],
  result: ResultVector,
) => void;

/** One call as it stands in a plan: argument and result types, and the values of literal arguments. */
export interface CallSite {
  readonly args: readonly SqlType[];
  readonly returns: SqlType;
  /** `undefined` for an argument that is not a literal; as long as `args`. */
  readonly constants: readonly (LiteralValue | undefined)[];
}

/**
 * Specialises a vector implementation for one call: compiles a constant pattern, builds the set of an
 * IN list. An evaluator calls it once per call site and thread and uses the result instead of `evaluate`.
 */
export type PrepareCall = (site: CallSite) => VectorEvaluate;

/**
 * The one implementation of an overload:
 * - `emit` writes WebAssembly: arguments are in locals, the result's parts are left on the stack, and
 *   above them an i32 (1 = valid) when the overload says `returnsNull`. Under the policy `propagate` it
 *   is called for valid arguments only; under `handles` each argument that may be NULL carries its
 *   validity (`EmitValue.valid`), and what an invalid argument's locals hold is unspecified.
 * - `kernel` calls routines of kernels.wasm per batch;
 * - `js` computes in TypeScript over the vectors: the long tail, and user functions.
 */
export type ScalarImplementation =
  | {
      readonly kind: 'emit';
      emit(b: CodeBuilder, args: readonly EmitValue[], returns: SqlType): void;
    }
  | {
      readonly kind: 'kernel';
      readonly evaluate: VectorEvaluate;
      readonly prepare?: PrepareCall;
    }
  | {
      readonly kind: 'js';
      readonly evaluate: VectorEvaluate;
      readonly prepare?: PrepareCall;
      /** A closure that exists on the main thread only. */
      readonly mainThreadOnly?: boolean;
    };

export interface ScalarOverload {
  readonly signature: Signature;
  readonly implementation: ScalarImplementation;
  /** Can it fail for some values? Then it is not moved before a filter. Default false. */
  readonly raises?: boolean;
  /** Can the result be NULL although no argument is (`x // 0`)? For `emit`, which then leaves an i32
   * above the value's parts: 1 = valid. The others clear bits of the result's validity. */
  readonly returnsNull?: boolean;
}

export interface ScalarFunction {
  readonly kind: 'scalar';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly category: string;
  readonly doc: FunctionDoc;
  readonly volatility: Volatility;
  /** propagate: any NULL argument gives NULL without a call; handles: the implementation sees NULLs,
   * and its result is NULL only where it says so itself (see {@link ScalarOverload.returnsNull}). */
  readonly nulls: 'propagate' | 'handles';
  readonly overloads: readonly ScalarOverload[];
}

/** A fixed-width cell of an aggregate's state. `ref` cells hold references; the operator copies the bytes. */
export interface StateSlot {
  readonly name: string;
  readonly type: 'i32' | 'i64' | 'f64' | 'ref';
  /** Type of the values that a `ref` cell refers to. Default: that of the first argument held by reference. */
  readonly of?: SqlType;
}

/** Access to one state from generated code; cells may be memory or locals. */
export interface StateCells {
  /** Leaves the cell's value on the stack (`ref` as i64). */
  load(b: CodeBuilder, slot: string): void;
  /** Stores what `value` leaves on the stack. */
  store(b: CodeBuilder, slot: string, value: () => void): void;
}

/**
 * An aggregate's running state in linear memory, zeroed at the start. States of equal name over equal
 * arguments are kept once, however many functions finish from them.
 */
export interface StateDefinition {
  readonly name: string;
  readonly slots: readonly StateSlot[];
  /** Names of smaller states whose slots (by name) this one has too, with the same meaning. */
  readonly covers?: readonly string[];
  update(b: CodeBuilder, state: StateCells, args: readonly EmitValue[]): void;
  merge(b: CodeBuilder, into: StateCells, from: StateCells): void;
  /** Takes an earlier update back, exactly (integers) or within rounding. */
  remove?(b: CodeBuilder, state: StateCells, args: readonly EmitValue[]): void;
  /** True when remove loses no digits, so that frames may slide over any distance. */
  readonly removesExactly?: boolean;
}

/** Runs of rows: segment i is rows `starts[i] … starts[i + 1]`; `starts` is u32, `count + 1` long. */
export interface Segments {
  readonly starts: Address;
  readonly count: number;
}

/** Frames over the arguments' rows: a frame is the union of its parts, which do not overlap. */
export interface RowFrames {
  /** Number of frames. */
  readonly rows: number;
  readonly parts: readonly FrameBounds[];
  /** Bitmap of the arguments' rows that the aggregate sees (not NULL, let through by FILTER); 0: all. */
  readonly seen: Address;
}

/**
 * How an aggregate is computed:
 * - `state`: rows update a constant-size state; `finish` leaves the value's parts and then an i32
 *   (1 = valid) on the stack.
 * - `segments`: it sees the collected rows of each group, in input (or ORDER BY) order, NULLs already
 *   removed unless the policy is `handles`, duplicates removed under DISTINCT.
 */
export type AggregateImplementation =
  | {
      readonly kind: 'state';
      state(args: readonly SqlType[], returns: SqlType): StateDefinition;
      finish(b: CodeBuilder, state: StateCells, returns: SqlType, args: readonly SqlType[]): void;
    }
  | {
      readonly kind: 'segments';
      evaluate(
        context: EvalContext,
        segments: Segments,
        args: readonly FlatVector[],
        result: ResultVector,
      ): void;
      /**
       * The same for the frame of every row, where that costs less than collecting each frame's rows.
       * `result.length === frames.rows`. @returns false when it cannot, and has written nothing.
       */
      evaluateFrames?(
        context: EvalContext,
        frames: RowFrames,
        args: readonly FlatVector[],
        result: ResultVector,
      ): boolean;
      /** A closure that exists on the main thread only. */
      readonly mainThreadOnly?: boolean;
    };

export interface AggregateOverload {
  readonly signature: Signature;
  readonly implementation: AggregateImplementation;
}

export interface AggregateFunction {
  readonly kind: 'aggregate';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly category: string;
  readonly doc: FunctionDoc;
  /** skip: rows with a NULL argument are not seen. */
  readonly nulls: 'skip' | 'handles';
  /** Does the answer depend on the order of rows? Then they come in scan order. */
  readonly ordered: boolean;
  /** DISTINCT changes nothing (min, max, bool_and …), so it is dropped. */
  readonly ignoresDistinct?: boolean;
  /** Value of an empty group: NULL unless it is given. */
  readonly emptyValue?: LiteralValue;
  readonly overloads: readonly AggregateOverload[];
}

/** Frames of all rows: u32 arrays of row numbers, `starts[i] ≤ ends[i]`, half-open. */
export interface FrameBounds {
  readonly starts: Address;
  readonly ends: Address;
}

/**
 * One hash partition's rows, sorted by partition and order keys. All arrays are u32, one entry a row,
 * holding row numbers within `rows`: the row's partition [start, end) and its peer group [start, end).
 */
export interface WindowRows {
  readonly rows: number;
  readonly partitionStart: Address;
  readonly partitionEnd: Address;
  readonly peerStart: Address;
  readonly peerEnd: Address;
  /** The frame of a row is the concatenation of its parts, in order: several with EXCLUDE. */
  readonly frames: readonly FrameBounds[];
  /** The single ORDER BY key, where there is exactly one. */
  readonly orderKey: FlatVector | undefined;
  readonly ignoreNulls: boolean;
}

export interface WindowOverload {
  readonly signature: Signature;
  evaluate(
    context: EvalContext,
    window: WindowRows,
    args: readonly FlatVector[],
    result: ResultVector,
  ): void;
}

/** A function that exists only with OVER; every aggregate is one too, by its state or segments. */
export interface WindowFunction {
  readonly kind: 'window';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly category: string;
  readonly doc: FunctionDoc;
  readonly usesFrame: boolean;
  /**
   * What a value depends on, so that a large partition can be computed in parts: the row's place in its
   * partition and the partition's size, those and the row's peers, or the row as far away as the second
   * argument says (1 without one). Without it the frame, or the whole partition.
   */
  readonly reach?: 'place' | 'peers' | 'offset';
  readonly supportsIgnoreNulls: boolean;
  readonly overloads: readonly WindowOverload[];
}

/** Arguments of a table function after folding. */
export interface TableFunctionArguments {
  readonly positional: readonly LiteralValue[];
  readonly positionalTypes: readonly SqlType[];
  readonly named: ReadonlyMap<string, LiteralValue>;
}

/** A function in FROM: it is resolved to a provider while binding. */
export interface TableFunction {
  readonly kind: 'table';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly doc: FunctionDoc;
  readonly namedParameters: readonly string[];
  bind(args: TableFunctionArguments): Promise<TableProvider>;
}

export type FunctionDefinition =
  | ScalarFunction
  | AggregateFunction
  | WindowFunction
  | TableFunction;

/** An explicit or implicit conversion of one argument, NULL to NULL; `raises` and `returnsNull` as for
 * overloads. The `try` form never raises: it gives NULL where the other one would fail with 22xxx. */
export interface CastImplementation {
  readonly implementation: ScalarImplementation;
  readonly raises: boolean;
  readonly returnsNull: boolean;
}

/** The functions a plan may name. Names are matched without case, aliases included. */
export interface FunctionRegistry {
  scalar(name: string): ScalarFunction | undefined;
  aggregate(name: string): AggregateFunction | undefined;
  window(name: string): WindowFunction | undefined;
  table(name: string): TableFunction | undefined;
  /** undefined: the pair cannot be cast, not even explicitly. */
  cast(
    from: SqlType,
    to: SqlType,
    options: { readonly try: boolean },
  ): CastImplementation | undefined;
  all(): Iterable<FunctionDefinition>;
}
