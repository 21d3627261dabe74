import {
  assert,
  type Call,
  type Cast,
  type FunctionRegistry,
  type ScalarImplementation,
  typeName,
  unreachable,
  type Volatility,
} from '@windrow/core';

/** What a call or cast of a plan stands for in a registry. */
export interface ResolvedCall {
  /** Identifies the implementation within its registry, argument types included. */
  readonly name: string;
  readonly implementation: ScalarImplementation;
  readonly volatility: Volatility;
  readonly handlesNulls: boolean;
  readonly raises: boolean;
  readonly returnsNull: boolean;
}

/** @throws SqlError `internal` when the plan names what the registry does not have. */
export function resolveCall(expr: Call | Cast, functions: FunctionRegistry): ResolvedCall {
  switch (expr.kind) {
    case 'call': {
      const definition = functions.scalar(expr.function);
      const overload = definition?.overloads[expr.overload];
      assert(definition && overload, `the function ${expr.function} is registered`);
      const types = expr.args.map((arg) => typeName(arg.type)).join();
      return {
        name: `${definition.name}#${expr.overload}<${types}>`,
        implementation: overload.implementation,
        volatility: definition.volatility,
        handlesNulls: definition.nulls === 'handles',
        raises: overload.raises === true,
        returnsNull: overload.returnsNull === true,
      };
    }
    case 'cast': {
      const from = expr.input.type;
      const cast = functions.cast(from, expr.type, { try: expr.try });
      assert(cast, `${typeName(from)} can be cast to ${typeName(expr.type)}`);
      return {
        name: `${expr.try ? 'try_cast' : 'cast'}<${typeName(from)}>`,
        implementation: cast.implementation,
        // Casts between instants and local time depend on the session's zone.
        volatility: 'stable',
        handlesNulls: false,
        raises: cast.raises && !expr.try,
        returnsNull: cast.returnsNull,
      };
    }
    default:
      return unreachable(expr);
  }
}
