import { BIGINT, columnsOf, type Expr, type Span } from '@windrow/core';
import type { Join } from '@windrow/parser';
import { copyPlan } from '../copy-plan.ts';
import { columnRef, conjunction, conjunctsOf, isSubset, substitute } from '../expr/structure.ts';
import type { LogicalPlan, NamedExpr, OutputColumn, SortKey } from '../logical.ts';
import { outputIds, outputOf } from '../plan-tree.ts';
import { addRowNumber } from '../row-number.ts';
import { filtered } from './attach.ts';
import { type Binder, callScalar, columnFor, newColumn } from './binder.ts';
import { castTo, unify } from './convert.ts';
import { bindError, unsupported } from './errors.ts';
import { integerLiteral, nullLiteral } from './literal.ts';
import { chooseOverload } from './overload.ts';
import type { FromRelation } from './scope.ts';

/** The condition of an ASOF join: equal keys, and the one inequality `left operator right`. */
interface AsofCondition {
  readonly keys: readonly { readonly left: Expr; readonly right: Expr }[];
  readonly left: Expr;
  readonly right: Expr;
  readonly operator: '>=' | '>' | '<=' | '<';
}

/**
 * ASOF JOIN by one ordered pass: the rows of both sides are put together and ordered within their keys,
 * and the last row of the right side that was met so far is the match of a left row. Among equal right
 * rows the earliest is met last.
 */
export function asofJoin(
  binder: Binder,
  node: Join,
  left: FromRelation,
  right: FromRelation,
  condition: Expr,
): LogicalPlan {
  const { span, joinType } = node;
  if (joinType === 'right' || joinType === 'full') {
    throw unsupported(
      `ASOF ${joinType.toUpperCase()} JOIN`,
      span,
      'Put the side that keeps its rows to the left: ASOF LEFT JOIN.',
    );
  }
  if (node.tolerance !== null)
    throw unsupported('TOLERANCE', node.tolerance.span, 'Compare the two times in WHERE.');
  const split = splitCondition(condition, left, right, span);
  const sides = {
    left: share(binder, 'left rows', left.plan),
    right: share(binder, 'right rows', right.plan),
  };
  const { plan: matches, leftNumber, match } = findMatches(binder, split, sides, span);
  const joinKind =
    joinType === 'left' || joinType === 'semi' || joinType === 'anti' ? joinType : 'inner';
  const same = (a: OutputColumn, b: OutputColumn): Expr =>
    callScalar(binder, 'equal', [columnRef(a), columnRef(b)], span);
  const isFilter = joinKind === 'semi' || joinKind === 'anti';
  const found: LogicalPlan = isFilter
    ? matches
    : {
        kind: 'join',
        joinKind: 'inner',
        left: matches,
        right: sides.right.scan,
        condition: same(match, sides.right.number),
        mark: undefined,
      };
  const joined: LogicalPlan = {
    kind: 'join',
    joinKind,
    left: sides.left.scan,
    right: found,
    condition: same(sides.left.number, leftNumber),
    mark: undefined,
  };
  return sides.left.wrap(sides.right.wrap(joined));
}

const SWAPPED = { '>=': '<=', '>': '<', '<=': '>=', '<': '>' } as const;
const INEQUALITIES: Readonly<Record<string, keyof typeof SWAPPED>> = {
  greater_equal: '>=',
  greater: '>',
  less_equal: '<=',
  less: '<',
};

/** @throws SqlError `bind` 42P10 unless there is exactly one inequality beside equalities. */
function splitCondition(
  condition: Expr,
  left: FromRelation,
  right: FromRelation,
  span: Span,
): AsofCondition {
  const [leftIds, rightIds] = [outputIds(left.plan), outputIds(right.plan)];
  const keys: { left: Expr; right: Expr }[] = [];
  const inequalities: Omit<AsofCondition, 'keys'>[] = [];
  for (const conjunct of conjunctsOf(condition)) {
    const [a, b] = conjunct.kind === 'call' ? conjunct.args : [];
    const name = conjunct.kind === 'call' ? conjunct.function : '';
    if (a === undefined || b === undefined) throw wrongCondition(conjunct.span ?? span);
    const reads = (expr: Expr, ids: ReadonlySet<number>): boolean =>
      isSubset(columnsOf(expr), ids) && columnsOf(expr).size > 0;
    const isStraight = reads(a, leftIds) && reads(b, rightIds);
    const isSwapped = reads(a, rightIds) && reads(b, leftIds);
    if (!isStraight && !isSwapped) throw wrongCondition(conjunct.span ?? span);
    const sides = isStraight ? { left: a, right: b } : { left: b, right: a };
    const inequality = INEQUALITIES[name];
    if (name === 'equal') keys.push(sides);
    else if (inequality === undefined) throw wrongCondition(conjunct.span ?? span);
    else inequalities.push({ ...sides, operator: isStraight ? inequality : SWAPPED[inequality] });
  }
  const [only] = inequalities;
  if (only === undefined || inequalities.length > 1) throw wrongCondition(span);
  return { keys, ...only };
}

const wrongCondition = (span: Span) =>
  bindError(
    '42P10',
    'ASOF JOIN needs equalities and exactly one inequality between its sides',
    span,
    'Write ON l.key = r.key AND l.time >= r.time.',
  );

/** A side with numbered rows, which is computed once and read twice. */
interface SharedSide {
  /** The side's own columns, and the number. */
  readonly scan: LogicalPlan;
  readonly number: OutputColumn;
  /** Another reading; `map` takes expressions over the side's columns there. */
  readAgain(): {
    readonly plan: LogicalPlan;
    readonly number: OutputColumn;
    map(expr: Expr): Expr;
  };
  wrap(body: LogicalPlan): LogicalPlan;
}

function share(binder: Binder, name: string, plan: LogicalPlan): SharedSide {
  const numbered = addRowNumber(binder.ids, plan);
  const cteId = binder.ids.next();
  const output = outputOf(numbered.plan);
  const definition = copyPlan(numbered.plan, binder.ids).plan;
  return {
    scan: { kind: 'cteScan', cteId, name, output },
    number: numbered.number,
    readAgain: () => {
      const again = output.map((column) => ({ ...column, id: binder.ids.next() }));
      const renamed = new Map(
        output.map((column, i) => [column.id, columnRef(again[i] ?? column)] as const),
      );
      return {
        plan: { kind: 'cteScan', cteId, name, output: again },
        number: again.at(-1) ?? numbered.number,
        map: (expr) => substitute(expr, renamed),
      };
    },
    wrap: (body) => ({ kind: 'withCte', cteId, name, definition, body }),
  };
}

/** Columns of the rows of both sides put together, in this order. */
interface Events {
  readonly plan: LogicalPlan;
  readonly keys: readonly OutputColumn[];
  readonly time: OutputColumn;
  readonly side: OutputColumn;
  readonly leftNumber: OutputColumn;
  readonly rightNumber: OutputColumn;
}

const LEFT_SIDE = 1;
const RIGHT_SIDE = 0;

/** Left and right rows in one table. Rows whose key or time is NULL match nothing and stay out. */
function putTogether(
  binder: Binder,
  condition: AsofCondition,
  sides: { readonly left: SharedSide; readonly right: SharedSide },
  span: Span,
): Events {
  const pairs = [...condition.keys, condition].map(({ left, right }) =>
    unify([left, right], 'compare', binder.dialect, 'operands of a comparison'),
  );
  const rows = (side: 'left' | 'right'): LogicalPlan => {
    const again = sides[side].readAgain();
    const values = pairs.map((pair) => again.map((side === 'left' ? pair[0] : pair[1]) as Expr));
    const present = values
      .filter((value) => binder.traits.isNullable(value))
      .map((value) => callScalar(binder, 'is_not_null', [value], span));
    const number = castTo(columnRef(again.number), BIGINT);
    const none = nullLiteral(span, BIGINT);
    const exprs = [
      ...values,
      integerLiteral(side === 'left' ? LEFT_SIDE : RIGHT_SIDE, span),
      ...(side === 'left' ? [number, none] : [none, number]),
    ];
    const expressions = exprs.map((expr, i): NamedExpr => {
      return { output: columnFor(binder, NAMES[i - pairs.length] ?? 'key', expr), expr };
    });
    return { kind: 'project', input: filtered(again.plan, present), expressions };
  };
  const inputs = [rows('left'), rows('right')];
  const output = outputOf(inputs[0] as LogicalPlan).map((column, i) => ({
    ...column,
    id: binder.ids.next(),
    nullable: inputs.some((input) => outputOf(input)[i]?.nullable !== false),
  }));
  const keys = output.slice(0, pairs.length - 1);
  const [time, side, leftNumber, rightNumber] = output.slice(pairs.length - 1) as [
    OutputColumn,
    OutputColumn,
    OutputColumn,
    OutputColumn,
  ];
  const plan: LogicalPlan = { kind: 'setOperation', operator: 'union', all: true, inputs, output };
  return { plan, keys, time, side, leftNumber, rightNumber };
}

const NAMES: readonly string[] = ['side', 'left row', 'right row'];

/** For each left row that has one, the number of its match. */
function findMatches(
  binder: Binder,
  condition: AsofCondition,
  sides: { readonly left: SharedSide; readonly right: SharedSide },
  span: Span,
): {
  readonly plan: LogicalPlan;
  readonly leftNumber: OutputColumn;
  readonly match: OutputColumn;
} {
  const events = putTogether(binder, condition, sides, span);
  const { operator } = condition;
  const key = (column: OutputColumn, descending: boolean): SortKey => ({
    expr: columnRef(column),
    descending,
    nullsFirst: false,
  });
  // A right row of the same time counts under >= and <=, so that it has to come before the left one.
  const rightFirst = operator === '>=' || operator === '<=';
  const orderBy = [
    key(events.time, operator === '<=' || operator === '<'),
    key(events.side, !rightFirst),
    key(events.rightNumber, true),
  ];
  const definition = binder.context.functions.window('last_value');
  if (definition === undefined)
    throw unsupported('ASOF JOIN', span, 'The window function last_value is missing.');
  const number = columnRef(events.rightNumber);
  const chosen = chooseOverload(binder.context, definition, [number], span);
  const match = newColumn(binder, 'match', chosen.returns, true);
  const window: LogicalPlan = {
    kind: 'window',
    input: events.plan,
    partitionBy: events.keys.map(columnRef),
    orderBy,
    functions: [
      {
        output: match,
        aggregate: false,
        function: definition.name,
        overload: chosen.overload,
        args: chosen.args,
        distinct: false,
        filter: undefined,
        orderBy: [],
        ignoreNulls: true,
        frame: {
          unit: 'rows',
          start: { kind: 'unboundedPreceding' },
          end: { kind: 'currentRow' },
          exclude: 'noOthers',
        },
        span,
      },
    ],
  };
  const isLeft = callScalar(
    binder,
    'equal',
    [columnRef(events.side), integerLiteral(LEFT_SIDE, span)],
    span,
  );
  const hasMatch = callScalar(binder, 'is_not_null', [columnRef(match)], span);
  return {
    plan: { kind: 'filter', input: window, predicate: conjunction([isLeft, hasMatch]) },
    leftNumber: events.leftNumber,
    match,
  };
}
