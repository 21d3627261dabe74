import { SqlError } from '@windrow/core';
import type { Identifier } from '../ast/name.ts';
import type {
  Deallocate,
  Execute,
  ExecuteArgument,
  ExecuteImmediate,
  Prepare,
} from '../ast/session.ts';
import type { Explain } from '../ast/statement.ts';
import type { Option } from '../ast/table-definition.ts';
import type { Cursor } from './cursor.ts';
import { options } from './option.ts';
import { typeName } from './type-name.ts';

/** `PREPARE p [(types)] AS | FROM statement`. */
export function prepare(cursor: Cursor): Prepare {
  const startIndex = cursor.index;
  cursor.expect('prepare');
  const name = cursor.name('a name for the statement');
  const parameterTypes = cursor.at('(') ? cursor.parenthesized(typeName) : [];
  if (!cursor.accept('as') && !cursor.accept('from')) cursor.fail('AS or FROM');
  const statement = innerStatement(cursor);
  return { kind: 'prepare', name, parameterTypes, statement, span: cursor.span(startIndex) };
}

function innerStatement(cursor: Cursor): Prepare['statement'] {
  cursor.enter();
  const statement = cursor.grammar.statement(cursor);
  cursor.leave();
  return statement;
}

/** `EXECUTE p [(arguments) | USING arguments]`, `EXECUTE IMMEDIATE text [USING arguments]`. */
export function execute(cursor: Cursor): Execute | ExecuteImmediate {
  const startIndex = cursor.index;
  cursor.expect('execute');
  if (cursor.at('immediate') && cursor.isOperandStart(1)) {
    cursor.skip();
    const statement = cursor.grammar.expression(cursor);
    const list = cursor.accept('using') ? usingList(cursor) : [];
    const span = cursor.span(startIndex);
    return { kind: 'executeImmediate', statement, arguments: list, span };
  }
  const name = cursor.name('a prepared statement');
  const list = executeArguments(cursor);
  return { kind: 'execute', name, arguments: list, span: cursor.span(startIndex) };
}

function executeArguments(cursor: Cursor): readonly ExecuteArgument[] {
  if (cursor.accept('using')) return usingList(cursor);
  if (!cursor.at('(')) return [];
  if (cursor.tagAhead(1) !== ')') return cursor.parenthesized(executeArgument);
  cursor.skip(2);
  return [];
}

function usingList(cursor: Cursor): readonly ExecuteArgument[] {
  return cursor.list(executeArgument);
}

function executeArgument(cursor: Cursor): ExecuteArgument {
  const startIndex = cursor.index;
  const next = cursor.tagAhead(1);
  let name: Identifier | null = null;
  if (next === ':=' || next === '=>') {
    name = cursor.name('a parameter');
    cursor.skip();
  }
  const value = cursor.grammar.expression(cursor);
  if (name === null && cursor.accept('as')) name = cursor.label();
  return { kind: 'executeArgument', name, value, span: cursor.span(startIndex) };
}

/** `DEALLOCATE [PREPARE] p | ALL`. */
export function deallocate(cursor: Cursor): Deallocate {
  const startIndex = cursor.index;
  cursor.expect('deallocate');
  if (cursor.at('prepare') && (cursor.isName(1) || cursor.tagAhead(1) === 'all')) cursor.skip();
  const name = cursor.accept('all') ? null : cursor.name('a prepared statement');
  return { kind: 'deallocate', name, span: cursor.span(startIndex) };
}

// --- EXPLAIN -------------------------------------------------------------------------------------

type Mode = Pick<Explain, 'analyze' | 'verbose' | 'logical' | 'format'>;

/** `EXPLAIN [LOGICAL] [ANALYZE] [VERBOSE] [(options)] statement`. */
export function explain(cursor: Cursor): Explain {
  const startIndex = cursor.index;
  cursor.expect('explain');
  let mode: Mode = { analyze: false, verbose: false, logical: false, format: 'text' };
  for (;;) {
    if (!mode.analyze && cursor.accept('analyze')) mode = { ...mode, analyze: true };
    else if (!mode.verbose && cursor.accept('verbose')) mode = { ...mode, verbose: true };
    else if (!mode.logical && cursor.accept('logical')) mode = { ...mode, logical: true };
    else break;
  }
  if (atOptions(cursor)) for (const option of options(cursor)) mode = withOption(mode, option);
  const statement = innerStatement(cursor);
  return { kind: 'explain', statement, ...mode, span: cursor.span(startIndex) };
}

/** `(FORMAT json)`, and no query in parentheses. */
function atOptions(cursor: Cursor): boolean {
  const word = cursor.tagAhead(1);
  return (
    cursor.at('(') &&
    (word === 'format' || word === 'analyze' || word === 'verbose' || word === 'logical')
  );
}

function withOption(mode: Mode, option: Option): Mode {
  const { name, value } = option;
  const written =
    value?.kind === 'columnReference'
      ? value.path[0].name
      : value?.kind === 'stringLiteral'
        ? value.value
        : null;
  const word = written?.toLowerCase();
  if (name === 'format' && (word === 'json' || word === 'text')) return { ...mode, format: word };
  const isOn = value === null || (value.kind === 'booleanLiteral' && value.value) || word === 'on';
  const isOff = (value?.kind === 'booleanLiteral' && !value.value) || word === 'off';
  if ((name === 'analyze' || name === 'verbose' || name === 'logical') && (isOn || isOff))
    return { ...mode, [name]: isOn };
  throw new SqlError('syntax', `EXPLAIN has no such option: ${name}`, {
    span: option.span,
    hint: 'The options are FORMAT text, FORMAT json, ANALYZE, VERBOSE and LOGICAL.',
  });
}
