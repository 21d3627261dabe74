import {
  BIGINT,
  BOOLEAN,
  type CodeBuilder,
  DOUBLE,
  type EmitValue,
  type Expr,
  INTEGER,
  type LiteralValue,
  type Local,
  REAL,
  SMALLINT,
  type SqlType,
  TINYINT,
  typeName,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
  type WasmOperation,
} from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFilter } from '../expression/filter.ts';
import { batchOf, testContext } from '../testing/batches.test.support.ts';
import { registryOf, type TestFunction } from '../testing/scalar-functions.test.support.ts';
import { blockLayout } from './argument-block.ts';
import { FusedPlan } from './fused-plan.ts';
import { LaneCode } from './lane-code.ts';
import { ModuleBuilder } from './module-builder.ts';
import { RowCode } from './row-code.ts';
import { wordsOf } from './words.ts';

type Emit = (b: CodeBuilder, x: Local, y: Local) => void;

/** A condition on two values of a type. */
interface Condition {
  readonly name: string;
  readonly type: SqlType;
  readonly emit: Emit;
  readonly hasLanes: boolean;
}

const local = (value: EmitValue | undefined): Local => value!.locals[0]!;
const operation =
  (name: string): Emit =>
  (b, x, y) => {
    b.get(x);
    b.get(y);
    b.op(name as WasmOperation);
  };

const SIGNED = ['eq', 'ne', 'lt_s', 'gt_s', 'le_s', 'ge_s'];
const UNSIGNED = ['lt_u', 'gt_u', 'le_u', 'ge_u'];
const FLOAT = ['eq', 'ne', 'lt', 'gt', 'le', 'ge'];
const ARITHMETIC = ['add', 'sub', 'mul', 'and', 'or', 'xor'];
const FLOAT_ARITHMETIC = ['add', 'sub', 'mul', 'div', 'min', 'max'];
const FLOAT_UNARY = ['abs', 'neg', 'sqrt', 'ceil', 'floor', 'trunc', 'nearest'];
const INTEGERS = [TINYINT, SMALLINT, INTEGER, UTINYINT, USMALLINT, UINTEGER, BIGINT];

const compare = (type: SqlType, names: readonly string[]): Condition[] =>
  names.map((name) => {
    const word = wordsOf(type)[0]!.type;
    return { name: `${word}.${name}`, type, emit: operation(`${word}.${name}`), hasLanes: true };
  });

/** `(x op y) < y` (for integers `lt_s`), which shows what the operation gives. */
const arithmetic = (type: SqlType, names: readonly string[], arity: 1 | 2): Condition[] => {
  const word = wordsOf(type)[0]!.type;
  const less = word.startsWith('f') ? `${word}.lt` : `${word}.lt_s`;
  return names.map((name) => ({
    name: `${word}.${name}`,
    type,
    hasLanes: true,
    emit: (b, x, y) => {
      b.get(x);
      if (arity === 2) b.get(y);
      b.op(`${word}.${name}` as WasmOperation);
      b.get(y);
      b.op(less as WasmOperation);
    },
  }));
};

/** Converts both operands, then compares. */
const converted = (type: SqlType, name: string, comparison: string): Condition => ({
  name,
  type,
  hasLanes: true,
  emit: (b, x, y) => {
    for (const operand of [x, y]) {
      b.get(operand);
      b.op(name as WasmOperation);
    }
    b.op(comparison as WasmOperation);
  },
});

const isLess = (b: CodeBuilder, x: Local, y: Local): void => operation('i64.lt_s')(b, x, y);

const MIXED: readonly Condition[] = [
  {
    name: 'a comparison as a number',
    type: BIGINT,
    hasLanes: true,
    emit: (b, x, y) => {
      isLess(b, x, y);
      isLess(b, y, x);
      b.op('i32.add');
      b.op('i64.extend_i32_u');
      b.get(x);
      b.op('i64.lt_s');
      b.op('i32.eqz');
    },
  },
  {
    name: 'select',
    type: BIGINT,
    hasLanes: true,
    emit: (b, x, y) => {
      const larger = b.local('i64');
      b.get(y);
      b.get(x);
      isLess(b, x, y);
      b.op('select');
      b.tee(larger);
      b.i64(2n);
      b.op('i64.eq');
      b.get(larger);
      b.get(x);
      b.op('i64.eq');
      b.op('i32.or');
    },
  },
  {
    name: 'select of comparisons',
    type: INTEGER,
    hasLanes: true,
    emit: (b, x, y) => {
      operation('i32.lt_s')(b, x, y);
      b.i32(1);
      operation('i32.eq')(b, x, y);
      b.op('select');
    },
  },
  {
    name: 'an integer as truth',
    type: INTEGER,
    hasLanes: true,
    emit: (b, x, y) => {
      operation('i32.and')(b, x, y);
      b.op('i32.eqz');
    },
  },
  {
    name: 'branches',
    type: BIGINT,
    hasLanes: false,
    emit: (b, x, y) => {
      isLess(b, x, y);
      b.if(
        ['i32'],
        () => b.i32(0),
        () => b.i32(1),
      );
    },
  },
  { name: 'unsigned 64 bits', type: UBIGINT, hasLanes: false, emit: operation('i64.lt_u') },
  {
    name: 'division',
    type: BIGINT,
    hasLanes: false,
    emit: (b, x, y) => {
      b.get(x);
      b.i64(3n);
      b.op('i64.div_s');
      b.get(y);
      b.op('i64.lt_s');
    },
  },
  {
    name: 'kernels',
    type: VARCHAR,
    hasLanes: false,
    emit: (b, x, y) => {
      b.get(x);
      b.get(y);
      b.callKernel('equalBytes', ['i64', 'i64'], ['i32']);
    },
  },
];

const CONDITIONS: readonly Condition[] = [
  ...INTEGERS.flatMap((type) => [...compare(type, SIGNED), ...arithmetic(type, ARITHMETIC, 2)]),
  ...INTEGERS.filter((type) => type !== BIGINT).flatMap((type) => compare(type, UNSIGNED)),
  ...[REAL, DOUBLE].flatMap((type) => [
    ...compare(type, FLOAT),
    ...arithmetic(type, FLOAT_ARITHMETIC, 2),
    ...arithmetic(type, FLOAT_UNARY, 1),
  ]),
  converted(INTEGER, 'i64.extend_i32_s', 'i64.lt_s'),
  converted(INTEGER, 'i64.extend_i32_u', 'i64.lt_s'),
  converted(INTEGER, 'f64.convert_i32_s', 'f64.lt'),
  converted(INTEGER, 'f64.convert_i32_u', 'f64.lt'),
  converted(REAL, 'f64.promote_f32', 'f64.lt'),
  ...MIXED,
];

const emitCondition =
  (emit: Emit) =>
  (b: CodeBuilder, [x, y]: readonly EmitValue[]): void =>
    emit(b, local(x), local(y));

/** Does the condition, over two columns, have a form for four rows? */
function hasLanes({ type, emit }: Condition): boolean {
  const plan = new FusedPlan();
  const args = [plan.input(0, type), plan.input(1, type)];
  const flags = { handlesNulls: false, returnsNull: false, raises: false, isVolatile: false };
  const node = plan.call(
    { name: 'test', emit: emitCondition(emit), type: BOOLEAN, span: undefined, ...flags },
    args,
  );
  const b = new ModuleBuilder().function('run', ['i32', 'i32']);
  const block = blockLayout({ inputs: 2, outputs: 0, literals: 0 });
  const access = { type, encoding: 'flat', selected: false, nullable: false } as const;
  const inputs = [access, access];
  const row = b.local('i32');
  const rows = { position: row, row };
  const code = new RowCode(b, { block, nodes: plan.nodes, inputs, rows, hoisted: new Map() });
  return new LaneCode(b, { code, block, inputs, row }).condition(node) !== undefined;
}

const anyValue = (type: SqlType): fc.Arbitrary<LiteralValue> => {
  switch (type.kind) {
    case 'float32':
      return fc.oneof(fc.float(), fc.integer({ min: -4, max: 4 }));
    case 'float64':
      return fc.oneof(fc.double(), fc.integer({ min: -4, max: 4 }));
    case 'int64':
    case 'uint64':
      return fc.oneof(
        fc.bigInt(0n, 4n),
        fc.bigInt(0n, 2n ** 64n - 1n).map((v) => BigInt.asIntN(64, v)),
      );
    case 'varchar':
      return fc.constantFrom('a', 'b', '');
    default:
      return fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer());
  }
};

const columnOf = (type: SqlType): fc.Arbitrary<LiteralValue[]> =>
  fc.array(fc.option(anyValue(type), { freq: 5 }), { minLength: 37, maxLength: 37 });

describe.each(CONDITIONS.map((each) => [`${each.name} of ${typeName(each.type)}`, each] as const))(
  '%s',
  (_name, condition) => {
    const { type, emit } = condition;
    const test: TestFunction = {
      name: 'condition',
      args: [type, type],
      returns: BOOLEAN,
      implementation: { kind: 'emit', emit: emitCondition(emit) },
      flags: {},
      reference: () => null,
    };
    const functions = registryOf([test]);

    it(condition.hasLanes ? 'has a form for four rows' : 'is left to scalar code', () => {
      expect(hasLanes(condition)).toBe(condition.hasLanes);
    });

    it('gives the same for four rows at once as for one', () => {
      const arbitrary = fc.tuple(columnOf(type), columnOf(type), anyValue(type), fc.nat(37));
      fc.assert(
        fc.property(arbitrary, ([x, y, value, rows]) => {
          const context = testContext(functions);
          const layout = new Map([
            [0, 0],
            [1, 1],
          ]);
          const column = (id: number): Expr => ({
            kind: 'column',
            id,
            type,
            name: '',
            nullable: true,
          });
          const call = (...args: readonly Expr[]): Expr => ({
            kind: 'call',
            function: 'condition',
            overload: 0,
            args,
            type: BOOLEAN,
          });
          const both: Expr = {
            kind: 'conditional',
            operator: 'or',
            operands: [
              call(column(0), column(1)),
              call(column(1), { kind: 'literal', value, type }),
            ],
            type: BOOLEAN,
          };
          const columns = [x, y].map(
            (values) => ({ type, values: values.slice(0, rows), encoding: 'flat' }) as const,
          );
          const rowNumbers = Array.from({ length: rows }, (_, row) => row);
          const filter = createFilter(context, both, layout);
          const selected = (selection?: readonly number[]): readonly number[] => {
            const result = filter.select(batchOf(context.batchArena, columns, selection));
            const at = result.selection / 4;
            return result.selection === 0
              ? rowNumbers
              : [...context.memory.u32.subarray(at, at + result.length)];
          };
          try {
            expect(selected()).toEqual(selected(rowNumbers));
          } finally {
            context.release();
          }
        }),
        { numRuns: 12 },
      );
    });
  },
);
