import {
  columnsOf,
  type Expr,
  isInteger,
  type LiteralValue,
  nearestNames,
  type ResolvedSignature,
  type Signature,
  type Span,
  SqlError,
  type SqlType,
  typeName,
  VARCHAR,
} from '@windrow/core';
import type { BindContext } from './context.ts';
import { DEFAULT_BIND_DIALECT } from './context.ts';
import { castTo, conversionCost, isNullLiteral, isTextLiteral, untypedInteger } from './convert.ts';
import { bindError } from './errors.ts';
import { fitsInteger, integerValue } from './literal.ts';

/** The overload chosen for a call: arguments have been cast to its parameter types. */
export interface ChosenOverload {
  readonly overload: number;
  readonly args: readonly Expr[];
  readonly returns: SqlType;
}

/** What of a definition is needed to choose among its overloads. */
interface Overloaded {
  readonly name: string;
  readonly overloads: readonly { readonly signature: Signature }[];
}

interface Candidate {
  readonly overload: number;
  readonly resolved: ResolvedSignature;
  readonly cost: number;
}

/** Cost of a conversion that only a family's own rule asks for: more than every implicit one. */
const ASKED_BY_RULE = 1000;

/**
 * Chooses the overload with the cheapest casts.
 *
 * @throws SqlError `bind` 42883 when none takes the arguments, 42725 when several cost the same.
 */
export function chooseOverload(
  context: BindContext,
  definition: Overloaded,
  args: readonly Expr[],
  span: Span,
): ChosenOverload {
  const chosen = tryOverloads(context, definition, args, span);
  if (chosen === undefined) throw noOverload(definition, args, span);
  return chosen;
}

/** As {@link chooseOverload}, but undefined when no overload takes the arguments. */
export function tryOverloads(
  context: BindContext,
  definition: Overloaded,
  given: readonly Expr[],
  span: Span,
): ChosenOverload | undefined {
  const args = adaptIntegers(given);
  const candidates = findCandidates(context, definition, args, span);
  const best = Math.min(...candidates.map((candidate) => candidate.cost));
  const cheapest = candidates.filter((candidate) => candidate.cost === best);
  const [first] = cheapest;
  if (first === undefined) return undefined;
  // What a NULL or an untyped string is taken for makes no difference: the first overload will do.
  const isUndecided = args.some((arg) => isNullLiteral(arg) || isTextLiteral(arg));
  if (cheapest.length > 1 && !isUndecided) throw ambiguousCall(definition, cheapest, args, span);
  return {
    overload: first.overload,
    args: args.map((arg, i) => castTo(arg, first.resolved.args[i] ?? arg.type)),
    returns: first.resolved.returns,
  };
}

/** Integer literals take the type of the first typed integer beside them that holds them. */
function adaptIntegers(args: readonly Expr[]): readonly Expr[] {
  const types = args
    .filter((arg) => isInteger(arg.type) && untypedInteger(arg) === undefined)
    .map((arg) => arg.type);
  if (types.length === 0) return args;
  return args.map((arg) => {
    const value = untypedInteger(arg);
    const type = value === undefined ? undefined : types.find((t) => fitsInteger(value, t));
    if (value === undefined || type === undefined || arg.kind !== 'literal') return arg;
    return { ...arg, value: integerValue(value, type), type };
  });
}

function findCandidates(
  context: BindContext,
  definition: Overloaded,
  args: readonly Expr[],
  span: Span,
): readonly Candidate[] {
  const dialect = context.dialect ?? DEFAULT_BIND_DIALECT;
  const resolve = createResolver(context, args, span);
  const found: Candidate[] = [];
  for (const [overload, { signature }] of definition.overloads.entries()) {
    const isFixed = 'args' in signature;
    const resolved = isFixed ? signature : resolve(signature);
    if (resolved === undefined || resolved.args.length !== args.length) continue;
    let cost = 0;
    for (const [i, arg] of args.entries()) {
      const step = conversionCost(arg, resolved.args[i] ?? arg.type, dialect);
      cost += step ?? (isFixed ? Number.POSITIVE_INFINITY : ASKED_BY_RULE);
    }
    if (Number.isFinite(cost)) found.push({ overload, resolved, cost });
  }
  return found;
}

type FamilySignature = Extract<Signature, { readonly display: string }>;

/**
 * Asks families with the types at hand, then with untyped strings read as their typed neighbours'
 * type. Constants are folded when the first family is asked.
 */
function createResolver(context: BindContext, args: readonly Expr[], span: Span) {
  const types = args.map((arg) => arg.type);
  const typed = args.find((arg) => !isNullLiteral(arg) && !isTextLiteral(arg));
  const guessed =
    typed === undefined || !args.some(isTextLiteral)
      ? undefined
      : args.map((arg) => (isTextLiteral(arg) ? typed.type : arg.type));
  let constants: readonly (LiteralValue | undefined)[] | undefined;
  return (signature: FamilySignature): ResolvedSignature | undefined => {
    constants ??= args.map((arg) => constantValue(context, arg));
    try {
      const plain = signature.resolve(types, constants);
      if (plain !== undefined || guessed === undefined) return plain;
      return signature.resolve(guessed, constants);
    } catch (thrown) {
      throw thrown instanceof SqlError && thrown.span === undefined
        ? new SqlError(thrown.code, thrown.message, { ...thrown.toData(), span })
        : thrown;
    }
  };
}

/** The value of an argument that is known now; undefined for all others, also for those that fail. */
export function constantValue(context: BindContext, expr: Expr): LiteralValue | undefined {
  if (expr.kind === 'literal') return expr.value;
  if (context.evaluateConstant === undefined || columnsOf(expr).size > 0) return undefined;
  if (mayChange(context, expr)) return undefined;
  try {
    return context.evaluateConstant(expr);
  } catch {
    return undefined;
  }
}

function mayChange(context: BindContext, expr: Expr): boolean {
  switch (expr.kind) {
    case 'literal':
    case 'column':
      return false;
    case 'cast':
      return mayChange(context, expr.input);
    case 'conditional':
      return expr.operands.some((operand) => mayChange(context, operand));
    case 'call':
      return (
        context.functions.scalar(expr.function)?.volatility !== 'immutable' ||
        expr.args.some((arg) => mayChange(context, arg))
      );
  }
}

/** Operators by the name of their function, for messages. */
const OPERATOR_SIGNS: Readonly<Record<string, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  integer_divide: '//',
  modulo: '%',
  power: '**',
  negate: '-',
  concat_operator: '||',
  bitwise_and: '&',
  bitwise_or: '|',
  bitwise_xor: 'xor',
  bitwise_not: '~',
  shift_left: '<<',
  shift_right: '>>',
  like: 'LIKE',
  ilike: 'ILIKE',
  glob: 'GLOB',
  similar_to: 'SIMILAR TO',
};

const shownType = (arg: Expr): string =>
  isTextLiteral(arg) ? typeName(VARCHAR) : typeName(arg.type);

function shownCall(name: string, args: readonly Expr[]): string {
  const sign = OPERATOR_SIGNS[name];
  const types = args.map(shownType);
  if (sign !== undefined && types.length === 2) return `operator ${types[0]} ${sign} ${types[1]}`;
  if (sign !== undefined && types.length === 1) return `operator ${sign} ${types[0]}`;
  return `function ${name}(${types.join(', ')})`;
}

function shownSignature(name: string, signature: Signature): string {
  if ('args' in signature) {
    return `${name}(${signature.args.map(typeName).join(', ')}) → ${typeName(signature.returns)}`;
  }
  return signature.display.startsWith('(') ? `${name}${signature.display}` : signature.display;
}

/** Overloads that a message lists at most. */
const LISTED = 12;

function noOverload(definition: Overloaded, args: readonly Expr[], span: Span): SqlError {
  const candidates = definition.overloads.map((o) => shownSignature(definition.name, o.signature));
  const more = candidates.length > LISTED ? ` and ${candidates.length - LISTED} more` : '';
  return bindError(
    '42883',
    `${shownCall(definition.name, args)} does not exist`,
    span,
    `Candidates: ${candidates.slice(0, LISTED).join('; ')}${more}.`,
  );
}

function ambiguousCall(
  definition: Overloaded,
  candidates: readonly Candidate[],
  args: readonly Expr[],
  span: Span,
): SqlError {
  const shown = candidates.map(
    ({ resolved }) => `${definition.name}(${resolved.args.map(typeName).join(', ')})`,
  );
  return bindError(
    '42725',
    `${shownCall(definition.name, args)} is ambiguous`,
    span,
    `Cast an argument to choose among ${shown.join('; ')}.`,
  );
}

/** 42883 for a name that nothing has; the three nearest are named. */
export function unknownFunction(context: BindContext, name: string, span: Span): SqlError {
  const known: string[] = [];
  for (const definition of context.functions.all()) {
    known.push(definition.name, ...definition.aliases);
  }
  const near = nearestNames(name, known);
  return bindError(
    '42883',
    `function "${name}" does not exist`,
    span,
    near.length === 0 ? undefined : `did you mean ${near.map((n) => `"${n}"`).join(', ')}?`,
  );
}
