import type { Expression, Lambda } from '../ast/expression.ts';
import type { Identifier, QualifiedName } from '../ast/name.ts';
import type { Cursor } from './cursor.ts';

/**
 * Functions that take a lambda, and where, counted from 0. `ident -> e` is a lambda at these places
 * and the JSON operator at all others; `lambda x: e` needs no table.
 */
const LAMBDA_POSITIONS: ReadonlyMap<string, readonly number[]> = new Map(
  Object.entries({
    list_transform: [1],
    list_apply: [1],
    array_transform: [1],
    array_apply: [1],
    apply: [1],
    transform: [1],
    list_filter: [1],
    array_filter: [1],
    filter: [1],
    list_reduce: [1],
    array_reduce: [1],
    reduce: [1, 2, 3],
    aggregate: [2, 3],
    exists: [1],
    any_match: [1],
    forall: [1],
    all_match: [1],
    none_match: [1],
    zip_with: [2],
    array_sort: [1],
    list_sort: [1],
    map_filter: [1],
    transform_keys: [1],
    transform_values: [1],
    map_zip_with: [2],
  }),
);

/** Is `ident -> e` a lambda as this argument of this function? */
export function takesLambda(callee: QualifiedName, position: number): boolean {
  const name = callee.parts[callee.parts.length - 1]!.name.toLowerCase();
  const positions = LAMBDA_POSITIONS.get(name);
  if (positions === undefined) return false;
  // In l.list_transform(x -> e) the list in front counts as the first argument.
  const isMethod = callee.parts.length > 1;
  return positions.includes(position) || (isMethod && positions.includes(position + 1));
}

/** `x -> e` or `(x, y) -> e` if that is what stands here. Two names in parentheses leave no doubt. */
export function arrowLambda(cursor: Cursor, mayBeLambda: boolean): Lambda | null {
  if (cursor.atName) {
    if (!mayBeLambda || cursor.tagAhead(1) !== '->') return null;
    const startIndex = cursor.index;
    const parameter = cursor.name();
    cursor.skip();
    return lambda(cursor, [parameter], startIndex);
  }
  const nameCount = namesInParentheses(cursor);
  if (nameCount === 0 || (nameCount === 1 && !mayBeLambda)) return null;
  const startIndex = cursor.index;
  const parameters = cursor.parenthesized(() => cursor.name());
  cursor.expect('->');
  return lambda(cursor, parameters, startIndex);
}

/** How many names stand in `( a, b ) ->` here; 0 when it is something else. */
function namesInParentheses(cursor: Cursor): number {
  if (cursor.tag !== '(') return 0;
  let count = 0;
  let at = 0;
  do {
    if (!cursor.isName(at + 1)) return 0;
    count++;
    at += 2;
  } while (cursor.tagAhead(at) === ',');
  return cursor.tagAhead(at) === ')' && cursor.tagAhead(at + 1) === '->' ? count : 0;
}

/** `lambda x, y: e`, or null when `lambda` is a name here. */
export function keywordLambda(cursor: Cursor): Expression | null {
  let at = 0;
  do {
    if (!cursor.isName(at + 1)) return null;
    at += 2;
  } while (cursor.tagAhead(at) === ',');
  if (cursor.tagAhead(at) !== ':') return null;
  const startIndex = cursor.index;
  cursor.skip();
  const parameters = cursor.list(() => cursor.name());
  cursor.skip();
  return lambda(cursor, parameters, startIndex);
}

function lambda(
  cursor: Cursor,
  parameters: [Identifier, ...Identifier[]],
  startIndex: number,
): Lambda {
  cursor.enter();
  const body = cursor.grammar.expression(cursor);
  cursor.leave();
  return { kind: 'lambda', parameters, body, span: cursor.span(startIndex) };
}
