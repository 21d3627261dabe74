import { BIGINT, BOOLEAN, type Expr, SqlError, VARCHAR } from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches, COLUMN_TYPES, expressions } from '../testing/arbitraries.test.support.ts';
import { batchOf, testContext } from '../testing/batches.test.support.ts';
import {
  call,
  column,
  conditional,
  literal,
  Reference,
} from '../testing/reference.test.support.ts';
import { registryOf, TEST_FUNCTIONS } from '../testing/scalar-functions.test.support.ts';
import { ExpressionAnalysis } from './expression-facts.ts';
import { conjunctGroups, createFilter } from './filter.ts';

const functions = registryOf(TEST_FUNCTIONS);
const layout = new Map(COLUMN_TYPES.map((_, id) => [id, id]));
const A = column(0, BIGINT);
const S = column(4, VARCHAR);
const and = (...operands: readonly Expr[]): Expr => conditional('and', BOOLEAN, ...operands);

describe('random predicates', () => {
  it('keep the rows for which all conjuncts are true, those that can fail being asked last', () => {
    const predicates = fc.array(expressions(BOOLEAN, 3), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(predicates, batches, (conjuncts, { columns, selection }) => {
        const analysis = new ExpressionAnalysis(functions);
        const isSafe = (expr: Expr): boolean => !analysis.facts(expr).raises;
        const flat = conjuncts.flatMap((each) =>
          each.kind === 'conditional' && each.operator === 'and' ? each.operands : [each],
        );
        const ordered = [...flat.filter(isSafe), ...flat.filter((expr) => !isSafe(expr))];
        const rows = selection ?? (columns[0]?.values ?? []).map((_, row) => row);
        const reference = new Reference();
        const wanted = rows.filter((number) => {
          const row = new Map(columns.map(({ values }, id) => [id, values[number] ?? null]));
          return ordered.every((expr) => reference.truth(expr, row));
        });
        const context = testContext(functions);
        try {
          const batch = batchOf(context.batchArena, columns, selection);
          const result = createFilter(context, and(...conjuncts), layout).select(batch);
          const at = result.selection / 4;
          const kept =
            result.selection === 0
              ? rows
              : [...context.memory.u32.subarray(at, at + result.length)];
          expect([...reference.errors]).toEqual([]);
          expect(kept).toEqual(wanted);
          expect(result.length).toBe(wanted.length);
          expect(result.columns).toBe(batch.columns);
          expect(result === batch).toBe(wanted.length === rows.length);
        } catch (error) {
          if (!(error instanceof SqlError) || error.code !== 'execution') throw error;
          expect([...reference.errors, ...reference.permitted]).toContain(error.message);
        } finally {
          context.release();
        }
      }),
      { numRuns: 150 },
    );
  });
});

it('asks one loop first, then vector calls by cost, then what can fail', () => {
  const analysis = new ExpressionAnalysis(functions);
  const small = call('less', A, literal(3n, BIGINT));
  const prefix = call('starts_with', S, literal('a', VARCHAR));
  const dear = call('starts_with', call('upper', S), literal('A', VARCHAR));
  const remainder = call('equal', call('remainder', A, literal(2n, BIGINT)), literal(0n, BIGINT));
  const parsed = call('equal', call('parse', S), A);
  const long = call('less', A, call('byte_count', S));
  const groups = conjunctGroups(and(parsed, remainder, dear, and(prefix, small), long), analysis);
  expect(groups).toEqual([[small], [long], [prefix], [dear], [parsed], [remainder]]);
  expect(conjunctGroups(and(remainder, small), analysis)).toEqual([[small, remainder]]);
});
