import { assert, type Call, type Expr, type FunctionRegistry, typesEqual } from '@windrow/core';

/**
 * A call of the overload whose parameters are exactly the arguments' types, for rules that build
 * expressions; undefined when the function has none (the rule then leaves things as they are).
 */
export function tryMakeCall(
  functions: FunctionRegistry,
  name: string,
  args: readonly Expr[],
): Call | undefined {
  const types = args.map((arg) => arg.type);
  const constants = args.map((arg) => (arg.kind === 'literal' ? arg.value : undefined));
  const overloads = functions.scalar(name)?.overloads ?? [];
  for (const [overload, { signature }] of overloads.entries()) {
    const resolved = 'args' in signature ? signature : signature.resolve(types, constants);
    const fits =
      resolved !== undefined &&
      resolved.args.length === types.length &&
      resolved.args.every((type, i) => typesEqual(type, types[i] ?? { kind: 'null' }));
    if (fits) return { kind: 'call', function: name, overload, args, type: resolved.returns };
  }
  return undefined;
}

/** As {@link tryMakeCall}, for functions that exist for every type (equality, NULL tests). */
export function makeCall(functions: FunctionRegistry, name: string, args: readonly Expr[]): Call {
  const call = tryMakeCall(functions, name, args);
  assert(call !== undefined, `${name} takes ${args.map((arg) => arg.type.kind).join(', ')}`);
  return call;
}
