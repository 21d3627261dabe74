import { type Expr, unreachable } from '@windrow/core';
import { hashJoinCost, type JoinShape, joinDistribution, nestedLoopCost } from '../cost.ts';
import { argumentOf } from '../expr/comparison.ts';
import { conjunction, conjunctsOf } from '../expr/structure.ts';
import type { Join } from '../logical.ts';
import type { JoinKey, PhysicalJoinKind, PhysicalPlan } from '../physical.ts';
import { outputIds, outputOf } from '../plan-tree.ts';
import { type EquiPair, equiPairOf } from '../statistics/join-estimate.ts';
import {
  nodeFields,
  type PhysicalContext,
  type Required,
  requiring,
  rowBytes,
} from './physical-context.ts';

/** A join's condition, cut for a hash join. */
interface Match {
  readonly keys: readonly EquiPair[];
  readonly residual: readonly Expr[];
  readonly nullAware: boolean;
}

/** A way to run a join: which input is built, and what that makes of its kind. */
interface Variant {
  readonly buildSide: 'left' | 'right';
  readonly joinKind: PhysicalJoinKind;
}

/** The physical plan of a join: a hash join when its sides are equated, else a nested loop. */
export function createJoin(join: Join, required: Required, context: PhysicalContext): PhysicalPlan {
  const match = matchOf(join, context);
  const needed = requiring(required, [join.condition]);
  const left = context.create(join.left, only(needed, outputIds(join.left)));
  const right = context.create(join.right, only(needed, outputIds(join.right)));
  const output = outputOf(join).filter((column) => required.has(column.id));
  const rows = context.statistics.estimate(join).rows;
  const shapeOf = (variant: Variant): JoinShape => {
    const leftBytes = rowBytes(left.output, context.statistics.estimate(join.left));
    const rightBytes = rowBytes(right.output, context.statistics.estimate(join.right));
    const buildsLeft = variant.buildSide === 'left';
    return {
      buildRows: buildsLeft ? left.estimatedRows : right.estimatedRows,
      buildRowBytes: buildsLeft ? leftBytes : rightBytes,
      probeRows: buildsLeft ? right.estimatedRows : left.estimatedRows,
      probeRowBytes: buildsLeft ? rightBytes : leftBytes,
      outputRows: rows,
    };
  };
  const isHash = match.keys.length > 0;
  const conjuncts = conjunctsOf(join.condition);
  const condition = conjuncts.length === 0 ? undefined : join.condition;
  const costOf = (variant: Variant): number =>
    isHash ? hashJoinCost(shapeOf(variant)) : nestedLoopCost(shapeOf(variant), condition);
  const variant = variantsOf(join, match.nullAware).reduce((best, other) =>
    costOf(other) < costOf(best) ? other : best,
  );
  const buildsLeft = variant.buildSide === 'left';
  const sides = {
    joinKind: variant.joinKind,
    probe: buildsLeft ? right : left,
    build: buildsLeft ? left : right,
    mark: join.mark,
    buildSide: variant.buildSide,
  };
  const fields = nodeFields(output, rows, costOf(variant), [left, right]);
  if (!isHash) return { kind: 'nestedLoopJoin', ...fields, ...sides, condition };
  return {
    kind: 'hashJoin',
    ...fields,
    ...sides,
    keys: match.keys.map((pair) => joinKey(pair, buildsLeft)),
    residual: match.residual.length === 0 ? undefined : conjunction(match.residual),
    nullAware: match.nullAware,
    distribution: joinDistribution(shapeOf(variant)),
  };
}

const only = (ids: Required, available: ReadonlySet<number>): Required =>
  new Set([...ids].filter((id) => available.has(id)));

const joinKey = (pair: EquiPair, buildsLeft: boolean): JoinKey => ({
  probe: buildsLeft ? pair.right : pair.left,
  build: buildsLeft ? pair.left : pair.right,
  nullSafe: pair.nullSafe,
});

/**
 * Splits the condition into hash keys and a residual.
 *
 * Most kinds only ask whether the condition is true, so that every equality is a key. A mark join also
 * asks whether it is unknown, and an anti join does under IS NOT FALSE (the form NOT IN takes): an
 * equality whose NULLs matter is a key only when it is the whole condition (`nullAware`), and belongs to
 * the residual beside keys whose NULLs do not matter.
 */
function matchOf(join: Join, context: PhysicalContext): Match {
  const left = outputIds(join.left);
  const right = outputIds(join.right);
  const definite: EquiPair[] = [];
  const uncertain: { readonly pair: EquiPair; readonly conjunct: Expr }[] = [];
  const rest: Expr[] = [];
  for (const conjunct of conjunctsOf(join.condition)) {
    const wanted = argumentOf(conjunct, 'is_true');
    const tolerated = join.joinKind === 'anti' ? argumentOf(conjunct, 'is_not_false') : undefined;
    const pair = equiPairOf(wanted ?? tolerated ?? conjunct, left, right);
    if (pair === undefined) {
      rest.push(conjunct);
      continue;
    }
    const asksForNull =
      tolerated !== undefined || (join.joinKind === 'mark' && wanted === undefined);
    const canBeNull =
      !pair.nullSafe &&
      (context.traits.isNullable(pair.left) || context.traits.isNullable(pair.right));
    if (asksForNull && canBeNull) uncertain.push({ pair, conjunct });
    else definite.push(pair);
  }
  const [only] = uncertain;
  if (only !== undefined && uncertain.length === 1 && definite.length + rest.length === 0) {
    return { keys: [only.pair], residual: [], nullAware: true };
  }
  const residual = [...uncertain.map(({ conjunct }) => conjunct), ...rest];
  return { keys: definite, residual, nullAware: false };
}

function variantsOf(join: Join, nullAware: boolean): readonly [Variant, ...Variant[]] {
  const right = (joinKind: PhysicalJoinKind): Variant => ({ buildSide: 'right', joinKind });
  const left = (joinKind: PhysicalJoinKind): Variant => ({ buildSide: 'left', joinKind });
  switch (join.joinKind) {
    case 'inner':
      return [right('inner'), left('inner')];
    case 'left':
      return [right('probeOuter'), left('buildOuter')];
    case 'right':
      return [right('buildOuter'), left('probeOuter')];
    case 'full':
      return [right('fullOuter'), left('fullOuter')];
    case 'semi':
      return [right('probeSemi'), left('buildSemi')];
    case 'anti':
      return nullAware ? [right('probeAnti')] : [right('probeAnti'), left('buildAnti')];
    case 'mark':
      return [right('mark')];
    case 'single':
      return [right('single')];
    default:
      return unreachable(join.joinKind);
  }
}
