import { assert, type Local, unreachable } from '@windrow/core';
import {
  branchesOf,
  EAGER_COST,
  type FusedConditional,
  type FusedNode,
  isEager,
} from './fused-plan.ts';
import type { Computed, RowCode } from './row-code.ts';
import { wordsOf } from './words.ts';

/** Emits a conditional; operands that can fail, and dear ones, are computed only where they are needed. */
export function conditionalCode(code: RowCode, node: FusedConditional): Computed {
  switch (node.operator) {
    case 'and':
    case 'or':
      return junction(code, node, node.operator);
    case 'case':
      return isSimpleCase(node) ? caseBySelect(code, node) : caseByBranches(code, node);
    case 'coalesce':
      return coalesce(code, node);
    default:
      return unreachable(node.operator);
  }
}

/**
 * AND and OR in three-valued logic. An operand that decides (false for AND, true for OR) makes the
 * result valid, whatever the others are; operands that can fail are left out once one has decided.
 */
function junction(code: RowCode, node: FusedConditional, operator: 'and' | 'or'): Computed {
  const { b, scope } = code;
  if (!code.isNullable(node)) {
    return { locals: [scope.bind('i32', () => code.pushTruth(node))], valid: undefined };
  }
  const decided = scope.bind('i32', () => b.i32(0));
  const allValid = scope.bind('i32', () => b.i32(1));
  node.operands.forEach((operand, i) => {
    const take = (): void => {
      pushDecides(code, operand, operator);
      b.get(decided);
      b.op('i32.or');
      b.set(decided);
      const valid = code.valid(operand);
      if (valid === undefined) return;
      b.get(valid);
      b.get(allValid);
      b.op('i32.and');
      b.set(allValid);
    };
    if (i === 0 || isEager(operand)) {
      take();
    } else {
      b.get(decided);
      b.op('i32.eqz');
      b.if([], () => scope.branch(take));
    }
  });
  const valid = scope.bind('i32', () => {
    b.get(decided);
    b.get(allValid);
    b.op('i32.or');
  });
  const value = scope.bind('i32', () => {
    b.get(decided);
    if (operator === 'and') b.op('i32.eqz');
  });
  return { locals: [value], valid };
}

/** Leaves 1 where the operand alone settles the junction. */
function pushDecides(code: RowCode, operand: FusedNode, operator: 'and' | 'or'): void {
  if (operator === 'or') {
    code.pushTruth(operand);
    return;
  }
  code.b.get(code.word(operand));
  code.b.op('i32.eqz');
  code.andValid(operand);
}

/** Is computing all branches cheaper than jumping? */
const isSimpleCase = (node: FusedConditional): boolean =>
  wordsOf(node.type).length === 1 &&
  branchesOf(node.operands).every(isEager) &&
  node.operands.every((operand) => !operand.raises) &&
  node.cost <= 2 * EAGER_COST;

/** All branches are computed, the last condition first, so that the first true one wins. */
function caseBySelect(code: RowCode, { operands }: FusedConditional): Computed {
  const { b, scope } = code;
  const otherwise = operands.at(-1)!;
  let value = code.word(otherwise);
  let valid = code.valid(otherwise);
  for (let i = operands.length - 3; i >= 0; i -= 2) {
    const condition = scope.bind('i32', () => code.pushTruth(operands[i]!));
    const then = operands[i + 1]!;
    const thenValue = code.word(then);
    const thenValid = code.valid(then);
    const select = (pushThen: () => void, pushElse: () => void) => (): void => {
      pushThen();
      pushElse();
      b.get(condition);
      b.op('select');
    };
    const [before, validBefore] = [value, valid];
    if (thenValid !== undefined || validBefore !== undefined) {
      valid = scope.bind(
        'i32',
        select(
          () => getOrOne(code, thenValid),
          () => getOrOne(code, validBefore),
        ),
      );
    }
    value = scope.bind(
      value.type,
      select(
        () => b.get(thenValue),
        () => b.get(before),
      ),
    );
  }
  return { locals: [value], valid };
}

function caseByBranches(code: RowCode, node: FusedConditional): Computed {
  const { b, scope } = code;
  const target: Computed = {
    locals: wordsOf(node.type).map((word) => b.local(word.type)),
    valid: code.isNullable(node) ? b.local('i32') : undefined,
  };
  const from = (index: number): void => {
    const then = node.operands[index + 1];
    if (then === undefined) {
      assign(code, target, node.operands[index]!);
      return;
    }
    code.pushTruth(node.operands[index]!);
    b.if(
      [],
      () => scope.branch(() => assign(code, target, then)),
      () => scope.branch(() => from(index + 2)),
    );
  };
  from(0);
  return target;
}

/** The first operand that is valid; the others after it are not computed. */
function coalesce(code: RowCode, node: FusedConditional): Computed {
  const { b, scope } = code;
  const [first, ...others] = node.operands;
  assert(first !== undefined, 'COALESCE has an operand');
  const valid = b.local('i32');
  const target = { locals: wordsOf(node.type).map((word) => b.local(word.type)), valid };
  assign(code, target, first);
  const from = (index: number): void => {
    const next = others[index];
    if (next === undefined) return;
    b.get(valid);
    b.op('i32.eqz');
    b.if([], () =>
      scope.branch(() => {
        assign(code, target, next);
        from(index + 1);
      }),
    );
  };
  if (code.isNullable(first)) from(0);
  return { locals: target.locals, valid: code.isNullable(node) ? valid : undefined };
}

function assign(code: RowCode, target: Computed, node: FusedNode): void {
  const { b } = code;
  const values = code.value(node);
  target.locals.forEach((local, i) => {
    b.get(values[i]!);
    b.set(local);
  });
  if (target.valid === undefined) return;
  getOrOne(code, code.valid(node));
  b.set(target.valid);
}

function getOrOne({ b }: RowCode, local: Local | undefined): void {
  if (local === undefined) b.i32(1);
  else b.get(local);
}
