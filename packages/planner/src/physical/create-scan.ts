import { type ColumnPredicate, type Expr, isFloat, typesEqual } from '@windrow/core';
import { scanCost } from '../cost.ts';
import { comparisonOf, MIRRORED } from '../expr/comparison.ts';
import { conjunction } from '../expr/structure.ts';
import type { Scan } from '../logical.ts';
import type { PhysicalPlan } from '../physical.ts';
import { filterNode } from './filter-node.ts';
import {
  nodeFields,
  type PhysicalContext,
  type Required,
  requiring,
  rowBytes,
} from './physical-context.ts';

/**
 * What a provider may use of a conjunct: the predicate, and whether it says all that the conjunct says
 * (a prefix of a LIKE pattern only narrows).
 */
interface Pushable {
  readonly predicate: ColumnPredicate;
  readonly complete: boolean;
}

/**
 * A scan with the filter above it: conjuncts over one column go to the provider, which skips what they
 * rule out; those that it applies exactly are not evaluated again.
 */
export function createScan(
  scan: Scan,
  conjuncts: readonly Expr[],
  required: Required,
  context: PhysicalContext,
): PhysicalPlan {
  const predicates: ColumnPredicate[] = [];
  const kept: Expr[] = [];
  const applied: Expr[] = [];
  const pruning: Expr[] = [];
  for (const conjunct of conjuncts) {
    const pushable = predicatesOf(conjunct, scan);
    const answers = pushable.map(({ predicate }) => scan.provider.supports(predicate));
    pushable.forEach(({ predicate }, i) => {
      if (answers[i] !== 'no') predicates.push(predicate);
    });
    if (answers.some((answer) => answer !== 'no')) pruning.push(conjunct);
    const exact =
      pushable.length > 0 &&
      pushable.every(({ complete }, i) => complete && answers[i] === 'exact');
    (exact ? applied : kept).push(conjunct);
  }
  const needed = requiring(required, kept);
  const used = scan.output.flatMap((column, i) => (needed.has(column.id) ? [i] : []));
  const output = used.flatMap((i) => scan.output[i] ?? []);
  const description = scan.provider.scan({
    columns: used.flatMap((i) => scan.ordinals[i] ?? []),
    predicates,
  });
  const all = context.statistics.estimate(scan);
  const read = description.partitions.reduce((sum, partition) => sum + partition.rows, 0);
  const after = (filters: readonly Expr[]): number =>
    context.statistics.estimate({ kind: 'filter', input: scan, predicate: conjunction(filters) })
      .rows;
  const handedUp = Math.min(read, after(applied));
  const plan: PhysicalPlan = {
    kind: 'scan',
    ...nodeFields(output, handedUp, scanCost(read, rowBytes(output, all)), []),
    table: scan.table,
    description,
    predicates,
    conditions: pruning,
  };
  return filterNode(plan, kept, { below: all, kept: after(conjuncts) }, context);
}

/** The column predicates that follow from a conjunct; none when it is not about one column. */
function predicatesOf(conjunct: Expr, scan: Scan): readonly Pushable[] {
  const ordinalOf = (expr: Expr): number | undefined => {
    if (expr.kind !== 'column') return undefined;
    const at = scan.output.findIndex((column) => column.id === expr.id);
    return at < 0 ? undefined : scan.ordinals[at];
  };
  const comparison = comparisonOf(conjunct);
  if (comparison !== undefined) {
    const { operator, left, right } = comparison;
    const found =
      right.kind === 'literal'
        ? { column: left, operator, constant: right }
        : left.kind === 'literal'
          ? { column: right, operator: MIRRORED[operator], constant: left }
          : undefined;
    if (found === undefined) return [];
    const column = ordinalOf(found.column);
    const { value } = found.constant;
    if (column === undefined || value === null) return [];
    if (!typesEqual(found.column.type, found.constant.type)) return [];
    // NaN is above all numbers but outside of minima and maxima, which therefore prove nothing here.
    const upward = found.operator === '>' || found.operator === '>=' || found.operator === '<>';
    if (isFloat(found.column.type) && (upward || Number.isNaN(value))) return [];
    return [
      { predicate: { kind: 'compare', column, operator: found.operator, value }, complete: true },
    ];
  }
  if (conjunct.kind !== 'call') return [];
  const [first, ...rest] = conjunct.args;
  const column = first === undefined ? undefined : ordinalOf(first);
  if (column === undefined) return [];
  switch (conjunct.function) {
    case 'is_null':
      return [{ predicate: { kind: 'isNull', column }, complete: true }];
    case 'is_not_null':
      return [{ predicate: { kind: 'isNotNull', column }, complete: true }];
    case 'in_list':
      return inPredicate(column, rest);
    case 'like':
    case 'starts_with':
      return prefixPredicates(column, conjunct.function, rest[0]);
    default:
      return [];
  }
}

function inPredicate(column: number, elements: readonly Expr[]): readonly Pushable[] {
  const literals = elements.flatMap((element) => (element.kind === 'literal' ? [element] : []));
  if (literals.length !== elements.length) return [];
  const values = literals.map((element) => element.value).filter((value) => value !== null);
  if (values.some((value) => Number.isNaN(value))) return [];
  return [{ predicate: { kind: 'in', column, values }, complete: true }];
}

/** `LIKE 'abc%'` lies between 'abc' and 'abd', by UTF-8 bytes; only ASCII is counted up here. */
function prefixPredicates(
  column: number,
  name: 'like' | 'starts_with',
  pattern: Expr | undefined,
): readonly Pushable[] {
  if (pattern?.kind !== 'literal' || typeof pattern.value !== 'string') return [];
  const prefix = name === 'like' ? pattern.value.split(/[%_\\]/, 1)[0] : pattern.value;
  if (prefix === undefined || prefix === '') return [];
  const last = prefix.charCodeAt(prefix.length - 1);
  const lower: Pushable = {
    predicate: { kind: 'compare', column, operator: '>=', value: prefix },
    complete: false,
  };
  if (last >= 0x7f) return [lower];
  const above = prefix.slice(0, -1) + String.fromCharCode(last + 1);
  return [
    lower,
    { predicate: { kind: 'compare', column, operator: '<', value: above }, complete: false },
  ];
}
