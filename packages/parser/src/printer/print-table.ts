import type { RowPattern } from '../ast/match-recognize.ts';
import type { AstNode } from '../ast/node.ts';
import type { Sample } from '../ast/select.ts';
import type { Join, TableAlias, TableReference } from '../ast/table-reference.ts';
import { Precedence } from '../grammar/precedence.ts';
import { type Printer, type PrintRules, words } from './printer.ts';

type Printed = Extract<
  AstNode,
  {
    kind:
      | Exclude<TableReference['kind'], 'matchRecognize'>
      | 'tableAlias'
      | 'aliasColumn'
      | 'tableVersion'
      | 'joinOn'
      | 'joinUsing'
      | 'joinNatural'
      | 'pivotClause'
      | 'pivotKey'
      | 'pivotList'
      | 'pivotAny'
      | 'pivotQuery'
      | 'pivotEnum'
      | 'unpivotClause'
      | 'unpivotItem';
  }
>;

/** Print rules for what stands in FROM. */
export const TABLE_RULES: PrintRules<Printed> = {
  tableName: ({ name, version, alias, sample }, printer) =>
    words(
      printer.print(name),
      version !== null && printer.print(version),
      decoration(alias, sample, printer),
    ),
  tableVersion: ({ unit, value }, printer) =>
    `AT (${unit.toUpperCase()} => ${printer.print(value)})`,
  tablePath: ({ path, alias, sample }, printer) =>
    words(printer.string(path), decoration(alias, sample, printer)),
  derivedTable: ({ query, lateral, alias, sample }, printer) =>
    words(lateral && 'LATERAL', `(${printer.print(query)})`, decoration(alias, sample, printer)),
  tableFunction: ({ call, lateral, ordinality, alias, sample }, printer) =>
    words(
      lateral && 'LATERAL',
      printer.print(call),
      ordinality && 'WITH ORDINALITY',
      decoration(alias, sample, printer),
    ),
  join: (node, printer) => words(printer.print(node.left), joinWords(node, printer)),
  joinOn: ({ condition }, printer) => `ON ${printer.print(condition)}`,
  joinUsing: ({ columns }, printer) => `USING (${printer.names(columns)})`,
  joinNatural: () => '',
  parenthesizedTable: ({ source, alias, sample }, printer) =>
    words(`(${printer.print(source)})`, decoration(alias, sample, printer)),
  tableAlias: ({ name, columns }, printer) =>
    words(`AS ${printer.label(name)}`, printer.brackets(columns)),
  aliasColumn: ({ name, type }, printer) =>
    words(printer.name(name), type !== null && printer.print(type)),

  pivotTable: ({ source, pivot, alias }, printer) =>
    words(
      joinOperand(source, printer),
      `PIVOT ${printer.print(pivot)}`,
      alias !== null && printer.print(alias),
    ),
  pivotClause: ({ aggregates, keys, groupBy }, printer) =>
    `(${words(
      printer.list(aggregates),
      `FOR ${keys.map((key) => printer.print(key)).join(' ')}`,
      groupBy !== null && printer.clause('GROUP BY', groupBy),
    )})`,
  pivotKey: ({ expression, values }, printer) =>
    `${printer.operand(expression, Precedence.pattern)} IN ${printer.print(values)}`,
  pivotList: ({ items }, printer) => `(${printer.list(items)})`,
  pivotAny: ({ orderBy }, printer) => `(${words('ANY', printer.clause('ORDER BY', orderBy))})`,
  pivotQuery: ({ query }, printer) => `(${printer.print(query)})`,
  pivotEnum: ({ name }, printer) => printer.print(name),
  unpivotTable: ({ source, unpivot, alias }, printer) =>
    words(
      joinOperand(source, printer),
      `UNPIVOT ${printer.print(unpivot)}`,
      alias !== null && printer.print(alias),
    ),
  unpivotClause: ({ includeNulls, nameColumn, valueColumns, items }, printer) => {
    const values = printer.names(valueColumns);
    const value = valueColumns.length === 1 ? values : `(${values})`;
    const list = `${value} FOR ${printer.name(nameColumn)} IN (${printer.list(items)})`;
    return words(includeNulls && 'INCLUDE NULLS', `(${list})`);
  },
  unpivotItem: ({ expressions, alias }, printer) => {
    const [first] = expressions;
    const text =
      expressions.length > 1
        ? `(${printer.list(expressions)})`
        : first.kind === 'star'
          ? printer.print(first)
          : printer.operand(first, Precedence.pattern);
    return words(text, printer.optional('AS', alias));
  },
};

function decoration(alias: TableAlias | null, sample: Sample | null, printer: Printer): string {
  return words(alias !== null && printer.print(alias), printer.optional('TABLESAMPLE', sample));
}

/** A table where a join would be torn apart. */
export function joinOperand(table: TableReference, printer: Printer): string {
  return table.kind === 'join' ? `(${printer.print(table)})` : printer.print(table);
}

/** A join without its left side. */
export function joinWords(
  node: Pick<Join, 'joinType' | 'asof' | 'right' | 'constraint' | 'tolerance'>,
  printer: Printer,
): string {
  return words(
    node.constraint?.kind === 'joinNatural' && 'NATURAL',
    node.asof && 'ASOF',
    node.joinType !== 'inner' && node.joinType.toUpperCase(),
    'JOIN',
    joinOperand(node.right, printer),
    node.constraint !== null && printer.print(node.constraint),
    printer.optional('TOLERANCE', node.tolerance),
  );
}

type MatchPrinted = Extract<
  AstNode,
  {
    kind:
      | 'matchRecognize'
      | 'skipPastLastRow'
      | 'skipToNextRow'
      | 'skipToFirst'
      | 'skipToLast'
      | RowPattern['kind']
      | 'patternSubset'
      | 'patternDefinition';
  }
>;

/** Print rules for MATCH_RECOGNIZE. */
export const MATCH_RECOGNIZE_RULES: PrintRules<MatchPrinted> = {
  matchRecognize: (node, printer) => {
    const inside = words(
      printer.clause('PARTITION BY', node.partitionBy),
      printer.clause('ORDER BY', node.orderBy),
      printer.clause('MEASURES', node.measures),
      ROWS_PER_MATCH[node.rowsPerMatch],
      `AFTER MATCH SKIP ${printer.print(node.afterMatch)}`,
      `PATTERN (${printer.print(node.pattern)})`,
      printer.clause('SUBSET', node.subsets),
      printer.clause('DEFINE', node.define),
    );
    return words(
      joinOperand(node.source, printer),
      `MATCH_RECOGNIZE (${inside})`,
      node.alias !== null && printer.print(node.alias),
    );
  },
  skipPastLastRow: () => 'PAST LAST ROW',
  skipToNextRow: () => 'TO NEXT ROW',
  skipToFirst: ({ variable }, printer) => `TO FIRST ${printer.name(variable)}`,
  skipToLast: ({ variable }, printer) => `TO LAST ${printer.name(variable)}`,
  patternVariable: ({ name }, printer) => printer.name(name),
  patternSequence: ({ parts }, printer) =>
    parts.map((part) => patternPart(part, printer)).join(' '),
  patternAlternation: ({ alternatives }, printer) =>
    alternatives
      .map((part) =>
        part.kind === 'patternAlternation' ? `(${printer.print(part)})` : printer.print(part),
      )
      .join(' | '),
  patternPermute: ({ parts }, printer) => `PERMUTE(${printer.list(parts)})`,
  patternRepeat: ({ pattern, min, max, reluctant }, printer) => {
    const isRepeat = pattern.kind === 'patternRepeat';
    const text = isRepeat ? `(${printer.print(pattern)})` : patternPart(pattern, printer);
    return text + quantifier(min, max) + (reluctant ? '?' : '');
  },
  patternExclude: ({ pattern }, printer) => `{- ${printer.print(pattern)} -}`,
  patternStart: () => '^',
  patternEnd: () => '$',
  patternSubset: ({ name, variables }, printer) =>
    `${printer.name(name)} = (${printer.names(variables)})`,
  patternDefinition: ({ name, condition }, printer) =>
    `${printer.name(name)} AS ${printer.print(condition)}`,
};

const ROWS_PER_MATCH = {
  one: 'ONE ROW PER MATCH',
  all: 'ALL ROWS PER MATCH',
  allShowEmpty: 'ALL ROWS PER MATCH SHOW EMPTY MATCH',
  allOmitEmpty: 'ALL ROWS PER MATCH OMIT EMPTY MATCH',
  allWithUnmatched: 'ALL ROWS PER MATCH WITH UNMATCHED ROWS',
} as const;

function patternPart(part: RowPattern, printer: Printer): string {
  const isCompound = part.kind === 'patternSequence' || part.kind === 'patternAlternation';
  return isCompound ? `(${printer.print(part)})` : printer.print(part);
}

function quantifier(min: number, max: number | null): string {
  if (max === null) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}
