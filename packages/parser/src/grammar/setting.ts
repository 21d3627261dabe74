import type { QualifiedName } from '../ast/name.ts';
import type {
  DeclareVariable,
  Pragma,
  ResetStatement,
  SetStatement,
  SetVariable,
  Use,
} from '../ast/session.ts';
import type { TypeName } from '../ast/type-name.ts';
import type { Cursor } from './cursor.ts';
import { optionValue } from './option.ts';
import { typeName } from './type-name.ts';

/** `SET [SESSION | GLOBAL | LOCAL] x = v`, `SET TIME ZONE z`, `SET VARIABLE v = e`. */
export function set(cursor: Cursor): SetStatement | SetVariable {
  const startIndex = cursor.index;
  cursor.expect('set');
  if (cursor.at('variable') && cursor.isName(1)) {
    cursor.skip();
    const name = cursor.name('a variable');
    assignmentSign(cursor);
    const value = cursor.grammar.expression(cursor);
    return { kind: 'setVariable', name, value, span: cursor.span(startIndex) };
  }
  const scope = settingScope(cursor);
  const timeZone = acceptTimeZone(cursor);
  const name = timeZone ?? cursor.qualifiedName('a setting', 'setting');
  if (timeZone === null) assignmentSign(cursor);
  const values = cursor.list(optionValue);
  return { kind: 'set', scope, name, values, span: cursor.span(startIndex) };
}

function assignmentSign(cursor: Cursor): void {
  if (!cursor.accept('=') && !cursor.accept('to')) cursor.fail('"=" or TO');
}

/** SESSION, GLOBAL or LOCAL, unless it is the name of a setting itself. */
function settingScope(cursor: Cursor): SetStatement['scope'] {
  for (const scope of ['session', 'global', 'local'] as const) {
    const isScope = cursor.at(scope) && cursor.isName(1) && cursor.tagAhead(1) !== 'to';
    if (!isScope) continue;
    cursor.skip();
    return scope;
  }
  return null;
}

/** `TIME ZONE` is the setting `timezone`. */
function acceptTimeZone(cursor: Cursor): QualifiedName | null {
  const startIndex = cursor.index;
  if (!cursor.acceptWords('time', 'zone')) return null;
  const span = cursor.span(startIndex);
  const part = { kind: 'identifier', name: 'timezone', quoted: false, span } as const;
  return { kind: 'qualifiedName', parts: [part], span };
}

/** `RESET x`, `RESET ALL`, `RESET VARIABLE v`. */
export function reset(cursor: Cursor): ResetStatement | SetVariable {
  const startIndex = cursor.index;
  cursor.expect('reset');
  if (cursor.at('variable') && cursor.isName(1)) {
    cursor.skip();
    const name = cursor.name('a variable');
    return { kind: 'setVariable', name, value: null, span: cursor.span(startIndex) };
  }
  const scope = settingScope(cursor);
  if (cursor.accept('all'))
    return { kind: 'reset', scope, name: null, span: cursor.span(startIndex) };
  const name = acceptTimeZone(cursor) ?? cursor.qualifiedName('a setting', 'setting');
  return { kind: 'reset', scope, name, span: cursor.span(startIndex) };
}

/** Spark's `DECLARE [OR REPLACE] [VARIABLE] v [type] [DEFAULT | = e]`. */
export function declareVariable(cursor: Cursor): DeclareVariable {
  const startIndex = cursor.index;
  cursor.expect('declare');
  const orReplace = cursor.acceptWords('or', 'replace');
  if (cursor.at('variable') && cursor.isName(1)) cursor.skip();
  const name = cursor.name('a variable');
  const isTyped = cursor.isName(0);
  const type: TypeName | null = isTyped ? typeName(cursor) : null;
  const isSet = cursor.accept('=') || cursor.accept('default');
  const defaultValue = isSet ? cursor.grammar.expression(cursor) : null;
  const span = cursor.span(startIndex);
  return { kind: 'declareVariable', name, orReplace, type, defaultValue, span };
}

/** `PRAGMA name`, `PRAGMA name(arguments)`, `PRAGMA name = value`. */
export function pragma(cursor: Cursor): Pragma {
  const startIndex = cursor.index;
  cursor.expect('pragma');
  const name = cursor.name('a pragma', 'setting');
  const assigned = cursor.accept('=');
  const list = assigned
    ? [optionValue(cursor)]
    : cursor.at('(')
      ? cursor.parenthesized(optionValue)
      : [];
  return { kind: 'pragma', name, arguments: list, assigned, span: cursor.span(startIndex) };
}

/** `USE catalog.schema`. */
export function use(cursor: Cursor): Use {
  const startIndex = cursor.index;
  cursor.expect('use');
  const name = cursor.qualifiedName('a schema', 'schema');
  return { kind: 'use', name, span: cursor.span(startIndex) };
}
