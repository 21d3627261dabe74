import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  HUGEINT,
  INTEGER,
  INTERVAL,
  list,
  REAL,
  type ScalarFunction,
  type ScalarOverload,
  SMALLINT,
  type SqlType,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TINYINT,
  typeName,
  typesEqual,
  UBIGINT,
  UINTEGER,
  UTINYINT,
  UUID,
  VARCHAR,
} from '@windrow/core';
import { open, type Session } from '@windrow/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registry, textOf } from './sql.ts';

/*
 * What every scalar function owes, whatever it computes: a column gives row by row what the rows alone
 * give, with NULLs between, as a constant beside a column, as one row, as none, as NULLs only.
 */

let session: Session;
beforeAll(async () => {
  session = await open({ threads: 1 });
});
afterAll(() => session.close());

/** Values of each type as SQL: usual ones and corners; every one is tried alone first. */
const SAMPLES: readonly (readonly [SqlType, readonly string[]])[] = [
  [INTEGER, ['0', '1', '-3', '7', '2147483647']],
  [BIGINT, ['0', '2', '-5', '12', '9223372036854775807']],
  [DOUBLE, ['0.0', '-0.0', '1.5', '-2.5', '1e300', "'nan'", "'inf'"]],
  [VARCHAR, ["'hello'", "''", "'héllo wörld'", "'12'", "'a,b,a'", "'2024-02-29'", "'%l_'"]],
  [DATE, ["'2024-02-29'", "'1969-12-31'", "'infinity'"]],
  [TIMESTAMP, ["'2024-02-29 12:34:56.789'", "'1969-12-31 23:59:59.999999'", "'-infinity'"]],
  [BOOLEAN, ['true', 'false']],
  [INTERVAL, ["'1 month 2 days'", "'-03:04:05.6'", "'0 days'"]],
  [TIME, ["'00:00:00'", "'23:59:59.999999'"]],
  [TIMESTAMPTZ, ["'2024-02-29 12:34:56.789+00'", "'1969-12-31 23:00:00+00'"]],
  [decimal(9, 2), ['1.25', '-7.50', '9999999.99']],
  [decimal(30, 3), ['1.125', '-12345678901234567890.125']],
  [REAL, ['1.5', '-0.1']],
  [TINYINT, ['-128', '5']],
  [SMALLINT, ['-300', '300']],
  [HUGEINT, ['170141183460469231731687303715884105727', '-1']],
  [UTINYINT, ['255', '3']],
  [UINTEGER, ['4294967295', '4']],
  [UBIGINT, ['18446744073709551615', '5']],
  [BLOB, ["'\\x00\\xFFab'", "''"]],
  [UUID, ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"]],
  [list(INTEGER), ['[1, NULL, 3]', '[]']],
  [list(VARCHAR), ["['a', 'b c']", "['%Y']"]],
  [{ kind: 'map', key: VARCHAR, value: INTEGER }, ["'{hello=1, b=NULL}'", "'{}'"]],
];
const TYPES = SAMPLES.map(([type]) => type);

const samplesOf = (type: SqlType): readonly string[] =>
  SAMPLES.find(([sampled]) => typesEqual(sampled, type))?.[1].map(
    (sql) => `CAST(${sql} AS ${typeName(type)})`,
  ) ?? [];

/** Argument types to try: those of a fixed signature, or the combinations that a family accepts. */
function argumentTypes({ signature }: ScalarOverload): readonly (readonly SqlType[])[] {
  if ('args' in signature) return [signature.args];
  const candidates: readonly (readonly SqlType[])[] = [
    ...TYPES.map((type) => [type]),
    ...TYPES.flatMap((a) => TYPES.map((b) => [a, b])),
    ...TYPES.map((type) => [VARCHAR, type, type]),
    ...TYPES.map((type) => [type, BIGINT, BIGINT]),
  ];
  const accepted = candidates.filter((types) => {
    try {
      const resolved = signature.resolve(
        types,
        types.map(() => undefined),
      );
      return resolved?.args.every((type, i) => typesEqual(type, types[i] as SqlType)) === true;
    } catch {
      return false;
    }
  });
  // The first types are the usual ones; a few in between stand for the others.
  const stride = Math.max(1, Math.floor(accepted.length / 6));
  return accepted.filter((_, i) => i % stride === 0);
}

interface Row {
  readonly args: readonly string[];
  readonly text: string;
}

/** Up to ten rows of arguments, a NULL in each place, with what each gives alone; failing ones left out. */
function rowsFor(name: string, types: readonly SqlType[]): readonly Row[] {
  const columns = types.map((type) => [...samplesOf(type), `CAST(NULL AS ${typeName(type)})`]);
  if (columns.some((column) => column.length === 1)) return [];
  const count = Math.max(...columns.map((column) => column.length)) + types.length;
  const rows = Array.from({ length: count }, (_, row) =>
    // Different strides bring different values together.
    columns.map((column, i) => column[(row * (i + 1) + i) % column.length] as string),
  );
  return rows.flatMap((args) => {
    const text = textOf(`CAST(${name}(${args.join(', ')}) AS VARCHAR)`);
    return text.startsWith('error ') ? [] : [{ args, text }];
  });
}

async function evaluateColumn(call: string, rows: readonly Row[]): Promise<readonly string[]> {
  const values = rows.map(({ args }, i) => `(${[i, ...args].join(', ')})`).join(', ');
  const names = ['id', ...(rows[0]?.args ?? []).map((_, i) => `c${i}`)].join(', ');
  const { rows: found } = await session.query<{ r: string | null }>(
    `SELECT coalesce(CAST(${call} AS VARCHAR), 'NULL') AS r FROM (VALUES ${values}) t(${names}) ORDER BY id`,
  );
  return found.map(({ r }) => String(r));
}

async function checkOverload(
  definition: ScalarFunction,
  types: readonly SqlType[],
): Promise<number> {
  // Quoted, so that words of SQL such as LIKE are names.
  const name = `"${definition.name}"`;
  const rows = rowsFor(name, types);
  if (rows.length === 0) return 0;
  const columns = types.map((_, i) => `c${i}`);
  const shape = `${name}(${types.map(typeName).join(', ')})`;
  const together = await evaluateColumn(`${name}(${columns.join(', ')})`, rows);
  expect(together, shape).toEqual(rows.map(({ text }) => text));

  // Rows twice, in another order: nothing may depend on the place of a row.
  const again = [...rows].reverse().flatMap((row) => [row, row]);
  const reordered = await evaluateColumn(`${name}(${columns.join(', ')})`, again);
  expect(reordered, shape).toEqual(again.map(({ text }) => text));

  const [first] = rows;
  if (first !== undefined && types.length > 1) {
    const same = rows.filter(({ args }) => args.slice(1).join() === first.args.slice(1).join());
    const withConstants = [columns[0], ...first.args.slice(1)].join(', ');
    const constant = await evaluateColumn(`${name}(${withConstants})`, same);
    expect(constant, `${shape} beside constants`).toEqual(same.map(({ text }) => text));
  }
  if (first !== undefined && types.length > 0) {
    const nulls = { args: types.map((type) => `CAST(NULL AS ${typeName(type)})`), text: '' };
    const alone = textOf(`CAST(${name}(${nulls.args.join(', ')}) AS VARCHAR)`);
    if (!alone.startsWith('error ')) {
      const allNull = await evaluateColumn(`${name}(${columns.join(', ')})`, [nulls, nulls, nulls]);
      expect(allNull, `${shape} of NULLs`).toEqual([alone, alone, alone]);
      if (definition.nulls === 'propagate' && types.length > 0) expect(alone, shape).toBe('NULL');
    }
  }
  return rows.length;
}

/** Literals among their arguments decide the type. */
const NEEDS_LITERALS: ReadonlySet<string> = new Set(['struct_extract', 'struct_pack']);

describe('every scalar function', () => {
  const scalars = [...registry.all()].filter(
    (definition): definition is ScalarFunction =>
      definition.kind === 'scalar' &&
      definition.volatility === 'immutable' &&
      !NEEDS_LITERALS.has(definition.name),
  );
  it.each(scalars.map((definition) => [definition.name, definition] as const))(
    '%s',
    async (_name, definition) => {
      let checked = 0;
      for (const overload of definition.overloads) {
        for (const types of argumentTypes(overload))
          checked += await checkOverload(definition, types);
      }
      if (
        definition.overloads.some(
          ({ signature }) => !('args' in signature) || signature.args.length > 0,
        )
      )
        expect(checked).toBeGreaterThan(0);
    },
  );

  it('gives no rows for none', async () => {
    const { rows } = await session.query(
      "SELECT upper(a) || b::VARCHAR FROM (VALUES ('x', 1)) t(a, b) WHERE b > 5",
    );
    expect(rows).toEqual([]);
  });
});
