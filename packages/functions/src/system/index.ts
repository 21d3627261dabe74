import { type FunctionDefinition, type ScalarFunction, VARCHAR } from '@windrow/core';
import { example, scalar, signature } from '../define.ts';
import { jsOverload } from '../vector/overload.ts';
import { TEXT } from '../vector/rows.ts';

/** What Windrow says it is to clients that read the version as Trino's. */
export const VERSION_TEXT = '476-windrow';

/** A function without arguments that has one text for the whole statement. */
const constantText = (
  name: string,
  aliases: readonly string[],
  summary: string,
  text: string,
): ScalarFunction =>
  scalar({
    name,
    aliases,
    category: 'system',
    doc: {
      summary,
      examples: [example(`length(${name}()) > 0`, 'true')],
      source: 'PostgreSQL, DuckDB, Trino',
    },
    volatility: 'stable',
    overloads: [
      jsOverload(signature([], VARCHAR), (context, _args, result) => {
        const write = TEXT.writer(context, result);
        for (let row = 0; row < result.length; row++) write(row, text);
      }),
    ],
  });

/** Functions that tell of the engine. */
export const systemFunctions: readonly FunctionDefinition[] = [
  constantText('version', [], 'Version of the engine.', VERSION_TEXT),
  constantText('current_schema', [], 'Schema of names without one.', 'main'),
  constantText('current_database', ['current_catalog'], 'Name of the database.', 'windrow'),
  constantText('current_user', [], 'Who asks.', 'windrow'),
];
