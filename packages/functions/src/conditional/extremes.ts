import {
  type CodeBuilder,
  commonType,
  type EmitValue,
  isNested,
  physicalType,
  type ScalarFunction,
  type Signature,
  type SqlType,
  VARCHAR,
} from '@windrow/core';
import { emitted, example, scalar } from '../define.ts';
import { bind, type Code, push, when } from '../emit/code.ts';
import { WORDS } from '../emit/words.ts';
import { emitLess } from '../operators/compare-emit.ts';
import { withoutLiteralTypes } from '../resolve.ts';

/** One or more operands in their common type. */
const sameType: Signature = {
  display: '(T, …) → T',
  resolve(args, constants) {
    let type: SqlType | undefined = { kind: 'null' };
    for (const next of withoutLiteralTypes(args, constants))
      type = type === undefined ? undefined : commonType(type, next);
    if (args.length === 0 || type === undefined || isNested(type)) return undefined;
    const operand = type.kind === 'null' ? VARCHAR : type;
    return { args: args.map(() => operand), returns: operand };
  },
};

/** Leaves the greatest or least valid argument, and whether there is one. */
function emitExtreme(
  b: CodeBuilder,
  args: readonly EmitValue[],
  returns: SqlType,
  isGreatest: boolean,
): void {
  const locals = WORDS[physicalType(returns)].map((word) => b.local(word));
  const best: EmitValue = { locals, type: returns };
  const hasBest = bind(b, 'i32', 0);
  locals.forEach((local) => {
    push(b, 0, local.type);
    b.set(local);
  });
  for (const arg of args) {
    const isBetter: Code = () => (isGreatest ? emitLess(b, best, arg) : emitLess(b, arg, best));
    const isTaken: Code = ['i32.or', ['i32.eqz', hasBest], isBetter];
    when(b, ['i32.and', arg.valid ?? 1, isTaken], () => {
      arg.locals.forEach((local, word) => {
        b.get(local);
        b.set(locals[word]!);
      });
      b.i32(1);
      b.set(hasBest);
    });
  }
  for (const local of locals) b.get(local);
  b.get(hasBest);
}

const extreme = (
  name: 'greatest' | 'least',
  examples: readonly (readonly [sql: string, result: string])[],
): ScalarFunction =>
  scalar({
    name,
    category: 'conditional',
    doc: {
      summary: `The ${name} argument, NULLs left out; NULL when all are NULL.`,
      examples: examples.map(([sql, result]) => example(sql, result)),
      source: 'PostgreSQL; NaN is greater than every number',
    },
    nulls: 'handles',
    overloads: [
      emitted(sameType, (b, args, returns) => emitExtreme(b, args, returns, name === 'greatest'), {
        returnsNull: true,
      }),
    ],
  });

/** The greatest and the least of several values. */
export const extremeFunctions: readonly ScalarFunction[] = [
  extreme('greatest', [
    ['greatest(1, 3, NULL, 2)', '3'],
    ["greatest('a', 'b')", 'b'],
  ]),
  extreme('least', [['least(1.5, 3, 2)', '1.5']]),
];
