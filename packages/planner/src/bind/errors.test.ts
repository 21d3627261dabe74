import { expect, test } from 'vitest';
import { failure } from '../testing/bind.ts';

test.each([
  [
    'select amout from t',
    'bind 42703: column "amout" does not exist at [amout] | Table "t" has columns a, b, c.',
  ],
  [
    'select pri from events',
    'bind 42703: column "pri" does not exist at [pri] | did you mean "price"? Table "events" has columns id, at, price.',
  ],
  [
    'select t.x from t',
    'bind 42703: column "x" does not exist in table "t" at [x] | Table "t" has columns a, b, c.',
  ],
  ['select x.a from t', 'bind 42P01: table "x" is not in FROM at [x] | FROM has t.'],
  ['select a from tt', 'bind 42P01: table "tt" does not exist at [tt] | did you mean "t"?'],
  [
    'select a from other.t',
    'bind 42P01: table "other.t" does not exist at [other.t] | There are t, u, small, events, people, grown, broken, loop.',
  ],
  ['select a from t, u', 'bind 42702: column "a" is ambiguous at [a] | Write "t.a" or "u.a".'],
  [
    'select a',
    'bind 42703: column "a" does not exist at [a] | The query has no FROM; write text in single quotes.',
  ],
  ['select *', 'bind 42703: * needs a FROM clause at [*] | Name the values to select.'],
  ['select zz.* from t', 'bind 42P01: table "zz" is not in FROM at [zz] | FROM has t.'],
  ['select #4 from t', 'bind 42P10: there is no column #4 at [#4] | FROM has 3 columns.'],
  [
    'select name.x from people',
    'type 42804: VARCHAR has no field "x" at [x] | Only a STRUCT has fields.',
  ],
  [
    'select home.stat from people',
    'bind 42703: the struct has no field "stat" at [stat] | It has city, zip.',
  ],
  [
    'select home.zip.x from people',
    'type 42804: INTEGER has no field "x" at [x] | Only a STRUCT has fields.',
  ],
  [
    'select * exclude (zz) from t',
    'bind 42703: column "zz" does not exist at [zz] | Table "t" has columns a, b, c.',
  ],
  [
    'select * replace (1 as zz) from t',
    'bind 42703: column "zz" does not exist at [zz] | Table "t" has columns a, b, c.',
  ],
  [
    `select columns(['zz']) from t`,
    `bind 42703: column "zz" does not exist at ['zz'] | Table "t" has columns a, b, c.`,
  ],
  [
    `select columns(*) + columns(['a']) from t`,
    `syntax 42601: COLUMNS of one expression must select the same number of columns at [columns(['a'])] | Use the same selection in each of them.`,
  ],
  [
    'select * from t where columns(*) = 1',
    'syntax 42601: COLUMNS is not allowed in WHERE at [columns(*)]',
  ],
])('columns and tables: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  ['select * from t x (p, q, r, s)', 'bind 42P10: table "x" has 3 columns but 4 names at [s]'],
  [
    'select * from t, t',
    'bind 42712: table name "t" is used twice at [t] | Give one of them another name: t AS t2.',
  ],
  [
    'select * from t join t on true',
    'bind 42712: table name "t" is used twice at [t] | Give one of them another name: t AS t2.',
  ],
  ['select a from t x where t.a = 1', 'bind 42P01: table "t" is not in FROM at [t] | FROM has x.'],
  [
    'with a as (select 1), a as (select 2) select 1',
    'bind 42712: WITH defines "a" twice at [a] | Rename one.',
  ],
  [
    'with a (x, y) as (select 1) select * from a',
    'bind 42P10: table "a" has 1 column but 2 names at [y]',
  ],
])('aliases: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  [
    'select sume(a) from t',
    'bind 42883: function "sume" does not exist at [sume] | did you mean "sum"?',
  ],
  [
    'select sum(b) from t',
    'bind 42883: function sum(VARCHAR) does not exist at [sum(b)] | Candidates: sum(number).',
  ],
  [
    'select sum(a, b) from t',
    'bind 42883: function sum(INTEGER, VARCHAR) does not exist at [sum(a, b)] | Candidates: sum(number).',
  ],
  ['select lower(*) from t', 'bind 42883: lower does not take * at [*] | Only count(*) does.'],
  [
    'select lower(s := b) from t',
    'unsupported 0A000: the named argument "s" of lower is not supported at [s] | Give the arguments by position.',
  ],
  [
    'select undecided(1::integer, 2::integer) from t',
    'bind 42725: function undecided(INTEGER, INTEGER) is ambiguous at [undecided(1::integer, 2::integer)] | Cast an argument to choose among undecided(DOUBLE, INTEGER); undecided(INTEGER, DOUBLE).',
  ],
  [
    'select a + b from t',
    'bind 42883: operator INTEGER + VARCHAR does not exist at [a + b] | Candidates: add(number, number) → number; add(DATE, INTERVAL) → TIMESTAMP; add(TIMESTAMP, INTERVAL) → TIMESTAMP; add(DATE, INTEGER) → DATE; add(INTERVAL, INTERVAL) → INTERVAL.',
  ],
  [
    'select -b from t',
    'bind 42883: operator - VARCHAR does not exist at [-b] | Candidates: negate(number) → number; negate(INTERVAL) → INTERVAL.',
  ],
  [
    'select +b from t',
    'bind 42883: operator - VARCHAR does not exist at [+b] | Candidates: negate(number) → number; negate(INTERVAL) → INTERVAL.',
  ],
  [
    'select lower(distinct b) from t',
    'bind 42803: lower is not an aggregate function at [lower(distinct b)] | DISTINCT, FILTER, ORDER BY and IGNORE NULLS belong to aggregates and window functions.',
  ],
  [
    'select rank() from t',
    'bind 42P20: rank is a window function and needs OVER at [rank()] | Write rank(…) OVER (ORDER BY …).',
  ],
  [
    'select range(1, 2, 3)',
    'bind 42883: function range(INTEGER, INTEGER, INTEGER) does not exist at [range(1, 2, 3)] | Candidates: range(BIGINT) → BIGINT[]; range(BIGINT, BIGINT) → BIGINT[].',
  ],
  [
    `select read_csv('x')`,
    `bind 42883: read_csv is a table function at [read_csv('x')] | Write FROM read_csv(…).`,
  ],
  ['select nullif(a) from t', 'bind 42883: nullif takes 2 arguments, not 1 at [nullif(a)]'],
  [
    'select coalesce() from t',
    'bind 42883: coalesce takes 1 or more arguments, not 0 at [coalesce()]',
  ],
])('functions and operators: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  [
    'select a = b from t',
    'type 42804: operands of a comparison: INTEGER and VARCHAR have no common type at [b] | Cast one side: CAST(… AS INTEGER).',
  ],
  [
    'select a in (1, b) from t',
    'type 42804: operands of a comparison: INTEGER and VARCHAR have no common type at [b] | Cast one side: CAST(… AS INTEGER).',
  ],
  [
    'select c between a and b from t',
    'type 42804: operands of a comparison: DOUBLE and VARCHAR have no common type at [b] | Cast one side: CAST(… AS DOUBLE).',
  ],
  [
    'select case when a > 1 then d else 1 end from u',
    'type 42804: branches of CASE: DATE and INTEGER have no common type at [1] | Cast one side: CAST(… AS DATE).',
  ],
  [
    'select case when a then 1 end from t',
    'type 42804: the condition of WHEN must be BOOLEAN, not INTEGER at [a] | Cast it: CAST(… AS BOOLEAN).',
  ],
  [
    'select a from t where a',
    'type 42804: the condition of WHERE must be BOOLEAN, not INTEGER at [a] | Cast it: CAST(… AS BOOLEAN).',
  ],
  [
    'select not a from t',
    'type 42804: the operand of NOT must be BOOLEAN, not INTEGER at [a] | Cast it: CAST(… AS BOOLEAN).',
  ],
  [
    'select a and true from t',
    'type 42804: an operand of AND must be BOOLEAN, not INTEGER at [a] | Cast it: CAST(… AS BOOLEAN).',
  ],
  [
    'select cast(true as date)',
    'type 42846: BOOLEAN cannot be cast to DATE at [cast(true as date)]',
  ],
  [
    'select cast(a as foo) from t',
    'bind 42704: type "foo" does not exist at [foo] | did you mean "bool"?',
  ],
  [
    'select cast(a as decimal(40, 2)) from t',
    'bind 22023: DECIMAL takes a precision from 1 to 38 and a scale at [decimal(40, 2)]',
  ],
  [
    'select cast(a as decimal(4, 5)) from t',
    'bind 22023: the scale of DECIMAL(4,5) must be from 0 to 4 at [decimal(4, 5)]',
  ],
  [
    'select cast(a as integer(3)) from t',
    'syntax 42601: type INTEGER takes no numbers at [integer(3)]',
  ],
  [
    'select cast(a as bit) from t',
    'unsupported 0A000: the type BIT is not supported at [bit] | Use BLOB or a VARCHAR of 0 and 1.',
  ],
  [
    `values (1), (date '2020-01-01')`,
    `type 42804: column 1 of VALUES: INTEGER and DATE have no common type at [date '2020-01-01'] | Cast one side: CAST(… AS INTEGER).`,
  ],
  [
    `select [1, date '2020-01-01']`,
    `type 42804: elements of a list: INTEGER and DATE have no common type at [date '2020-01-01'] | Cast one side: CAST(… AS INTEGER).`,
  ],
  [
    'select a from t join people on t.b = home',
    'type 42804: operands of a comparison: VARCHAR and STRUCT(city VARCHAR, zip INTEGER) have no common type at [home] | Cast one side: CAST(… AS VARCHAR).',
  ],
  [
    'select (1, 2) = (1, 2, 3)',
    'type 42804: a row of 2 and a row of 3 values cannot be compared at [(1, 2) = (1, 2, 3)]',
  ],
  [
    'select a collate nocase = b from t',
    'type 42804: operands of a comparison: INTEGER and VARCHAR have no common type at [b] | Cast one side: CAST(… AS INTEGER).',
  ],
  [
    'select b collate nocase = b collate noaccent from t',
    'type 42P21: collations nocase and noaccent meet in a comparison at [b collate noaccent] | Give both sides the same collation.',
  ],
  [
    `select interval '1 x' year to month`,
    `execution 22007: '1 x' is not an interval YEAR TO MONTH at ['1 x' year to month]`,
  ],
])('types: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  [
    'select a from t where sum(a) > 1',
    'bind 42803: aggregate functions are not allowed in WHERE at [sum(a)] | Filter groups with HAVING.',
  ],
  [
    'select a, sum(c) from t',
    'bind 42803: column "a" must be in GROUP BY or inside an aggregate function at [a] | any_value(a) takes the value of any row of the group.',
  ],
  [
    'select a, b, sum(c) from t group by b',
    'bind 42803: column "a" must be in GROUP BY or inside an aggregate function at [a] | any_value(a) takes the value of any row of the group.',
  ],
  [
    'select b from t group by b order by a',
    'bind 42803: column "a" must be in GROUP BY or inside an aggregate function at [a] | any_value(a) takes the value of any row of the group.',
  ],
  [
    'select b, row_number() over (order by a) from t group by b',
    'bind 42803: column "a" must be in GROUP BY or inside an aggregate function at [a] | any_value(a) takes the value of any row of the group.',
  ],
  [
    'select b, (select max(n) from u where u.a = t.a) from t group by b',
    'bind 42803: column "a" must be in GROUP BY or inside an aggregate function at [t.a] | any_value(a) takes the value of any row of the group.',
  ],
  [
    'select sum(sum(a)) from t',
    'bind 42803: aggregate functions cannot be nested at [sum(a)] | Compute the inner one in a subquery.',
  ],
  [
    'select a from t group by sum(a)',
    'bind 42803: aggregate functions are not allowed in GROUP BY at [sum(a)]',
  ],
  [
    'select a from t group by 3',
    'bind 42P10: position 3 is not in the SELECT list at [3] | It has 1 column.',
  ],
  [
    `select a from t having b = 'x'`,
    'bind 42803: column "a" must be in GROUP BY or inside an aggregate function at [a] | any_value(a) takes the value of any row of the group.',
  ],
  [
    'select grouping(c) from t group by rollup (a)',
    'bind 42803: the arguments of grouping must be grouping keys at [c] | Name an expression of GROUP BY.',
  ],
  [
    'select grouping(a) from t where grouping(a) = 1',
    'bind 42803: grouping is not allowed in WHERE at [grouping(a)] | Use it in SELECT, HAVING or ORDER BY.',
  ],
  [
    'select count(distinct a order by c) from t',
    'bind 42P10: ORDER BY of an aggregate with DISTINCT must name its argument at [count(distinct a order by c)] | Duplicates have no other value to be ordered by.',
  ],
  [
    'select sum(a ignore nulls) from t',
    'syntax 42601: sum has no IGNORE NULLS or RESPECT NULLS at [sum(a ignore nulls)] | It never sees NULLs.',
  ],
  [
    'select count(*) from t group by cube (a, b, c, a + 1, a + 2, a + 3, a + 4, a + 5, a + 6, a + 7, a + 8, a + 9, a + 10)',
    'resource 54000: CUBE takes at most 12 columns, not 13 at [cube (a, b, c, a + 1, a + 2, a + 3, a + 4, a + 5, a + 6, a + 7, a + 8, a + 9, a + 10)] | List the sets that are wanted: GROUPING SETS ((a, b), (a), ()).',
  ],
])('grouping: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  [
    'select 1 from t where rank() over () = 1',
    'bind 42P20: window functions are not allowed in WHERE at [rank() over ()] | Filter their values with QUALIFY.',
  ],
  [
    'select sum(rank() over ()) from t',
    'bind 42P20: window functions are not allowed in an aggregate function at [rank() over ()]',
  ],
  [
    'select rank() over (order by rank() over ()) from t',
    'bind 42P20: window functions cannot be nested at [rank() over ()] | Compute the inner one in a subquery.',
  ],
  [
    'select a from t qualify a > 1',
    'bind 42P20: QUALIFY needs a window function in it or in the SELECT list at [a > 1] | Filter rows with WHERE and groups with HAVING.',
  ],
  [
    'select b from t group by b having rank() over () = 1',
    'bind 42P20: window functions are not allowed in HAVING at [rank() over ()] | Filter their values with QUALIFY.',
  ],
  [
    'select sum(c) over w from t',
    'bind 42704: window "w" does not exist at [w] | Define it: WINDOW w AS (…).',
  ],
  [
    'select sum(c) over w from t window v as (order by a)',
    'bind 42704: window "w" does not exist at [w] | The query has the windows v.',
  ],
  [
    'select sum(c) over (w partition by a) from t window w as (order by b)',
    'bind 42P20: PARTITION BY of window "w" cannot be replaced at [a]',
  ],
  [
    'select sum(c) over (w order by a) from t window w as (order by b)',
    'bind 42P20: ORDER BY of window "w" cannot be replaced at [a]',
  ],
  [
    'select sum(c) over (w) from t window w as (rows 1 preceding)',
    'bind 42P20: window "w" has a frame and cannot be extended at [w] | Write OVER w without parentheses.',
  ],
  [
    'select a from t window w as (order by a), w as (order by b)',
    'bind 42P20: window "w" is defined twice at [w] | Rename one of them.',
  ],
  [
    'select lower(b) over () from t',
    'bind 42803: lower is neither a window function nor an aggregate at [()] | Leave OVER out.',
  ],
  [
    'select rank() filter (where true) over () from t',
    'bind 42803: rank takes no DISTINCT, FILTER or WITHIN GROUP at [rank() filter (where true) over ()] | Only aggregates do.',
  ],
  [
    'select rank() ignore nulls over () from t',
    'syntax 42601: rank has no IGNORE NULLS or RESPECT NULLS at [rank() ignore nulls over ()] | Only lag, lead, first_value, last_value and nth_value have.',
  ],
  [
    'select sum(c) over (order by a, b range 1 preceding) from t',
    'bind 42P20: RANGE with an offset needs exactly one ORDER BY key at [1] | Use ROWS or GROUPS, or order by a single key.',
  ],
  [
    'select sum(c) over (order by b range 1 preceding) from t',
    `bind 42P20: RANGE cannot add INTEGER to the key's VARCHAR at [1] | Use ROWS or GROUPS.`,
  ],
  [
    'select sum(n) over (order by d range 1.5 preceding) from u',
    `bind 42P20: RANGE cannot add DECIMAL(2,1) to the key's DATE at [1.5] | Write an interval: INTERVAL '1 day'.`,
  ],
  [
    'select sum(c) over (order by a groups -1 preceding) from t',
    'execution 22013: the offset of GROUPS must not be negative at [-1]',
  ],
  [
    'select sum(c) over (order by a range null preceding) from t',
    'execution 22013: the offset of RANGE must not be NULL at [null]',
  ],
])('windows: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  [
    'select a from t order by 2',
    'bind 42P10: position 2 is not in the SELECT list at [2] | It has 1 column.',
  ],
  [
    'select distinct a from t order by b',
    'bind 42P10: with DISTINCT, ORDER BY must name columns of the SELECT list at [b] | Select the expression too.',
  ],
  [
    'select a from t union select b from t order by c',
    'bind 42P10: after a set operation, ORDER BY must name columns of the result at [c] | They are a.',
  ],
  [
    'select a from t union select a from u order by a + 1',
    'bind 42P10: after a set operation, ORDER BY must name columns of the result at [a + 1] | They are a.',
  ],
  ['select a from t limit -1', 'execution 2201W: LIMIT must not be negative, it is -1 at [-1]'],
  ['select a from t offset -2', 'execution 2201X: OFFSET must not be negative, it is -2 at [-2]'],
  ['select a from t limit 101%', 'execution 2201W: LIMIT 101% is not between 0 and 100 at [101]'],
  [
    'select a from t limit b',
    'bind 42703: column "b" does not exist at [b] | The query has no FROM; write text in single quotes.',
  ],
  [
    'select a from t limit (select 1)',
    'unsupported 0A000: LIMIT that is not a constant is not supported at [(select 1)] | Use a number, a parameter, or filter by row_number().',
  ],
  [
    'select a from t fetch first 1 row with ties',
    'bind 42P10: WITH TIES needs ORDER BY at [fetch first 1 row with ties] | Say what makes two rows tie.',
  ],
])('order and limit: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  [
    'select a from t union select a, b from t',
    'syntax 42601: UNION of 1 and 2 columns at [select a, b from t] | Both sides need the same number of columns; BY NAME fills them up.',
  ],
  [
    'select d from u union select a from t',
    'type 42804: column 1 of UNION: DATE and INTEGER have no common type at [select a from t] | Cast one side.',
  ],
  [
    'select a, a from t union by name select a from t',
    'bind 42701: BY NAME: column "a" is there twice at [select a, a from t] | Give the columns different names with AS.',
  ],
  [
    'values (1, 2), (3)',
    'syntax 42601: VALUES has rows of 2 and of 1 values at [3] | Give every row the same number of values.',
  ],
])('set operations and values: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  [
    'select (select a, b from t) from t',
    'syntax 42601: the subquery gives 2 columns where one is wanted at [(select a, b from t)]',
  ],
  [
    'select a from t where a in (select a, b from t)',
    'syntax 42601: the subquery gives 2 columns where one is wanted at [select a, b from t]',
  ],
  [
    'select a from t where (a, b) = any (select a from t)',
    'syntax 42601: the subquery gives 1 column where 2 are wanted at [select a from t]',
  ],
  [
    'select a, (select nope from u) from t',
    'bind 42703: column "nope" does not exist at [nope] | Table "u" has columns a, d, n. Table "t" has columns a, b, c.',
  ],
  [
    'select * from t full join u on exists (select 1 from small where k = t.a and v = u.a)',
    'unsupported 0A000: a subquery in the condition of FULL JOIN is not supported at [exists (select 1 from small where k = t.a and v = u.a)] | Compute it in a subquery of FROM.',
  ],
  [
    'select * from t right join lateral (select * from u where u.a = t.a) x on true',
    'unsupported 0A000: RIGHT JOIN LATERAL is not supported at [lateral (select * from u where u.a = t.a) x] | Use CROSS JOIN LATERAL or LEFT JOIN LATERAL.',
  ],
])('subqueries: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  [
    'select * from t natural join events',
    'bind 42703: NATURAL JOIN needs a column that both sides have at [natural join] | Join with ON, or write CROSS JOIN.',
  ],
  [
    'select * from t join u using (b)',
    'bind 42703: column "b" of USING does not exist on the right side at [b] | It has a, d, n.',
  ],
  [
    'select * from (t cross join u) join t x using (a)',
    'bind 42702: column "a" is ambiguous at [a] | Write "t.a" or "u.a".',
  ],
  [
    'select * from t join u on t.a + u.a',
    'type 42804: the condition of JOIN … ON must be BOOLEAN, not INTEGER at [t.a + u.a] | Cast it: CAST(… AS BOOLEAN).',
  ],
])('joins: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  [
    'with recursive r as (select x from r) select * from r',
    'bind 42P19: recursive table "r" must be base UNION [ALL] step at [select x from r] | Write a query that does not read it, UNION [ALL], and one that does.',
  ],
  [
    'with recursive r as (select 1 union all select 2, 3 from r) select * from r',
    'syntax 42601: recursive table "r" has 1 column, its step 2 at [select 2, 3 from r]',
  ],
  [
    `with recursive r (x) as (select 1 union all select 'a'::varchar from r) select * from r`,
    `type 42804: column 1 of recursive table "r" is INTEGER first, then VARCHAR at [select 'a'::varchar from r] | Cast it in the step: CAST(… AS INTEGER).`,
  ],
  [
    'with recursive r (x) as (select 1 union all select x * 1.5 from r) select * from r',
    'type 42804: column 1 of recursive table "r" is DECIMAL(12,1) first, then DECIMAL(14,2) at [select x * 1.5 from r] | Cast it in the step: CAST(… AS DECIMAL(12,1)).',
  ],
  [
    'with recursive r (x) as (select x from r union all select 1) select * from r',
    'bind 42P19: recursive table "r" may be read in the last operand of UNION only at [select x from r union all select 1] | Start with a query that does not read it.',
  ],
  [
    'with recursive r (x) as (select 1 union select 2 from r order by 1) select * from r',
    'bind 42P19: recursive table "r" must be base UNION [ALL] step at [select 1 union select 2 from r order by 1] | Put ORDER BY and LIMIT into the query that reads it.',
  ],
])('recursion: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  [
    'select * from broken',
    'bind 42703: view "broken" cannot be read: column "nope" does not exist at [broken] | Table "t" has columns a, b, c.',
  ],
  [
    'select * from loop',
    'bind 42P19: view "loop" refers to itself at [loop] | A view can only be recursive through WITH RECURSIVE.',
  ],
  [`select * from 'nope.csv'`, `io 58P01: no file "nope.csv" at ['nope.csv']`],
  [
    'select * from rang(3)',
    'bind 42883: function "rang" does not exist at [rang] | did you mean "range", "rank", "avg"?',
  ],
  [
    'select * from range(t.a), t',
    'bind 42P01: table "t" is not in FROM at [t] | FROM has no table with a name.',
  ],
  [
    `select * from read_csv('x', heade := true)`,
    'bind 42883: read_csv has no parameter "heade" at [heade] | did you mean "header"?',
  ],
  [
    `select * from read_csv('x', heade = true)`,
    'bind 42883: read_csv has no parameter "heade" at [heade] | did you mean "header"?',
  ],
  [
    'select * from read_csv(random())',
    'bind 22023: an argument of read_csv must be a constant at [random()] | Write the value itself, or use a parameter.',
  ],
  [
    'select * from t, read_csv(t.b)',
    'unsupported 0A000: read_csv over columns of other tables is not supported at [read_csv(t.b)] | Give it constants or parameters.',
  ],
  [
    'select * from range(3) with ordinality',
    'unsupported 0A000: WITH ORDINALITY of range is not supported at [range(3) with ordinality] | Number the rows with row_number() OVER ().',
  ],
  ['select * from t, unnest(a)', 'type 42804: unnest needs a list, not INTEGER at [a]'],
])('views, files and table functions: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  ['select $1', 'bind 42P02: parameter $1 has no value at [$1] | Give the values with the query.'],
  [
    'select $name',
    'bind 42P02: parameter $name has no value at [$name] | Give the values with the query.',
  ],
  [
    'select default',
    'syntax 42601: DEFAULT stands for a value only in INSERT and UPDATE at [default]',
  ],
  ['select unnest(a) from t', 'type 42804: unnest needs a list at [unnest(a)]'],
  [
    'select a from t where unnest([1]) = 1',
    'syntax 42601: unnest is not allowed in WHERE at [unnest([1])] | Use it in the SELECT list or in FROM.',
  ],
  [
    `select interval '99999999999' year`,
    `bind 22008: an interval of 99999999999 years is out of range at ['99999999999' year]`,
  ],
])('parameters and literals: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  [
    'select * from t tablesample 10%',
    'unsupported 0A000: TABLESAMPLE is not supported at [10%] | Filter with random() < 0.1, or ORDER BY random() LIMIT n.',
  ],
  [
    'select a from t using sample 10',
    'unsupported 0A000: USING SAMPLE is not supported at [10] | Filter with random() < 0.1, or ORDER BY random() LIMIT n.',
  ],
  [
    'select a from t order by a with fill',
    'unsupported 0A000: WITH FILL is not supported at [with fill] | Join with generate_series(first, last, step) to add the missing keys.',
  ],
  [
    'select b collate nocase from t',
    'unsupported 0A000: COLLATE outside of a comparison or ORDER BY is not supported at [b collate nocase] | Use lower(x), strip_accents(x) or nfc_normalize(x).',
  ],
  [
    'select list_reduce([1], (x, y) -> x + y)',
    'unsupported 0A000: a lambda as an argument of list_reduce is not supported at [list_reduce([1], (x, y) -> x + y)] | list_transform, list_filter, any_match and all_match take one.',
  ],
  [
    'select list_filter([1], x -> x > nope)',
    'bind 42703: column "nope" does not exist at [nope] | Table "lambda" has columns x, $index.',
  ],
  [
    'select [x for x, y, z in [1]]',
    'bind 42883: a lambda over a list has one or two parameters at [z] | They are the element and its position.',
  ],
  [
    'select * from t pivot (sum(c) for b in any)',
    'unsupported 0A000: PIVOT without a list of values is not supported at [b in any] | List them: ON key IN (value, …).',
  ],
  [
    `select '{}'::json:a`,
    `unsupported 0A000: a JSON path after a colon is not supported at ['{}'::json:a] | Use j -> 'a' -> 'b'.`,
  ],
  [
    `select b'101'`,
    `unsupported 0A000: the type BIT is not supported at [b'101'] | Use a BLOB: x'1F'.`,
  ],
  [
    'select * from t match_recognize (pattern (x) define x as true)',
    'unsupported 0A000: MATCH_RECOGNIZE is not supported at [t match_recognize (pattern (x) define x as true)] | Compare neighbouring rows with lag and lead in a window.',
  ],
  [
    'select a like any (select b from t) from t',
    'unsupported 0A000: a subquery in LIKE ANY is not supported at [(select b from t)] | Use EXISTS (SELECT … WHERE x LIKE pattern).',
  ],
  [
    'select unnest(home) from people',
    'unsupported 0A000: unnest of a struct is not supported at [unnest(home)] | Select its fields one by one.',
  ],
  [
    'with x as (insert into t values (1) returning *) select * from x',
    'unsupported 0A000: a data-changing statement in WITH is not supported at [insert into t values (1) returning *] | Run it as a statement of its own.',
  ],
])('not supported, with what to use instead: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});

test.each([
  [
    'select nope from t where nope2 = 1',
    'bind 42703: column "nope" does not exist at [nope] | Table "t" has columns a, b, c.',
  ],
  [
    'select a from t where nope2 = 1 group by nope3 having nope4 order by nope5',
    'bind 42703: column "nope2" does not exist at [nope2] | Table "t" has columns a, b, c.',
  ],
  [
    'select a, sum(c), b from t group by 1',
    'bind 42803: column "b" must be in GROUP BY or inside an aggregate function at [b] | any_value(b) takes the value of any row of the group.',
  ],
  [
    'select sum(nope1) from t where sum(a) > 1',
    'bind 42703: column "nope1" does not exist at [nope1] | Table "t" has columns a, b, c.',
  ],
])('the first error in the text: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});
