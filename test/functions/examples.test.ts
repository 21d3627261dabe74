import { open, type Session } from '@windrow/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registry, textOf } from './sql.ts';

const scalars = [...registry.all()].filter((definition) => definition.kind === 'scalar');

describe('examples of the documentation', () => {
  it.each(
    scalars.flatMap(({ name, doc }) =>
      doc.examples.map(({ sql, result }) => [name, sql, result] as const),
    ),
  )('%s: %s is %s', (_name, sql, result) => {
    expect(textOf(sql)).toBe(result);
  });
});

describe('examples over rows', () => {
  let session: Session;
  beforeAll(async () => {
    session = await open({ threads: 1 });
  });
  afterAll(() => session.close());

  const definitions = [...registry.all()].filter(
    ({ kind }) => kind === 'aggregate' || kind === 'window',
  );
  it.each(
    definitions.flatMap(({ name, doc }) =>
      doc.examples.map(({ sql, result }) => [name, sql, result] as const),
    ),
  )('%s: %s is %s', async (_name, sql, result) => {
    const { rows } = await session.query<{ r: string | null }>(
      `SELECT coalesce(CAST(r AS VARCHAR), 'NULL') AS r FROM (SELECT ${sql}) q(r)`,
    );
    expect(rows.map(({ r }) => r).join(', ')).toBe(result);
  });
});

describe('definitions', () => {
  it.each(scalars.map((definition) => [definition.name, definition] as const))(
    '%s says what it is',
    (name, { doc, aliases, overloads }) => {
      expect(doc.summary).toMatch(/^\S.*[.?]$/s);
      expect(doc.source).not.toBe('');
      expect(doc.examples).not.toEqual([]);
      expect(overloads).not.toEqual([]);
      for (const spelling of [name, ...aliases]) expect(spelling).toMatch(/^[a-z@!][a-z0-9_]*$/);
    },
  );
});
