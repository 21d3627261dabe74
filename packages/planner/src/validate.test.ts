import { INTEGER, VARCHAR } from '@windrow/core';
import { expect, test } from 'vitest';
import type { LogicalPlan, OutputColumn, Scan } from './logical.ts';
import { table } from './testing/tables.ts';
import { validatePlan } from './validate.ts';

const column = (id: number, name: string, nullable = true): OutputColumn => ({
  id,
  name,
  type: INTEGER,
  nullable,
});

const scan = (...output: readonly OutputColumn[]): Scan => ({
  kind: 'scan',
  table: 't',
  provider: table({ a: INTEGER, b: INTEGER }),
  ordinals: output.map((_, i) => i),
  output,
});

const filterOn = (input: LogicalPlan, on: Partial<OutputColumn>): LogicalPlan => ({
  kind: 'filter',
  input,
  predicate: { kind: 'column', ...column(1, 'a'), ...on },
});

const message = (plan: LogicalPlan, required: readonly number[] = []): string => {
  try {
    validatePlan(plan, new Set(required), 'a rule');
    return 'valid';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const a = column(1, 'a');
const b = column(2, 'b');

test.each<readonly [string, LogicalPlan, readonly number[], string]>([
  ['a good plan', filterOn(scan(a, b), {}), [2], 'valid'],
  [
    'a column that no input has',
    filterOn(scan(b), {}),
    [],
    'filter reads a #1, which no input has',
  ],
  [
    'a column of another type',
    filterOn(scan(a), { type: VARCHAR }),
    [],
    'filter reads a as VARCHAR, it is INTEGER',
  ],
  [
    'a column that may be NULL, read as if it could not',
    filterOn(scan(a), { nullable: false }),
    [],
    'filter reads a #1 as if it could not be NULL',
  ],
  ['a column of the result that is lost', scan(a), [2], 'column #2 of the result is lost'],
  [
    'an id defined twice',
    {
      kind: 'join',
      joinKind: 'semi',
      left: scan(a),
      right: scan(a),
      condition: { kind: 'literal', value: true, type: { kind: 'boolean' } },
      mark: undefined,
    },
    [],
    'column a #1 is defined twice',
  ],
  [
    'inputs of another width',
    {
      kind: 'setOperation',
      operator: 'union',
      all: true,
      inputs: [scan(a, b), scan(column(3, 'a'))],
      output: [column(4, 'a'), column(5, 'b')],
    },
    [],
    'inputs of union differ from its output',
  ],
  [
    'a table that nobody defined',
    { kind: 'cteScan', cteId: 1, name: 'q', output: [a] },
    [],
    'q is read but not defined',
  ],
])('%s', (_, plan, required, expected) => {
  const prefix = expected === 'valid' ? '' : 'broken invariant: after a rule: ';
  expect(message(plan, required)).toBe(`${prefix}${expected}`);
});
