import type {
  FunctionDoc,
  ScalarFunction,
  ScalarImplementation,
  ScalarOverload,
  Signature,
  SqlType,
  Volatility,
} from '@windrow/core';

type EmitFunction = Extract<ScalarImplementation, { kind: 'emit' }>['emit'];

/** What a scalar definition has to say; the rest has defaults. */
export interface ScalarDefinition {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly category: string;
  readonly doc: FunctionDoc;
  /** Default: immutable. */
  readonly volatility?: Volatility;
  /** Default: propagate. */
  readonly nulls?: 'propagate' | 'handles';
  readonly overloads: readonly ScalarOverload[];
}

/** A scalar function, with the defaults filled in. */
export function scalar(definition: ScalarDefinition): ScalarFunction {
  const { aliases = [], volatility = 'immutable', nulls = 'propagate' } = definition;
  return { ...definition, kind: 'scalar', aliases, volatility, nulls };
}

/** Flags of {@link ScalarOverload}. */
interface OverloadFlags {
  readonly raises?: boolean;
  readonly returnsNull?: boolean;
}

/** An overload computed by generated code. */
export const emitted = (
  signature: Signature,
  emit: EmitFunction,
  flags: OverloadFlags = {},
): ScalarOverload => ({ signature, implementation: { kind: 'emit', emit }, ...flags });

/** A fixed signature. */
export const signature = (args: readonly SqlType[], returns: SqlType): Signature => ({
  args,
  returns,
});

/** One example of a definition: an expression and its result as text. */
export const example = (sql: string, result: string): FunctionDoc['examples'][number] => ({
  sql,
  result,
});
