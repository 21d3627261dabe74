import { open, type Session } from '@windrow/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * Moments against two-pass sums over the same doubles: hard data for one-pass formulas, as groups that
 * threads merge, as running frames (one state that grows) and as sliding frames (states merged in a tree).
 */

let db: Session;
beforeAll(async () => {
  db = await open({ threads: 2 });
  await db.exec('set inline_rows = 0');
});
afterAll(() => db.close());

const ROWS = 3000;
const noise = (row: number): number => ((row * 7919) % 1009) / 1009 + ((row * 31) % 17) / 8;

const DATA: Readonly<Record<string, (row: number) => number>> = {
  'around zero': (row) => noise(row) - 1,
  'far from zero': (row) => 1e7 + noise(row),
  'behind an outlier': (row) => (row === 0 ? 0 : 1e6 + noise(row)),
  'with a drift': (row) => row * row + noise(row),
  'of two sizes': (row) => (row % 100 === 99 ? 1e5 : noise(row)),
};

interface Moments {
  readonly variance: number;
  readonly skewness: number;
  readonly kurtosis: number;
  readonly corr: number;
  readonly slope: number;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Centred with the mean and centred once more with what the rounded mean left. */
function centred(values: readonly number[]): number[] {
  const mean = sum(values) / values.length;
  const once = values.map((value) => value - mean);
  const rest = sum(once) / values.length;
  return once.map((value) => value - rest);
}

function twoPass(values: readonly number[], others: readonly number[]): Moments {
  const n = values.length;
  const dx = centred(values);
  const dy = centred(others);
  const power = (k: number): number => sum(dx.map((d) => d ** k));
  const [m2, m3, m4] = [power(2), power(3), power(4)];
  const g1 = (Math.sqrt(n) * m3) / m2 ** 1.5;
  const g2 = (n * m4) / (m2 * m2) - 3;
  const sxy = sum(dx.map((d, i) => d * dy[i]!));
  return {
    variance: m2 / (n - 1),
    skewness: (Math.sqrt(n * (n - 1)) / (n - 2)) * g1,
    kurtosis: ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * g2 + 6),
    corr: sxy / Math.sqrt(m2 * sum(dy.map((d) => d * d))),
    slope: sxy / m2,
  };
}

const CALLS = ['var_samp(x)', 'skewness(x)', 'kurtosis(x)', 'corr(y, x)', 'regr_slope(y, x)'];
const over = (window: string): string => CALLS.map((call) => `${call} over ${window}`).join();

function expectClose(actual: readonly unknown[], wanted: Moments): void {
  [wanted.variance, wanted.skewness, wanted.kurtosis, wanted.corr, wanted.slope].forEach(
    (value, i) => {
      expect(Math.abs((actual[i] as number) - value), CALLS[i]).toBeLessThan(
        1e-7 * Math.max(1, Math.abs(value)),
      );
    },
  );
}

describe.each(Object.entries(DATA))('moments of values %s', (_name, at) => {
  const x = Array.from({ length: ROWS }, (_, row) => at(row));
  const y = x.map((value, row) => value / 3 + noise(row + 5));
  const rows = x.map((value, id) => ({ id, x: value, y: y[id]! }));

  it('are those of two passes', async () => {
    db.register('moments', rows);
    const all = (await db.query(`select ${CALLS.join()} from moments`)).arrays();
    expectClose(all[0]!, twoPass(x, y));
  });

  it('of groups that were grouped in parts are those of two passes', async () => {
    db.register('moments', rows);
    const groups = await db.query(
      `select id % 7 as g, ${CALLS.join()} from moments group by g order by g`,
    );
    groups.arrays().forEach(([, ...actual], g) => {
      const inGroup = (_: number, row: number): boolean => row % 7 === g;
      expectClose(actual, twoPass(x.filter(inGroup), y.filter(inGroup)));
    });
  });

  it.each([
    ['growing', `(order by id rows unbounded preceding)`, ROWS],
    ['sliding', `(order by id rows 499 preceding)`, 500],
  ])('over %s frames are those of two passes', async (_kind, window, size) => {
    db.register('moments', rows);
    const found = await db.query(`select ${over(window)} from moments order by id`);
    const actual = found.arrays();
    for (let row = 20; row < ROWS; row += 61) {
      const from = Math.max(0, row + 1 - size);
      expectClose(actual[row]!, twoPass(x.slice(from, row + 1), y.slice(from, row + 1)));
    }
  });
});

it('of equal values are none', async () => {
  const values = Array.from({ length: 100 }, () => 0.1);
  db.register(
    'equal',
    values.map((x) => ({ x })),
  );
  const found = await db.query(
    'select var_pop(x), stddev(x), skewness(x), kurtosis(x), corr(x, x) from equal',
  );
  expect(found.arrays()).toEqual([[0, 0, Number.NaN, null, Number.NaN]]);
});
