import type { Expression } from '../ast/expression.ts';
import type { Identifier } from '../ast/name.ts';
import type {
  ColumnConstraint,
  ColumnDefinition,
  ForeignKeyAction,
  ForeignKeyTarget,
  TableConstraint,
  TableElement,
} from '../ast/table-definition.ts';
import type { Tag } from '../lexer/token.ts';
import type { Cursor } from './cursor.ts';
import { Precedence } from './precedence.ts';
import { typeName } from './type-name.ts';

/** The elements of CREATE TABLE between their parentheses. */
export function tableElements(cursor: Cursor): readonly TableElement[] {
  const open = cursor.index;
  const elements = cursor.parenthesizedWithTrailingComma(tableElement);
  cursor.limitColumns(elements.length, open);
  return elements;
}

function tableElement(cursor: Cursor): TableElement {
  const startIndex = cursor.index;
  if (cursor.accept('like')) {
    const table = cursor.qualifiedName('a table');
    return { kind: 'likeTable', table, span: cursor.span(startIndex) };
  }
  return atTableConstraint(cursor) ? tableConstraint(cursor) : columnDefinition(cursor);
}

// --- Columns -------------------------------------------------------------------------------------

/** `name [TYPE] constraints`. */
export function columnDefinition(cursor: Cursor): ColumnDefinition {
  return columnNamed(cursor, cursor.name('a column name'), cursor.index - 1);
}

/** The rest of a column definition behind its name. */
export function columnNamed(
  cursor: Cursor,
  name: Identifier,
  startIndex: number,
): ColumnDefinition {
  cursor.accept(':');
  cursor.want('type');
  const isTyped =
    !cursor.at(',') && !cursor.at(')') && !cursor.atEnd && !atColumnConstraint(cursor);
  const type = isTyped ? typeName(cursor) : null;
  const constraints: ColumnConstraint[] = [];
  for (let next = columnConstraint(cursor); next !== null; next = columnConstraint(cursor))
    constraints.push(next);
  return { kind: 'columnDefinition', name, type, constraints, span: cursor.span(startIndex) };
}

function atColumnConstraint(cursor: Cursor): boolean {
  const next = cursor.tagAhead(1);
  switch (cursor.tag) {
    case 'not':
    case 'null':
    case 'default':
    case 'as':
      return true;
    case 'generated':
      return next === 'always' || next === 'as';
    case 'primary':
      return next === 'key';
    case 'check':
      return next === '(';
    case 'unique':
    case 'references':
      return true;
    default:
      return false;
  }
}

/** Fields that differ between the kinds of column constraints. */
type ConstraintBody = ColumnConstraint extends infer C
  ? C extends ColumnConstraint
    ? Omit<C, 'name' | 'span'>
    : never
  : never;

function columnConstraint(cursor: Cursor): ColumnConstraint | null {
  const startIndex = cursor.index;
  const name = constraintName(cursor);
  const body = constraintBody(cursor);
  if (body === null) return name === null ? null : cursor.fail('a constraint');
  return { ...body, name, span: cursor.span(startIndex) } as ColumnConstraint;
}

function constraintName(cursor: Cursor): Identifier | null {
  return cursor.acceptIf(cursor.isName(1), 'constraint') ? cursor.name('a constraint name') : null;
}

function constraintBody(cursor: Cursor): ConstraintBody | null {
  const { grammar } = cursor;
  if (cursor.acceptWords('not', 'null')) return { kind: 'notNull' };
  if (cursor.accept('null')) return { kind: 'nullable' };
  // DEFAULT 5 NOT NULL: the expression ends before the next constraint.
  if (cursor.accept('default'))
    return { kind: 'columnDefault', expression: grammar.expression(cursor, Precedence.is) };
  if (cursor.accept('check')) return { kind: 'columnCheck', condition: inParentheses(cursor) };
  if (cursor.acceptWords('primary', 'key')) return { kind: 'columnPrimaryKey' };
  if (cursor.accept('unique')) return { kind: 'columnUnique' };
  if (cursor.at('references'))
    return { kind: 'columnReferences', references: foreignKeyTarget(cursor) };
  if (cursor.accept('collate'))
    return { kind: 'columnCollation', collation: cursor.qualifiedName('a collation', 'string') };
  if (cursor.accept('comment')) return { kind: 'columnComment', comment: cursor.string().value };
  return generated(cursor);
}

/** `[GENERATED ALWAYS] AS (e) [VIRTUAL | STORED]`. */
function generated(cursor: Cursor): ConstraintBody | null {
  if (cursor.accept('generated')) {
    cursor.accept('always');
    cursor.expect('as');
  } else if (!cursor.accept('as')) return null;
  const expression = inParentheses(cursor);
  const storage = cursor.accept('virtual') ? 'virtual' : cursor.accept('stored') ? 'stored' : null;
  return { kind: 'generated', expression, storage };
}

function inParentheses(cursor: Cursor): Expression {
  const open = cursor.index;
  cursor.expect('(');
  cursor.enter();
  const expression = cursor.grammar.expression(cursor);
  cursor.leave();
  cursor.expectClose(')', open);
  return expression;
}

// --- Constraints of a table ----------------------------------------------------------------------

/** Does a constraint of the whole table begin here? Columns may be called `check` or `key`. */
export function atTableConstraint(cursor: Cursor): boolean {
  const next = cursor.tagAhead(1);
  switch (cursor.tag) {
    case 'constraint':
      return cursor.isName(1) && CONSTRAINT_WORDS.has(cursor.tagAhead(2));
    case 'primary':
    case 'foreign':
      return next === 'key';
    case 'unique':
    case 'check':
      return next === '(';
    default:
      return false;
  }
}

const CONSTRAINT_WORDS: ReadonlySet<string> = new Set<Tag>([
  'primary',
  'foreign',
  'unique',
  'check',
]);

/** `[CONSTRAINT name] PRIMARY KEY (…) | UNIQUE (…) | CHECK (…) | FOREIGN KEY (…) REFERENCES …`. */
export function tableConstraint(cursor: Cursor): TableConstraint {
  const startIndex = cursor.index;
  const name = constraintName(cursor);
  const columns = (): readonly Identifier[] =>
    cursor.parenthesized(() => cursor.name('a column name', 'column'));
  if (cursor.acceptWords('primary', 'key'))
    return { kind: 'primaryKey', columns: columns(), name, span: cursor.span(startIndex) };
  if (cursor.accept('unique'))
    return { kind: 'unique', columns: columns(), name, span: cursor.span(startIndex) };
  if (cursor.accept('check'))
    return { kind: 'check', condition: inParentheses(cursor), name, span: cursor.span(startIndex) };
  cursor.expectWords('foreign', 'key');
  const own = columns();
  const references = foreignKeyTarget(cursor);
  return { kind: 'foreignKey', columns: own, references, name, span: cursor.span(startIndex) };
}

function foreignKeyTarget(cursor: Cursor): ForeignKeyTarget {
  const startIndex = cursor.index;
  cursor.expect('references');
  const table = cursor.qualifiedName('a table');
  const columns = cursor.optionalNames();
  let onDelete: ForeignKeyAction | null = null;
  let onUpdate: ForeignKeyAction | null = null;
  while (cursor.accept('on')) {
    if (cursor.accept('delete')) onDelete = foreignKeyAction(cursor);
    else if (cursor.accept('update')) onUpdate = foreignKeyAction(cursor);
    else cursor.fail('DELETE or UPDATE');
  }
  const span = cursor.span(startIndex);
  return { kind: 'foreignKeyTarget', table, columns, onDelete, onUpdate, span };
}

function foreignKeyAction(cursor: Cursor): ForeignKeyAction {
  if (cursor.accept('cascade')) return 'cascade';
  if (cursor.accept('restrict')) return 'restrict';
  if (cursor.acceptWords('no', 'action')) return 'noAction';
  if (cursor.acceptWords('set', 'null')) return 'setNull';
  if (cursor.acceptWords('set', 'default')) return 'setDefault';
  return cursor.fail('CASCADE, RESTRICT, NO ACTION, SET NULL or SET DEFAULT');
}
