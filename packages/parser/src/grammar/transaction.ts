import type {
  BeginTransaction,
  Commit,
  IsolationLevel,
  ReleaseSavepoint,
  Rollback,
  Savepoint,
} from '../ast/session.ts';
import type { Cursor } from './cursor.ts';

/** `BEGIN [TRANSACTION | WORK] modes`, `START TRANSACTION modes`. */
export function begin(cursor: Cursor): BeginTransaction {
  const startIndex = cursor.index;
  if (cursor.accept('start')) cursor.expect('transaction');
  else {
    cursor.expect('begin');
    acceptNoise(cursor);
  }
  let readOnly: boolean | null = null;
  let isolation: IsolationLevel | null = null;
  while (!cursor.atEnd) {
    if (readOnly === null && cursor.acceptWords('read', 'only')) readOnly = true;
    else if (readOnly === null && cursor.acceptWords('read', 'write')) readOnly = false;
    else if (isolation === null && cursor.acceptWords('isolation', 'level'))
      isolation = isolationLevel(cursor);
    else cursor.fail('READ ONLY, READ WRITE or ISOLATION LEVEL');
    cursor.accept(',');
  }
  return { kind: 'begin', readOnly, isolation, span: cursor.span(startIndex) };
}

function isolationLevel(cursor: Cursor): IsolationLevel {
  if (cursor.acceptWords('read', 'uncommitted')) return 'readUncommitted';
  if (cursor.acceptWords('read', 'committed')) return 'readCommitted';
  if (cursor.acceptWords('repeatable', 'read')) return 'repeatableRead';
  if (cursor.accept('serializable')) return 'serializable';
  if (cursor.accept('snapshot')) return 'snapshot';
  return cursor.fail('an isolation level');
}

/** TRANSACTION and WORK say nothing. */
function acceptNoise(cursor: Cursor): void {
  if (!cursor.accept('transaction')) cursor.accept('work');
}

/** COMMIT, END. */
export function commit(cursor: Cursor): Commit {
  const startIndex = cursor.index;
  cursor.skip();
  acceptNoise(cursor);
  return { kind: 'commit', span: cursor.span(startIndex) };
}

/** ROLLBACK, ABORT, `ROLLBACK TO [SAVEPOINT] s`. */
export function rollback(cursor: Cursor): Rollback {
  const startIndex = cursor.index;
  cursor.skip();
  acceptNoise(cursor);
  const isPartial = cursor.accept('to');
  const savepoint = isPartial ? savepointName(cursor) : null;
  return { kind: 'rollback', savepoint, span: cursor.span(startIndex) };
}

function savepointName(cursor: Cursor): Savepoint['name'] {
  if (cursor.at('savepoint') && cursor.isName(1)) cursor.skip();
  return cursor.name('a savepoint');
}

/** `SAVEPOINT s`. */
export function savepoint(cursor: Cursor): Savepoint {
  const startIndex = cursor.index;
  cursor.expect('savepoint');
  const name = cursor.name('a savepoint');
  return { kind: 'savepoint', name, span: cursor.span(startIndex) };
}

/** `RELEASE [SAVEPOINT] s`. */
export function releaseSavepoint(cursor: Cursor): ReleaseSavepoint {
  const startIndex = cursor.index;
  cursor.expect('release');
  const name = savepointName(cursor);
  return { kind: 'releaseSavepoint', name, span: cursor.span(startIndex) };
}
