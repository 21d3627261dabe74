import type {
  AggregateFunction,
  FlatVector,
  ResultVector,
  SharedMemory,
  SqlType,
} from '@windrow/core';
import { typeName } from '@windrow/core';
import {
  guarded,
  type LoopTools,
  readSource,
  returnedLiteral,
  toolsOf,
  type UserFunction,
  type UserSignature,
  writeSource,
} from './udf.ts';

/** What an aggregate user function does with the rows of a group; it may keep anything in its state. */
export interface UserAggregate<S> {
  /** A state that has seen nothing. */
  init(): S;
  /** Takes one row in: changes the state, or returns another one. */
  // biome-ignore lint/suspicious/noExplicitAny: the argument types are declared in SQL, not in TypeScript
  // biome-ignore lint/suspicious/noConfusingVoidType: a step that changes its state returns nothing
  step(state: S, ...args: any[]): S | void;
  /** One state of two, for executors that divide a group. Here a group has one state, in the rows' order. */
  merge(a: S, b: S): S;
  /** The group's value; null or undefined is NULL. Also asked of a state that has seen nothing. */
  final(state: S): unknown;
}

/** How an aggregate user function is called and what it returns. */
export interface AggregateFunctionOptions {
  /** SQL type names of the arguments. */
  readonly args: readonly string[];
  readonly returns: string;
  /** skip (default): rows with a NULL argument are not seen; pass: the function sees null. */
  readonly nulls?: 'skip' | 'pass';
}

type GroupLoop = (
  memory: SharedMemory,
  aggregate: {
    readonly init: UserFunction;
    readonly step: UserFunction;
    readonly final: UserFunction;
  },
  tools: LoopTools,
  types: readonly SqlType[],
  args: readonly FlatVector[],
  starts: number,
  result: ResultVector,
) => void;

/** The definition under which the engine calls an aggregate user function. It runs on the main thread. */
export function userAggregate<S>(
  spec: UserSignature,
  aggregate: UserAggregate<S>,
  nulls: 'skip' | 'pass' = 'skip',
): AggregateFunction {
  const { name, args: types, returns } = spec;
  const calls = {
    init: guarded(name, () => aggregate.init()),
    step: guarded(name, (state: S, ...args: unknown[]) => aggregate.step(state, ...args)),
    final: guarded(name, (state: S) => aggregate.final(state)),
  };
  const loop = compileGroupLoop(spec, nulls);
  return {
    kind: 'aggregate',
    name,
    aliases: [],
    category: 'user',
    doc: {
      summary: `User aggregate of (${types.map(typeName).join(', ')}) returning ${typeName(returns)}.`,
      examples: [],
      source: 'registered by the program',
    },
    nulls: nulls === 'pass' ? 'handles' : 'skip',
    ordered: true,
    get emptyValue() {
      const value = calls.final(calls.init());
      return value === null || value === undefined ? null : returnedLiteral(spec, value);
    },
    overloads: [
      {
        signature: { args: types, returns },
        implementation: {
          kind: 'segments',
          evaluate(context, { starts }, args, result) {
            loop(context.memory, calls, toolsOf(spec, context), types, args, starts, result);
          },
          mainThreadOnly: true,
        },
      },
    ],
  };
}

/** A loop compiled for this function alone, as a shared one turns megamorphic. */
function compileGroupLoop({ args, returns }: UserSignature, nulls: 'skip' | 'pass'): GroupLoop {
  const reads = args.map((type, k) => {
    const read = readSource(type, k, 'at');
    return nulls === 'pass' ? `(n${k} !== 0 && !tools.isValid(n${k}, at) ? null : ${read})` : read;
  });
  const lines = [
    'const { u8, i8, u16, i16, i32, u32, f32, f64, i64, u64 } = memory;',
    'const { init, step, final } = aggregate;',
    'const { length, values: out, validity: outValidity } = result;',
    ...args.map(
      (_, k) =>
        `const v${k} = args[${k}].values, n${k} = args[${k}].validity, t${k} = types[${k}];`,
    ),
    'for (let row = 0; row < length; row++) {',
    '  let state = init();',
    '  const end = u32[(starts >>> 2) + row + 1];',
    '  for (let at = u32[(starts >>> 2) + row]; at < end; at++) {',
    `    const next = step(${['state', ...reads].join(', ')});`,
    '    if (next !== undefined) state = next;',
    '  }',
    '  const value = final(state);',
    '  if (value === null || value === undefined) { tools.setNull(outValidity, row); continue; }',
    `  ${writeSource(returns)}`,
    '}',
  ];
  const parameters = ['memory', 'aggregate', 'tools', 'types', 'args', 'starts', 'result'];
  return new Function(...parameters, lines.join('\n')) as GroupLoop;
}
