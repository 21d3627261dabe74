import { formatSqlError, SqlError } from '@windrow/core';
import { expect, test } from 'vitest';
import { parseStatement } from './parse.ts';

// What a user sees, whole: message, place, underlined text, hint; and the SQLSTATE where it is not 42601.

function errorText(sql: string): string {
  try {
    parseStatement(sql);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const state = error.sqlState === '42601' ? '' : `\n  ${error.sqlState}`;
    return formatSqlError(error, sql) + state;
  }
  return 'no error';
}

test.each([
  [
    'select * from t wher x = 1',
    [
      'syntax error: expected end of statement but found "x"',
      '  line 1, column 22',
      '  select * from t wher x = 1',
      '                       ^',
      '  hint: did you mean WHERE?',
    ],
  ],
  [
    'select * form t',
    [
      'syntax error: expected end of statement but found "form"',
      '  line 1, column 10',
      '  select * form t',
      '           ^~~~',
      '  hint: did you mean FROM?',
    ],
  ],
  [
    'selec 1',
    [
      'syntax error: expected a statement but found "selec"',
      '  line 1, column 1',
      '  selec 1',
      '  ^~~~~',
      '  hint: did you mean SELECT?',
    ],
  ],
  [
    'select a from t ordr by a',
    [
      'syntax error: expected end of statement but found "by"',
      '  line 1, column 22',
      '  select a from t ordr by a',
      '                       ^~',
      '  hint: did you mean ORDER?',
    ],
  ],
  [
    'select sum(x) ovr (partition by a)',
    [
      'syntax error: expected end of statement but found "("',
      '  line 1, column 19',
      '  select sum(x) ovr (partition by a)',
      '                    ^',
      '  hint: did you mean OVER?',
    ],
  ],
  [
    'create tabel t (a int)',
    [
      'syntax error: expected the kind of object but found "tabel"',
      '  line 1, column 8',
      '  create tabel t (a int)',
      '         ^~~~~',
      '  hint: did you mean TABLE?',
    ],
  ],
  [
    'from t |> wher a',
    [
      'syntax error: expected a pipe operator but found "wher"',
      '  line 1, column 11',
      '  from t |> wher a',
      '            ^~~~',
      '  hint: did you mean WHERE?',
    ],
  ],
  [
    'select a b c from t',
    [
      'syntax error: expected end of statement but found "c"',
      '  line 1, column 12',
      '  select a b c from t',
      '             ^',
      '  hint: A comma may be missing in front of it.',
    ],
  ],
  [
    'select f(a b) from t',
    [
      'syntax error: expected ")" but found "b"',
      '  line 1, column 12',
      '  select f(a b) from t',
      '             ^',
      '  hint: A comma may be missing in front of it.',
    ],
  ],
  [
    'insert into t values (1 2)',
    [
      'syntax error: expected ")" but found "2"',
      '  line 1, column 25',
      '  insert into t values (1 2)',
      '                          ^',
      '  hint: A comma may be missing in front of it.',
    ],
  ],
  [
    'select a from t where b = 1 c = 2',
    [
      'syntax error: expected end of statement but found "c"',
      '  line 1, column 29',
      '  select a from t where b = 1 c = 2',
      '                              ^',
      '  hint: An operator such as AND may be missing in front of it.',
    ],
  ],
  [
    'select (1 + 2',
    [
      'syntax error: expected ")" but found end of statement',
      '  line 1, column 14',
      '  select (1 + 2',
      '               ^',
      '  hint: The "(" at line 1, column 8 is not closed.',
    ],
  ],
  [
    'select a[1',
    [
      'syntax error: expected "]" but found end of statement',
      '  line 1, column 11',
      '  select a[1',
      '            ^',
      '  hint: The "[" at line 1, column 9 is not closed.',
    ],
  ],
  [
    'select [1, 2 from t',
    [
      'syntax error: expected "]" but found "from"',
      '  line 1, column 14',
      '  select [1, 2 from t',
      '               ^~~~',
      '  hint: The "[" at line 1, column 8 is not closed.',
    ],
  ],
  [
    'select f(a, (b) from t',
    [
      'syntax error: expected ")" but found "from"',
      '  line 1, column 17',
      '  select f(a, (b) from t',
      '                  ^~~~',
      '  hint: The "(" at line 1, column 9 is not closed.',
    ],
  ],
  [
    'select a from t)',
    [
      'syntax error: expected end of statement but found ")"',
      '  line 1, column 16',
      '  select a from t)',
      '                 ^',
      '  hint: Nothing is open that it could close.',
    ],
  ],
  [
    'select order from t',
    [
      'syntax error: expected an expression but found "order"',
      '  line 1, column 8',
      '  select order from t',
      '         ^~~~~',
      '  hint: ORDER is a reserved word; as a name it needs quotes: "order".',
    ],
  ],
  [
    'create table t (select int)',
    [
      'syntax error: expected a column name but found "select"',
      '  line 1, column 17',
      '  create table t (select int)',
      '                  ^~~~~~',
      '  hint: SELECT is a reserved word; as a name it needs quotes: "select".',
    ],
  ],
  [
    'select a from table',
    [
      'syntax error: expected a table but found "table"',
      '  line 1, column 15',
      '  select a from table',
      '                ^~~~~',
      '  hint: TABLE is a reserved word; as a name it needs quotes: "table".',
    ],
  ],
  [
    'select a from t group by a where b',
    [
      'syntax error: expected end of statement but found "where"',
      '  line 1, column 28',
      '  select a from t group by a where b',
      '                             ^~~~~',
      '  hint: The clauses come in this order: FROM, WHERE, GROUP BY, HAVING, WINDOW, QUALIFY, ORDER BY, LIMIT.',
    ],
  ],
  [
    'select a limit 1 order by a',
    [
      'syntax error: expected end of statement but found "order"',
      '  line 1, column 18',
      '  select a limit 1 order by a',
      '                   ^~~~~',
      '  hint: The clauses come in this order: FROM, WHERE, GROUP BY, HAVING, WINDOW, QUALIFY, ORDER BY, LIMIT.',
    ],
  ],
  [
    'select 1 limit 10, 5',
    [
      'syntax error: expected the end of LIMIT but found ","',
      '  line 1, column 18',
      '  select 1 limit 10, 5',
      '                   ^',
      '  hint: Write LIMIT count OFFSET start.',
    ],
  ],
  [
    'select a into b from t',
    [
      'syntax error: expected FROM but found "into"',
      '  line 1, column 10',
      '  select a into b from t',
      '           ^~~~',
      '  hint: To keep a result, write CREATE TABLE name AS SELECT ….',
    ],
  ],
  [
    'select !a',
    [
      'syntax error: expected an expression but found "!"',
      '  line 1, column 8',
      '  select !a',
      '         ^',
      '  hint: Write NOT for negation.',
    ],
  ],
  [
    "select 'abc",
    [
      'syntax error: unterminated string',
      '  line 1, column 8',
      "  select 'abc",
      '         ^',
      "  hint: The string that begins here is never closed; write '' for a quote in it.",
    ],
  ],
  [
    'select "abc from t',
    [
      'syntax error: unterminated quoted identifier',
      '  line 1, column 8',
      '  select "abc from t',
      '         ^',
      '  hint: The name that begins here is never closed; write "" for a quote in it.',
    ],
  ],
  [
    'select $x$abc',
    [
      'syntax error: unterminated string',
      '  line 1, column 8',
      '  select $x$abc',
      '         ^~~',
      '  hint: The string that begins here is never closed; it ends with $x$.',
    ],
  ],
  [
    'select /* a',
    [
      'syntax error: unterminated comment',
      '  line 1, column 8',
      '  select /* a',
      '         ^~',
      '  hint: The comment that begins here is never closed; comments nest.',
    ],
  ],
  [
    'select 1x',
    [
      'syntax error: malformed number "1x"',
      '  line 1, column 8',
      '  select 1x',
      '         ^~',
      '  hint: Put a blank between a number and a word; quote a name that begins with a digit.',
    ],
  ],
  [
    'select “a”',
    [
      'syntax error: unexpected character "“"',
      '  line 1, column 8',
      '  select “a”',
      '         ^',
      '  hint: Typographic quotes are no quotes in SQL: use \' around strings and " around names.',
    ],
  ],
  [
    'select `a`',
    [
      'syntax error: unexpected character "`"',
      '  line 1, column 8',
      '  select `a`',
      '         ^',
      '  hint: Write names in double quotes; backticks need the spark dialect.',
    ],
  ],
  [
    'select',
    [
      'syntax error: expected an expression but found end of statement',
      '  line 1, column 7',
      '  select',
      '        ^',
    ],
  ],
  [
    'select a from t where',
    [
      'syntax error: expected an expression but found end of statement',
      '  line 1, column 22',
      '  select a from t where',
      '                       ^',
    ],
  ],
  [
    'select * from a join b',
    [
      'syntax error: expected ON or USING but found end of statement',
      '  line 1, column 23',
      '  select * from a join b',
      '                        ^',
    ],
  ],
  [
    'select a.',
    [
      'syntax error: expected a name but found end of statement',
      '  line 1, column 10',
      '  select a.',
      '           ^',
    ],
  ],
  [
    'select cast(a int)',
    [
      'syntax error: expected AS but found "int"',
      '  line 1, column 15',
      '  select cast(a int)',
      '                ^~~',
    ],
  ],
  [
    'select case when a end',
    [
      'syntax error: expected THEN but found "end"',
      '  line 1, column 20',
      '  select case when a end',
      '                     ^~~',
    ],
  ],
  [
    'select a like b like c',
    [
      'syntax error: expected end of statement but found "like"',
      '  line 1, column 17',
      '  select a like b like c',
      '                  ^~~~',
    ],
  ],
  [
    'select a from t order x',
    [
      'syntax error: expected BY but found "x"',
      '  line 1, column 23',
      '  select a from t order x',
      '                        ^',
    ],
  ],
  [
    'select a is not 5',
    [
      'syntax error: expected NULL, TRUE, FALSE, UNKNOWN, NAN or DISTINCT FROM but found "5"',
      '  line 1, column 17',
      '  select a is not 5',
      '                  ^',
    ],
  ],
  [
    'select interval 1 from t',
    [
      'syntax error: expected a unit such as DAY or HOURS but found "from"',
      '  line 1, column 19',
      '  select interval 1 from t',
      '                    ^~~~',
    ],
  ],
  [
    'select a[]',
    [
      'syntax error: expected an index but found "]"',
      '  line 1, column 10',
      '  select a[]',
      '           ^',
    ],
  ],
  [
    'select ?, :a',
    [
      'syntax error: parameters are written in two styles: ? and :name',
      '  line 1, column 11',
      '  select ?, :a',
      '            ^~',
      '  hint: Use one style of parameters in a statement.',
    ],
  ],
  [
    'select $0',
    [
      'syntax error: parameter 0 is not in the range 1 to 65535',
      '  line 1, column 8',
      '  select $0',
      '         ^~',
    ],
  ],
  [
    "select x'123'",
    [
      'syntax error: a blob literal has pairs of hexadecimal digits only',
      '  line 1, column 8',
      "  select x'123'",
      '         ^~~~~~',
    ],
  ],
  [
    "select E'\\xZ'",
    [
      'syntax error: invalid escape sequence "\\x"',
      '  line 1, column 10',
      "  select E'\\xZ'",
      '           ^~',
      '  hint: Write \\\\ for a backslash, \\x41 or \\u0041 for a character by its number.',
      '  22025',
    ],
  ],
  [
    'select sum(x) over (rows between unbounded following and 1 following)',
    [
      'bind error: a frame cannot start at UNBOUNDED FOLLOWING',
      '  line 1, column 34',
      '  select sum(x) over (rows between unbounded following and 1 following)',
      '                                   ^~~~~~~~~~~~~~~~~~~',
      '  42P20',
    ],
  ],
  [
    'select sum(x) over (rows between current row and 1 preceding)',
    [
      'bind error: a frame that starts at CURRENT ROW cannot end at PRECEDING',
      '  line 1, column 50',
      '  select sum(x) over (rows between current row and 1 preceding)',
      '                                                   ^~~~~~~~~~~',
      '  42P20',
    ],
  ],
  [
    'select sum(x) over (rows 1 following)',
    [
      'bind error: a frame that starts at FOLLOWING needs BETWEEN … AND …',
      '  line 1, column 26',
      '  select sum(x) over (rows 1 following)',
      '                           ^~~~~~~~~~~',
      '  42P20',
    ],
  ],
  [
    'explain (format xml) select 1',
    [
      'syntax error: EXPLAIN has no such option: format',
      '  line 1, column 10',
      '  explain (format xml) select 1',
      '           ^~~~~~~~~~',
      '  hint: The options are FORMAT text, FORMAT json, ANALYZE, VERBOSE and LOGICAL.',
    ],
  ],
  [
    'select count(distinct) from t',
    [
      'syntax error: expected an expression but found ")"',
      '  line 1, column 22',
      '  select count(distinct) from t',
      '                       ^',
    ],
  ],
])('%s', (sql, lines) => {
  expect(errorText(sql)).toBe(lines.join('\n'));
});

test('positions in later lines', () => {
  expect(errorText('select a,\n\tb c d\nfrom t')).toBe(
    [
      'syntax error: expected end of statement but found "d"',
      '  line 2, column 6',
      '   b c d',
      '       ^',
      '  hint: A comma may be missing in front of it.',
    ].join('\n'),
  );
});

test('long tokens are cut', () => {
  const name = 'x'.repeat(200);
  expect(errorText(`select a b ${name}`)).toContain(`but found "${'x'.repeat(80)}…"`);
});
