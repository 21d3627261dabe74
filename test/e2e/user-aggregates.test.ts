import { open, type Session, type UserAggregate } from '@windrow/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Mean of logarithms, back as a number: what no built-in function is called here. */
const geometricMean: UserAggregate<{ sum: number; count: number }> = {
  init: () => ({ sum: 0, count: 0 }),
  step: (state, x: number) => {
    state.sum += Math.log(x);
    state.count += 1;
  },
  merge: (a, b) => ({ sum: a.sum + b.sum, count: a.count + b.count }),
  final: ({ sum, count }) => (count === 0 ? null : Math.exp(sum / count)),
};

/** Its arguments in their order, as text. */
const trace: UserAggregate<string> = {
  init: () => '',
  step: (state, text: string | null, n: bigint | null) => `${state}[${text} ${n}]`,
  merge: (a, b) => a + b,
  final: (state) => state,
};

describe.each([1, 2])('aggregate user functions, %i threads', (threads) => {
  let db: Session;
  beforeAll(async () => {
    db = await open({ threads });
    await db.exec('set inline_rows = 0');
    db.udf.aggregate('my_geomean', geometricMean, { args: ['DOUBLE'], returns: 'DOUBLE' });
    db.udf.aggregate('trace', trace, { args: ['VARCHAR', 'BIGINT'], returns: 'VARCHAR' });
    db.udf.aggregate('trace_all', trace, {
      args: ['VARCHAR', 'BIGINT'],
      returns: 'VARCHAR',
      nulls: 'pass',
    });
  });
  afterAll(() => db.close());

  const answer = async (sql: string): Promise<unknown[][]> => (await db.query(sql)).arrays();

  it('sees the rows of each group', async () => {
    const rows = await answer(
      `select g, my_geomean(x), exp(avg(ln(x))), count(*)
       from (select i % 7 as g, 1 + i % 1000 as x from range(200000) t(i)) group by g order by g`,
    );
    expect(rows).toHaveLength(7);
    for (const [, mine, theirs] of rows) expect(Number(mine)).toBeCloseTo(Number(theirs), 9);
  });

  it('skips rows with NULL, or sees them, in the order of the rows', async () => {
    const from = "from (values ('a', 1), (null, 2), ('b', null), ('c', 3)) t(s, n)";
    expect(await answer(`select trace(s, n) ${from}`)).toEqual([['[a 1][c 3]']]);
    expect(await answer(`select trace_all(s, n) ${from}`)).toEqual([
      ['[a 1][null 2][b null][c 3]'],
    ]);
    expect(await answer(`select trace(s, n order by n desc) ${from}`)).toEqual([['[c 3][a 1]']]);
    expect(await answer(`select trace_all(s, 7) filter (where n > 1) ${from}`)).toEqual([
      ['[null 7][c 7]'],
    ]);
    expect(
      await answer("select trace(distinct s, 1) from (values ('x'), ('x'), ('y')) t(s)"),
    ).toEqual([['[x 1][y 1]']]);
  });

  it('asks for the value of no rows', async () => {
    expect(
      await answer('select my_geomean(x), trace(x::text, 1) from (select 1 as x where false)'),
    ).toEqual([[null, '']]);
  });

  it('asks for the value of groups and frames that nothing is seen of', async () => {
    const from = "from (values (1, 'a'), (2, null)) t(g, s)";
    expect(await answer(`select g, trace(s, 1) ${from} group by g order by g`)).toEqual([
      [1, '[a 1]'],
      [2, ''],
    ]);
    expect(
      await answer(
        `select g, trace(s, 1) over (order by g rows between 1 following and 2 following) ${from} order by g`,
      ),
    ).toEqual([
      [1, ''],
      [2, ''],
    ]);
    db.udf.aggregate(
      'total',
      { init: () => 0.5, step: (n, x: number) => n + x, merge: (a, b) => a + b, final: (n) => n },
      { args: ['DOUBLE'], returns: 'DOUBLE' },
    );
    expect(await answer('select total(1) filter (where false), total(2)')).toEqual([[0.5, 2.5]]);
  });

  it('runs over windows', async () => {
    expect(
      await answer(
        `select n, trace(s, n) over (order by n rows 1 preceding)
         from (values ('a', 1), ('b', 2), ('c', 3)) t(s, n) order by n`,
      ),
    ).toEqual([
      [1, '[a 1]'],
      [2, '[a 1][b 2]'],
      [3, '[b 2][c 3]'],
    ]);
  });

  it('reports what the functions throw, and results of another type', async () => {
    const broken = (part: Partial<UserAggregate<number>>): void =>
      db.udf.aggregate(
        'broken',
        { init: () => 0, step: (n) => n + 1, merge: (a, b) => a + b, final: (n) => n, ...part },
        { args: ['INTEGER'], returns: 'INTEGER' },
      );
    const fails = (): Promise<unknown> => db.query('select broken(1)');
    broken({
      step: () => {
        throw new Error('no more');
      },
    });
    await expect(fails()).rejects.toMatchObject({
      message: 'user function "broken" failed: no more',
      sqlState: '38000',
    });
    broken({ final: () => 'many' });
    await expect(fails()).rejects.toMatchObject({
      message: 'user function "broken" returned many (string), declared as INTEGER',
      sqlState: '42804',
    });
    broken({});
    expect(await answer('select broken(1)')).toEqual([[1]]);
    db.udf.drop('broken');
    await expect(fails()).rejects.toMatchObject({ code: 'bind' });
  });

  it('refuses types that do not exist', () => {
    expect(() =>
      db.udf.aggregate('f', geometricMean, { args: ['REEL'], returns: 'DOUBLE' }),
    ).toThrow(/REEL/i);
  });
});
