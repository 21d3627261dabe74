import { isAllowed } from './allowed.ts';
import { configurationOf, type Databases } from './databases.ts';
import { print, shrink } from './fragment.ts';
import { randomQuery } from './queries.ts';
import { Random } from './random.ts';

/** The report of the query of a seed, made smaller, when its answer is not DuckDB's. */
export async function examine(databases: Databases, seed: number): Promise<string | undefined> {
  const random = new Random(seed);
  const drawn = configurationOf(random);
  const query = randomQuery(random);
  // Drawn last, so that a seed's query is what it was before there was this choice.
  const configuration = { ...drawn, spills: random.chance(4) };
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
  const { threads, batchRows, optimizer, spills } = configuration;
  return [
    `seed ${seed}, threads ${threads}, batch_rows ${batchRows}, optimizer ${optimizer}, force_spill ${spills}`,
    print(smallest),
    `${difference.kind}: ${difference.detail}`,
  ].join('\n');
}
