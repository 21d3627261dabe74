import type { Local } from '@windrow/core';
import type { FunctionBuilder } from './function-builder.ts';
import type { LoopCode } from './fused-loop.ts';
import type { FusedNode } from './fused-plan.ts';
import { allOf, LANE_ROWS, type LaneCondition } from './lane-code.ts';

/** Four rows: the number of the first one, and which of them count. */
export interface LaneLocals {
  readonly first: Local;
  readonly bits: Local;
}

/** The loop over every fourth row; bits of rows beyond the count are cleared. */
export function emitLanes(
  b: FunctionBuilder,
  first: Local,
  condition: LaneCondition,
  body: (lanes: LaneLocals) => void,
): void {
  const count: Local = b.parameters[1]!;
  const bits = b.local('i32');
  const left = b.local('i32');
  b.get(count);
  b.set(left);
  b.block((_, exitIf) => {
    b.get(count);
    b.op('i32.eqz');
    exitIf();
    b.loop((_again, againIf) => {
      condition.push();
      b.set(bits);
      b.get(left);
      b.i32(LANE_ROWS);
      b.op('i32.lt_s');
      b.if([], () => {
        b.get(bits);
        b.i32(-1);
        b.get(left);
        b.op('i32.shl');
        b.i32(-1);
        b.op('i32.xor');
        b.op('i32.and');
        b.set(bits);
      });
      body({ first, bits });
      b.get(first);
      b.i32(LANE_ROWS);
      b.op('i32.add');
      b.set(first);
      b.get(left);
      b.i32(LANE_ROWS);
      b.op('i32.sub');
      b.tee(left);
      b.i32(0);
      b.op('i32.gt_s');
      againIf();
    });
  });
}

/** Runs `body` for each of the four rows whose bit is set, `position` being its number. */
export function eachSetBit(
  { b, code, rows }: Pick<LoopCode, 'b' | 'code' | 'rows'>,
  { first, bits }: LaneLocals,
  body: () => void,
): void {
  b.block((_, exitIf) => {
    b.loop((again) => {
      b.get(bits);
      b.op('i32.eqz');
      exitIf();
      b.get(first);
      b.get(bits);
      b.op('i32.ctz');
      b.op('i32.add');
      b.set(rows.position);
      b.get(bits);
      b.get(bits);
      b.i32(1);
      b.op('i32.sub');
      b.op('i32.and');
      b.set(bits);
      code.scope.branch(body);
      again();
    });
  });
}

/** A condition in two parts: what four rows are asked at once, and what single rows are asked then. */
export interface SplitCondition {
  readonly lanes: LaneCondition;
  readonly rest: readonly FusedNode[];
}

/** Undefined when no conjunct can be decided for four rows at once. */
export function splitCondition(
  { b, lanes }: Pick<LoopCode, 'b' | 'lanes'>,
  condition: FusedNode,
): SplitCondition | undefined {
  if (lanes === undefined) return undefined;
  const isAnd = condition.kind === 'conditional' && condition.operator === 'and';
  const parts = (isAnd ? condition.operands : [condition]).map((node) => ({
    node,
    condition: lanes.condition(node),
  }));
  const decided = parts.flatMap((part) => part.condition ?? []);
  if (decided.length === 0) return undefined;
  const rest = parts.flatMap((part) => (part.condition === undefined ? [part.node] : []));
  return { lanes: allOf(b, decided), rest };
}
