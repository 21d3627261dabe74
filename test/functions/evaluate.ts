import {
  type Expr,
  type FunctionRegistry,
  formatLiteral,
  type Literal,
  type LiteralValue,
  type ResolvedSignature,
  type ScalarFunction,
  SharedMemory,
  type SqlType,
  typeName,
  typesEqual,
} from '@windrow/core';
import { evaluateConstant } from '@windrow/executor';
import { createRegistry } from '@windrow/functions';

/** A typed value as a test writes it. */
export type Typed = readonly [type: SqlType, value: LiteralValue];

const functions: FunctionRegistry = createRegistry();
const memory = SharedMemory.create();
/** 2024-02-29 12:34:56.789 UTC, a Thursday. */
export const NOW_MICROS = 1_709_210_096_789_000n;

export interface Evaluated {
  readonly type: string;
  readonly text: string;
}

const literal = ([type, value]: Typed): Literal => ({ kind: 'literal', type, value });

function evaluateValue(expr: Expr, timeZone: string): LiteralValue {
  const session = { nowMicros: NOW_MICROS, timeZone };
  return evaluateConstant(expr, { functions, session, memory });
}

const evaluateExpr = (expr: Expr, timeZone: string): Evaluated => ({
  type: typeName(expr.type),
  text: formatLiteral(evaluateValue(expr, timeZone), expr.type),
});

/** The value of a function of given arguments, through the code that queries run. */
export function call(name: string, args: readonly Typed[], timeZone = 'UTC'): Evaluated {
  const definition = functions.scalar(name);
  if (definition === undefined) throw new Error(`no function ${name}`);
  const { overload, resolved } = chooseOverload(definition, args);
  return evaluateExpr(
    {
      kind: 'call',
      function: definition.name,
      overload,
      type: resolved.returns,
      args: args.map((arg, i) => castTo(literal(arg), resolved.args[i] ?? arg[0])),
    },
    timeZone,
  );
}

const castTo = (input: Expr, type: SqlType): Expr =>
  typesEqual(input.type, type) ? input : { kind: 'cast', input, type, try: false };

interface CastOptions {
  readonly try?: boolean;
  readonly timeZone?: string;
}

const castExpr = (value: Typed, type: SqlType, options: CastOptions): Expr => ({
  kind: 'cast',
  input: literal(value),
  type,
  try: options.try ?? false,
});

/** The value of a cast. */
export const cast = (value: Typed, to: SqlType, options: CastOptions = {}): Evaluated =>
  evaluateExpr(castExpr(value, to, options), options.timeZone ?? 'UTC');

/** The value of a TRY_CAST as plain data. */
export const castValue = (value: Typed, to: SqlType): LiteralValue =>
  evaluateValue(castExpr(value, to, { try: true }), 'UTC');

/** Exact matches of fixed signatures first, then whatever resolves. */
function chooseOverload(
  definition: ScalarFunction,
  args: readonly Typed[],
): { overload: number; resolved: ResolvedSignature } {
  const types = args.map(([type]) => type);
  const constants = args.map(([, value]) => value);
  const candidates = definition.overloads.flatMap(({ signature }, overload) => {
    const resolved = 'resolve' in signature ? signature.resolve(types, constants) : signature;
    return resolved?.args.length === types.length ? [{ overload, resolved }] : [];
  });
  const exact = candidates.find(({ resolved }) =>
    resolved.args.every((type, i) => typesEqual(type, types[i] as SqlType)),
  );
  const found = exact ?? candidates[0];
  if (found === undefined)
    throw new Error(`no overload of ${definition.name} for ${types.map(typeName).join(', ')}`);
  return found;
}

/** What it computes, or `error`. */
export const attempt = (compute: () => string): string => {
  try {
    return compute();
  } catch {
    return 'error';
  }
};
