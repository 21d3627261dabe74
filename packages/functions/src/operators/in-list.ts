import {
  BOOLEAN,
  type CodeBuilder,
  commonType,
  type EmitValue,
  type EvalContext,
  isNested,
  type LiteralValue,
  type PrepareCall,
  type ResolvedSignature,
  type ResultVector,
  type ScalarFunction,
  type SqlType,
  setValidAt,
  VARCHAR,
  type VectorEvaluate,
} from '@windrow/core';
import { emitted, example, scalar } from '../define.ts';
import { bind, type Code, push } from '../emit/code.ts';
import { withoutLiteralTypes } from '../resolve.ts';
import { type Argument, isArgumentValid, LITERAL, TEXT } from '../vector/rows.ts';
import { emitEqual } from './compare-emit.ts';

/** Lists up to this long are compared element by element in generated code; longer ones are hashed. */
const MAX_INLINE = 16;

/** All operands in their common type. */
function resolveMembers(
  args: readonly SqlType[],
  constants: Parameters<typeof withoutLiteralTypes>[1],
): ResolvedSignature | undefined {
  if (args.length < 2) return undefined;
  let type: SqlType | undefined = args[0];
  for (const next of withoutLiteralTypes(args, constants))
    type = type === undefined ? undefined : commonType(type, next);
  if (type === undefined || isNested(type)) return undefined;
  const operand = type.kind === 'null' ? VARCHAR : type;
  return { args: args.map(() => operand), returns: BOOLEAN };
}

/**
 * Leaves whether the first argument is among the others, and whether that is known: a NULL among them
 * leaves open what was not found.
 */
function emitMembership(b: CodeBuilder, args: readonly EmitValue[]): void {
  const [value, ...members] = args as readonly [EmitValue, ...EmitValue[]];
  const found = bind(b, 'i32', 0);
  const allValid = bind(b, 'i32', 1);
  for (const member of members) {
    const isValid: Code = member.valid ?? 1;
    const isEqual: Code = () => emitEqual(b, value, member);
    push(b, ['i32.or', found, ['i32.and', isEqual, isValid]]);
    b.set(found);
    push(b, ['i32.and', allValid, isValid]);
    b.set(allValid);
  }
  b.get(found);
  push(b, ['i32.and', value.valid ?? 1, ['i32.or', found, allValid]]);
}

type Key = string | number | bigint | boolean;

/** What equal values have in common: NaN and −0.0 are one value each, intervals their length. */
function keyOf(value: unknown): Key {
  if (typeof value === 'number') return value === 0 ? 0 : value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value === 'object' && value !== null && 'months' in value) {
    const { months, days, micros } = value as { months: number; days: number; micros: bigint };
    return BigInt(months * 30 + days) * 86_400_000_000n + micros;
  }
  return value as Key;
}

/** The members that are the same in every row. */
interface KnownMembers {
  readonly keys: ReadonlySet<Key>;
  readonly hasNull: boolean;
}

/** Literal members are put into a set once per call. */
const prepareSet: PrepareCall = ({ constants }) => {
  const members = constants.slice(1);
  if (members.includes(undefined)) return searchSet;
  const known = membersOf(members as readonly LiteralValue[]);
  return (context, args, result) => searchKnown(context, args, result, known, []);
};

function membersOf(values: readonly LiteralValue[]): KnownMembers {
  const keys = new Set(values.filter((value) => value !== null).map(keyOf));
  return { keys, hasNull: values.includes(null) };
}

/** Members of unknown origin: constant columns make the set, the others are read row by row. */
const searchSet: VectorEvaluate = (context, args, result) => {
  const { memory } = context;
  const members = args.slice(1);
  const constants = members
    .filter((member) => member.kind === 'constant')
    .map((member) => (member.isNull ? null : LITERAL.reader(memory, member)(0)));
  const varying = members.filter((member) => member.kind !== 'constant');
  searchKnown(context, args, result, membersOf(constants), varying);
};

function searchKnown(
  { memory }: EvalContext,
  args: readonly Argument[],
  result: ResultVector,
  known: KnownMembers,
  varying: readonly Argument[],
): void {
  const reader = (arg: Argument): ((row: number) => Key) => {
    const read = isText(arg.type) ? TEXT.reader(memory, arg) : LITERAL.reader(memory, arg);
    return (row) => keyOf(read(row));
  };
  const value = args[0] as Argument;
  const read = reader(value);
  const others = varying.map((member) => ({ member, read: reader(member) }));
  for (let row = 0; row < result.length; row++) {
    if (!isArgumentValid(memory, value, row)) {
      setValidAt(memory, result.validity, row, false);
      continue;
    }
    const key = read(row);
    let isFound = known.keys.has(key);
    let isOpen = known.hasNull;
    for (const other of others) {
      if (!isArgumentValid(memory, other.member, row)) isOpen = true;
      else if (Object.is(other.read(row), key)) isFound = true;
    }
    memory.u8[result.values + row] = isFound ? 1 : 0;
    if (!isFound && isOpen) setValidAt(memory, result.validity, row, false);
  }
}

const isText = (type: SqlType): boolean => type.kind === 'varchar' || type.kind === 'json';

/** `x IN (a, b, …)`. */
export const inList: ScalarFunction = scalar({
  name: 'in_list',
  category: 'operators',
  doc: {
    summary:
      'Is the first argument among the others? NULL when it is NULL, or not found beside a NULL. The operator IN.',
    examples: [
      example('2 IN (1, 2, 3)', 'true'),
      example('4 IN (1, 2, NULL)', 'NULL'),
      example("'b' NOT IN ('a', 'c')", 'true'),
    ],
    source: 'ISO/IEC 9075-2 §8.4 (in predicate)',
  },
  nulls: 'handles',
  overloads: [
    emitted(
      {
        display: '(T, T, …) → BOOLEAN',
        resolve: (args, constants) =>
          args.length <= MAX_INLINE + 1 ? resolveMembers(args, constants) : undefined,
      },
      emitMembership,
      { returnsNull: true },
    ),
    {
      signature: {
        display: '(T, T, …) → BOOLEAN',
        resolve: (args, constants) =>
          args.length > MAX_INLINE + 1 ? resolveMembers(args, constants) : undefined,
      },
      implementation: { kind: 'js', evaluate: searchSet, prepare: prepareSet },
      returnsNull: true,
    },
  ],
});
