import type { Expression } from '../ast/expression.ts';
import type { Identifier } from '../ast/name.ts';
import type { SelectItem } from '../ast/select.ts';
import type { Cursor } from './cursor.ts';
import { atMinus } from './query-start.ts';
import { atStar, star } from './star.ts';

/** `e [AS a]`, `a: e`, `*`: what stands in SELECT, RETURNING and MEASURES. */
export function selectItem(cursor: Cursor): SelectItem {
  const startIndex = cursor.index;
  if (atPrefixAlias(cursor)) {
    const alias = cursor.name();
    cursor.skip();
    const expression = starOrExpression(cursor);
    return item(cursor, startIndex, expression, alias, []);
  }
  return selectItemFrom(cursor, starOrExpression(cursor), startIndex);
}

/** The rest of an item whose expression has been parsed already. */
export function selectItemFrom(
  cursor: Cursor,
  expression: Expression,
  startIndex: number,
): SelectItem {
  // A star has no name; what follows it is the next clause.
  if (expression.kind === 'star') return item(cursor, startIndex, expression, null, []);
  if (!cursor.accept('as')) {
    const alias = atImplicitAlias(cursor) ? cursor.name() : null;
    return item(cursor, startIndex, expression, alias, []);
  }
  if (cursor.at('('))
    return item(
      cursor,
      startIndex,
      expression,
      null,
      cursor.parenthesized(() => cursor.name()),
    );
  return item(cursor, startIndex, expression, aliasLabel(cursor), []);
}

function item(
  cursor: Cursor,
  startIndex: number,
  expression: Expression,
  alias: Identifier | null,
  columnAliases: readonly Identifier[],
): SelectItem {
  const span = cursor.span(startIndex);
  return { kind: 'selectItem', expression, alias, columnAliases, span };
}

function starOrExpression(cursor: Cursor): Expression {
  return atStar(cursor) ? star(cursor) : cursor.grammar.expression(cursor);
}

/** `a: e` at the start of an item; where JSON paths may begin it, a tight `a:b` is one. */
function atPrefixAlias(cursor: Cursor): boolean {
  if (cursor.tagAhead(1) !== ':' || !cursor.atName) return false;
  const isTight = cursor.isTight(cursor.index + 1) && cursor.isTight(cursor.index + 2);
  return !(cursor.profile.leadingJsonPath && isTight);
}

/** A name behind AS; a string does too. */
function aliasLabel(cursor: Cursor): Identifier {
  if (!cursor.atString) return cursor.label('a name');
  const { value, span } = cursor.string();
  return { kind: 'identifier', name: value, quoted: true, span };
}

/** Is the name under the cursor an alias without AS, and no beginning of a clause? */
export function atImplicitAlias(cursor: Cursor): boolean {
  cursor.want('alias');
  if (!cursor.atName) return false;
  switch (cursor.tag) {
    case 'sort':
    case 'cluster':
    case 'distribute':
      return cursor.tagAhead(1) !== 'by';
    case 'minus':
      return !atMinus(cursor);
    default:
      return true;
  }
}
