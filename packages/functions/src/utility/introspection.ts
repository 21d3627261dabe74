import {
  BOOLEAN,
  INTEGER,
  isValidAt,
  type ScalarFunction,
  type ScalarOverload,
  SqlError,
  typeName,
  VARCHAR,
} from '@windrow/core';
import { example, scalar, signature } from '../define.ts';
import { textFamily } from '../resolve.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, BOOL, rowwise, TEXT } from '../vector/rows.ts';

/** The name is written once; all rows refer to it. */
const typeOf: ScalarOverload = jsOverload(
  textFamily('(T) → VARCHAR', 1, ([type]) => type && { args: [type], returns: VARCHAR }),
  (context, args, result) => {
    const { memory } = context;
    TEXT.writer(context, result)(0, typeName((args[0] as Argument).type));
    const word = result.values >>> 2;
    for (let row = 1; row < result.length; row++) {
      memory.u32[word + 2 * row] = memory.u32[word]!;
      memory.u32[word + 2 * row + 1] = memory.u32[word + 1]!;
    }
  },
);

const userError = (message: string): SqlError =>
  new SqlError('execution', message, { sqlState: '22000' });

/** Volatile, so that it is neither folded nor moved: it is there to fail where it stands. */
const raise: ScalarOverload = jsOverload(
  signature([VARCHAR], INTEGER),
  ({ memory }, [messages], result) => {
    const read = TEXT.reader(memory, messages as Argument);
    for (let row = 0; row < result.length; row++)
      if (isValidAt(memory, result.validity, row)) throw userError(read(row));
  },
  { raises: true },
);

function assertTrue(condition: boolean, message: string): boolean {
  if (!condition) throw userError(message);
  return true;
}

/** Functions that tell of values, and that stop a query. */
export const introspectionFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'typeof',
    aliases: ['pg_typeof'],
    category: 'system',
    doc: {
      summary: 'The name of the argument’s type.',
      examples: [
        example('typeof(1)', 'INTEGER'),
        example("typeof(DATE '2024-02-29' + INTERVAL 1 DAY)", 'TIMESTAMP'),
      ],
      source: 'DuckDB',
    },
    nulls: 'handles',
    overloads: [typeOf],
  }),
  scalar({
    name: 'error',
    aliases: ['raise_error'],
    category: 'system',
    doc: {
      summary: 'Stops the query with a message, wherever it is evaluated.',
      examples: [example("CASE WHEN true THEN 1 ELSE error('never') END", '1')],
      source: 'DuckDB',
    },
    volatility: 'volatile',
    overloads: [raise],
  }),
  scalar({
    name: 'assert_true',
    category: 'system',
    doc: {
      summary:
        'True for a true condition; stops the query, with the message given, for a false one.',
      examples: [example("assert_true(1 < 2, 'order is lost')", 'true')],
      source: 'Spark',
    },
    volatility: 'volatile',
    overloads: [
      jsOverload(
        signature([BOOLEAN], BOOLEAN),
        rowwise([BOOL], BOOL, (condition) => assertTrue(condition, 'the condition is false')),
        { raises: true },
      ),
      jsOverload(signature([BOOLEAN, VARCHAR], BOOLEAN), rowwise([BOOL, TEXT], BOOL, assertTrue), {
        raises: true,
      }),
    ],
  }),
];
