/*
 * sqllogictest text:
 *
 *   fixture t            a table made by the query that follows; the matrix decides where it lies
 *   select …
 *
 *   statement ok         a statement without rows
 *   create view …
 *
 *   statement error      it must fail; below the line stands the error's text as the shell shows it
 *   select 1 +
 *   ----
 *   syntax error: …
 *
 *   query ITR rowsort    one letter a column (T text, I integer, R real, compared to 1e-9 relative, 1e-12 near 0),
 *   select …             rows sorted before they are compared unless `nosort` says they are ordered
 *   ----
 *   1 a 0.5              cells separated by a tab; NULL, and (empty) for ''
 *
 * Records are separated by blank lines; # starts a comment.
 */

export type SltRecord = SltFixture | SltStatement | SltQuery;

interface Located {
  readonly line: number;
  readonly sql: string;
}

export interface SltFixture extends Located {
  readonly kind: 'fixture';
  readonly name: string;
}

export interface SltStatement extends Located {
  readonly kind: 'statement';
  /** undefined: it must succeed. */
  readonly error: string | undefined;
}

export interface SltQuery extends Located {
  readonly kind: 'query';
  readonly types: string;
  readonly ordered: boolean;
  readonly rows: readonly string[];
}

/** @throws Error naming the line of a record that cannot be read. */
export function parseScript(text: string): SltRecord[] {
  const lines = text.split('\n');
  const records: SltRecord[] = [];
  let at = 0;
  while (at < lines.length) {
    const head = (lines[at] ?? '').trim();
    if (head === '' || head.startsWith('#')) {
      at += 1;
      continue;
    }
    const line = at + 1;
    const body: string[] = [];
    at += 1;
    while (at < lines.length && lines[at]?.trim() !== '') {
      body.push(lines[at] ?? '');
      at += 1;
    }
    records.push(record(head, body, line));
  }
  return records;
}

function record(head: string, body: readonly string[], line: number): SltRecord {
  const bar = body.indexOf('----');
  const sql = (bar === -1 ? body : body.slice(0, bar)).join('\n');
  const expected = bar === -1 ? [] : body.slice(bar + 1);
  const [kind, first = '', second = ''] = head.split(/\s+/);
  switch (kind) {
    case 'fixture':
      return { kind, line, sql, name: first };
    case 'statement':
      return { kind, line, sql, error: first === 'error' ? expected.join('\n') : undefined };
    case 'query':
      return { kind, line, sql, types: first, ordered: second === 'nosort', rows: expected };
    default:
      throw new Error(`line ${line}: "${head}" starts no record`);
  }
}

/** Do the rows say the same, R columns within 1e-9 relative? The answer is the first difference. */
export function differenceOf(
  query: Pick<SltQuery, 'types' | 'ordered'>,
  actual: readonly string[],
  expected: readonly string[],
): string | undefined {
  const left = query.ordered ? actual : [...actual].sort();
  const right = query.ordered ? expected : [...expected].sort();
  if (left.length !== right.length) return `${left.length} rows instead of ${right.length}`;
  for (const [index, row] of left.entries()) {
    const cells = row.split('\t');
    const wanted = (right[index] ?? '').split('\t');
    const isSame =
      cells.length === wanted.length &&
      cells.every((cell, column) => sameCell(query.types[column], cell, wanted[column] ?? ''));
    if (!isSame) return `row ${index + 1}: ${row} instead of ${right[index]}`;
  }
  return undefined;
}

function sameCell(type: string | undefined, a: string, b: string): boolean {
  if (a === b) return true;
  if (type !== 'R') return false;
  const [x, y] = [Number(a), Number(b)];
  return Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y), 1e-3);
}
