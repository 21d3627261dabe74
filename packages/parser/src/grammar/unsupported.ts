import type { UnsupportedStatement } from '../ast/statement.ts';
import { TokenKind } from '../lexer/token.ts';
import type { Cursor } from './cursor.ts';

const ACCESS = "Access is part of the server's configuration.";
const BUILT_IN = 'Everything is built in; there are no extensions.';

/** Statements that are known but have no meaning here, with what to do instead. */
const KNOWN: Readonly<Record<string, string>> = {
  grant: ACCESS,
  revoke: ACCESS,
  'create user': ACCESS,
  'create role': ACCESS,
  'create policy': ACCESS,
  'create secret': 'Give credentials to the source when it is opened.',
  'create trigger': 'Write the change that the trigger would make into a MERGE.',
  'create extension': BUILT_IN,
  'alter user': ACCESS,
  'alter role': ACCESS,
  'alter database': 'Use ATTACH and DETACH.',
  'drop user': ACCESS,
  'drop role': ACCESS,
  'drop secret': 'Give credentials to the source when it is opened.',
  'drop trigger': 'There are no triggers.',
  'drop database': 'Use DETACH, or DROP SCHEMA.',
  install: BUILT_IN,
  load: BUILT_IN,
  lock: 'Transactions see a snapshot; they need no locks.',
  unlock: 'Transactions see a snapshot; they need no locks.',
  listen: 'Use the programming interface to hear of changes.',
  notify: 'Use the programming interface to hear of changes.',
  reindex: 'Indexes are kept up to date.',
  replace: 'Use INSERT OR REPLACE INTO.',
};

/**
 * Recognises such a statement by its first words and passes over the rest of it; anything else is a
 * syntax error at the current token.
 */
export function unsupported(cursor: Cursor, startIndex: number): UnsupportedStatement {
  for (const wordCount of [2, 1]) {
    const words = firstWords(cursor, startIndex, wordCount);
    const hint = Object.hasOwn(KNOWN, words) ? KNOWN[words] : undefined;
    if (hint === undefined) continue;
    while (!cursor.atEnd) cursor.skip();
    const span = cursor.span(startIndex);
    return { kind: 'unsupported', construct: words.toUpperCase(), hint, span };
  }
  return cursor.fail(cursor.index === startIndex ? 'a statement' : 'the kind of object');
}

/** Words at the start, modifiers such as OR REPLACE left out. */
function firstWords(cursor: Cursor, startIndex: number, count: number): string {
  const words = [cursor.textAt(startIndex).toLowerCase()];
  const second = cursor.index > startIndex ? cursor.index : startIndex + 1;
  const isWord = cursor.kindAhead(second - cursor.index) === TokenKind.word;
  if (count === 2 && isWord) words.push(cursor.textAt(second).toLowerCase());
  return words.join(' ');
}
