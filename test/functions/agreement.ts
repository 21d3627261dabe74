import type { Oracle } from './duckdb.ts';
import { textOf } from './sql.ts';

/** Where our text differs from the oracle's, as `sql: ours, oracle theirs`. All errors are equal. */
export async function differences(
  oracle: Oracle,
  expressions: readonly string[],
): Promise<string[]> {
  const theirs = await oracle.texts(expressions);
  return expressions.flatMap((sql, i) => {
    const ours = textOf(sql).replace(/^error .*/, 'error');
    return ours === theirs[i] ? [] : [`${sql}: ${ours}, oracle ${theirs[i]}`];
  });
}
