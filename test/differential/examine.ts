import { isAllowed } from './allowed.ts';
import { configurationOf, type Databases } from './databases.ts';
import { print, shrink } from './fragment.ts';
import { randomQuery } from './queries.ts';
import { Random } from './random.ts';

/** The report of the query of a seed, made smaller, when its answer is not DuckDB's. */
export async function examine(databases: Databases, seed: number): Promise<string | undefined> {
  const random = new Random(seed);
  const configuration = configurationOf(random);
  const query = randomQuery(random);
  const differenceIn = async (sql: string) => {
    const difference = await databases.compare(sql, configuration);
    return difference === undefined || isAllowed(sql, difference) ? undefined : difference;
  };
  const found = await differenceIn(print(query));
  if (found === undefined) return undefined;
  const smallest = await shrink(
    query,
    async (smaller) => (await differenceIn(print(smaller)))?.kind === found.kind,
  );
  const difference = (await differenceIn(print(smallest))) ?? found;
  const { threads, batchRows, optimizer } = configuration;
  return [
    `seed ${seed}, threads ${threads}, batch_rows ${batchRows}, optimizer ${optimizer}`,
    print(smallest),
    `${difference.kind}: ${difference.detail}`,
  ].join('\n');
}
