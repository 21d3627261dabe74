import {
  assert,
  type Call,
  type Expr,
  type FunctionRegistry,
  type Signature,
  type SqlType,
  typesEqual,
} from '@windrow/core';

/** The overload whose parameters are exactly the arguments' types, and what it returns. */
function fittingOverload(
  overloads: readonly { readonly signature: Signature }[],
  args: readonly Expr[],
): { readonly overload: number; readonly type: SqlType } | undefined {
  const types = args.map((arg) => arg.type);
  const constants = args.map((arg) => (arg.kind === 'literal' ? arg.value : undefined));
  for (const [overload, { signature }] of overloads.entries()) {
    const resolved = 'args' in signature ? signature : signature.resolve(types, constants);
    const fits =
      resolved !== undefined &&
      resolved.args.length === types.length &&
      resolved.args.every((type, i) => typesEqual(type, types[i] ?? { kind: 'null' }));
    if (fits) return { overload, type: resolved.returns };
  }
  return undefined;
}

/**
 * A call of the overload whose parameters are exactly the arguments' types, for rules that build
 * expressions; undefined when the function has none (the rule then leaves things as they are).
 */
export function tryMakeCall(
  functions: FunctionRegistry,
  name: string,
  args: readonly Expr[],
): Call | undefined {
  const fitting = fittingOverload(functions.scalar(name)?.overloads ?? [], args);
  return fitting && { kind: 'call', function: name, args, ...fitting };
}

/** As {@link tryMakeCall}, for aggregates: which one, and the type of its result. */
export function tryMakeAggregate(
  functions: FunctionRegistry,
  name: string,
  args: readonly Expr[],
): { readonly function: string; readonly overload: number; readonly type: SqlType } | undefined {
  const fitting = fittingOverload(functions.aggregate(name)?.overloads ?? [], args);
  return fitting && { function: name, ...fitting };
}

/** As {@link tryMakeCall}, for functions that exist for every type (equality, NULL tests). */
export function makeCall(functions: FunctionRegistry, name: string, args: readonly Expr[]): Call {
  const call = tryMakeCall(functions, name, args);
  assert(call !== undefined, `${name} takes ${args.map((arg) => arg.type.kind).join(', ')}`);
  return call;
}
