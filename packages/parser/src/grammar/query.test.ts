import { describe } from 'vitest';
import { testStatements } from '../round-trip.test.support.ts';

describe('SELECT list', () => {
  testStatements([
    'SELECT 1',
    [
      'select a b, c as d, e: f + 1, total: sum(x)',
      'SELECT a AS b, c AS d, f + 1 AS e, sum(x) AS total',
    ],
    'SELECT a AS "select", b AS select, c \'typed\'',
    ["select a as 'x y'", 'SELECT a AS "x y"'],
    ['select a, b, from t', 'SELECT a, b FROM t'],
    ['select a from t, u, where b', 'SELECT a FROM t, u WHERE b'],
    ['values (1, 2,), (3, 4),', 'VALUES (1, 2), (3, 4)'],
    ['select all a', 'SELECT a'],
    'SELECT DISTINCT a, b FROM t',
    'SELECT DISTINCT ON (a, b) a FROM t ORDER BY a, b, c',
    ['select *, t.*, s.t.*, (x).*, f(x).* from t', 'SELECT *, t.*, s.t.*, x.*, f(x).* FROM t'],
    'SELECT * EXCLUDE (a, t.b) REPLACE (a + 1 AS a, b AS b) RENAME (c AS d) FROM t',
    ['select * exclude a from t', 'SELECT * EXCLUDE (a) FROM t'],
    ['select * except (a, b) from t', 'SELECT * EXCLUDE (a, b) FROM t'],
    "SELECT * LIKE 'p%' FROM t",
    "SELECT * NOT ILIKE 'p%' ESCAPE '!' FROM t",
    [
      "select min(columns(*)), columns('a.*')::int + 1, columns(c -> c like 'x%'), columns(['a', 'b']), coalesce(*columns(*)), columns(*columns('a')) from t",
      "SELECT min(COLUMNS(*)), CAST(COLUMNS('a.*') AS int) + 1, COLUMNS(lambda c: c LIKE 'x%'), COLUMNS(['a', 'b']), coalesce(*COLUMNS(*)), COLUMNS(*COLUMNS('a')) FROM t",
    ],
    'SELECT count(*), count(DISTINCT a), count(t.*) FROM t',
    'SELECT explode(m) AS (k, v) FROM t',
    [
      'select /*+ BROADCAST(t), MERGE(a, b) COALESCE(3), NO_REORDER */ a from t',
      'SELECT /*+ BROADCAST(t), MERGE(a, b), COALESCE(3), NO_REORDER */ a FROM t',
    ],
    ['select /* plain */ a -- end', 'SELECT a'],
    'SELECT name, type, key, year, rank, first, last, count, value, text, range, rows, index, level, date, values, filter, over, matched FROM t',
    'SELECT 1 WHERE FALSE',
  ]);
});

describe('FROM', () => {
  testStatements([
    ['from t', 'SELECT * FROM t'],
    ['from t select a where b', 'SELECT a FROM t WHERE b'],
    ['from t where a > 1', 'SELECT * FROM t WHERE a > 1'],
    ['from t |> where a > 1', 'SELECT * FROM t |> WHERE a > 1'],
    ['table t', 'SELECT * FROM t'],
    ['table s.t order by 1', 'SELECT * FROM s.t ORDER BY 1'],
    ['select * from t as x (a, b), u y, v', 'SELECT * FROM t AS x (a, b), u AS y, v'],
    'SELECT * FROM "T".u."v w"',
    ["select * from 'data/*.parquet' p, 'x.csv'", "SELECT * FROM 'data/*.parquet' AS p, 'x.csv'"],
    [
      'select * from range(10) r(i), unnest([1, 2]) with ordinality as u (v, o)',
      'SELECT * FROM range(10) AS r (i), unnest([1, 2]) WITH ORDINALITY AS u (v, o)',
    ],
    'SELECT * FROM LATERAL f(t.x) AS g, LATERAL (SELECT t.a) AS l',
    ['select * from table(f(1)) t', 'SELECT * FROM f(1) AS t'],
    [
      "select * from values (1, 'a'), (2, 'b') t(a, b)",
      "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t (a, b)",
    ],
    'SELECT * FROM (VALUES (1)) AS t (a), (SELECT 1) AS s',
    'SELECT * FROM (SELECT 1) UNION SELECT 2',
    [
      "select * from read_csv('x', header := true, columns => {'a': 'INT'})",
      "SELECT * FROM read_csv('x', header := TRUE, columns := {'a': 'INT'})",
    ],
    [
      "select * from x: t, y: 'f.parquet', z: f(1)",
      "SELECT * FROM t AS x, 'f.parquet' AS y, f(1) AS z",
    ],
    'SELECT * FROM f() AS t (a int, b varchar(3))',
    [
      "select * from t at (version => 3), u for version as of 2 x, v timestamp as of '2020-01-01'",
      "SELECT * FROM t AT (VERSION => 3), u AT (VERSION => 2) AS x, v AT (TIMESTAMP => '2020-01-01')",
    ],
    [
      'select * from (describe t), (show tables), (summarize select 1), (from t), (table t)',
      'SELECT * FROM ((DESCRIBE t)), ((SHOW TABLES)), ((SUMMARIZE (SELECT 1))), (SELECT * FROM t), (SELECT * FROM t)',
    ],
    ['select * from left_t left, right_t right', 'SELECT * FROM left_t AS left, right_t AS right'],
    'SELECT * FROM sample, semi, anti, asof, at, version',
  ]);
});

describe('joins', () => {
  testStatements([
    'SELECT * FROM a JOIN b ON a.x = b.x',
    [
      'select * from a inner join b using (x, y) left outer join c on true right join d on d.x = a.x full join e using (x)',
      'SELECT * FROM a JOIN b USING (x, y) LEFT JOIN c ON TRUE RIGHT JOIN d ON d.x = a.x FULL JOIN e USING (x)',
    ],
    'SELECT * FROM a CROSS JOIN b, c CROSS JOIN d',
    'SELECT * FROM a NATURAL JOIN b NATURAL LEFT JOIN c',
    [
      'select * from a semi join b on a.x = b.x left anti join c using (x) anti join d using (x) left semi join e using (x)',
      'SELECT * FROM a SEMI JOIN b ON a.x = b.x ANTI JOIN c USING (x) ANTI JOIN d USING (x) SEMI JOIN e USING (x)',
    ],
    'SELECT * FROM a ASOF JOIN b ON a.k = b.k AND a.t >= b.t TOLERANCE INTERVAL 1 DAY',
    'SELECT * FROM a ASOF LEFT JOIN b USING (k, t)',
    'SELECT * FROM a POSITIONAL JOIN b',
    [
      'select * from a join b join c on b.x = c.x on a.x = b.x',
      'SELECT * FROM a JOIN (b JOIN c ON b.x = c.x) ON a.x = b.x',
    ],
    'SELECT * FROM a LEFT JOIN (b JOIN c ON b.x = c.x) ON a.x = b.x',
    'SELECT * FROM (a JOIN b ON TRUE) AS ab (x, y) JOIN c ON TRUE',
    [
      'select * from ((a)), ((select 1)) t, ((select 1) union (select 2)) u, ((select 1) s join b on true)',
      'SELECT * FROM a, (SELECT 1) AS t, ((SELECT 1) UNION (SELECT 2)) AS u, (SELECT 1) AS s JOIN b ON TRUE',
    ],
    [
      'select * from t left join lateral (select t.a) s on true cross join lateral f(t.b) g',
      'SELECT * FROM t LEFT JOIN LATERAL (SELECT t.a) AS s ON TRUE CROSS JOIN LATERAL f(t.b) AS g',
    ],
  ]);
});

describe('GROUP BY and HAVING', () => {
  testStatements([
    'SELECT a, sum(b) FROM t WHERE c GROUP BY a HAVING sum(b) > 1',
    'SELECT a FROM t GROUP BY ALL',
    'SELECT a FROM t GROUP BY a, b + 1, (c, d), ()',
    [
      'select a from t group by rollup (a, (b, c)), cube (d, e), grouping sets ((a), (b, c), (), rollup (d), grouping sets (e))',
      'SELECT a FROM t GROUP BY ROLLUP (a, (b, c)), CUBE (d, e), GROUPING SETS (a, (b, c), (), ROLLUP (d), GROUPING SETS (e))',
    ],
    'SELECT a FROM t GROUP BY DISTINCT ROLLUP (a), CUBE (a)',
    'SELECT a FROM t GROUP BY a, b WITH ROLLUP',
    'SELECT a FROM t GROUP BY a WITH TOTALS',
    ['select a from t group by a, b,', 'SELECT a FROM t GROUP BY a, b'],
    'SELECT a FROM t HAVING count(*) > 1',
  ]);
});

describe('windows', () => {
  testStatements([
    [
      'select sum(a) over w, rank() over (w order by b) from t window w as (partition by c), v as (w rows 3 preceding) qualify rank() over w = 1',
      'SELECT sum(a) OVER w, rank() OVER (w ORDER BY b) FROM t WINDOW w AS (PARTITION BY c), v AS (w ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) QUALIFY rank() OVER w = 1',
    ],
    [
      'select a from t qualify row_number() over (partition by g order by t desc) = 1 window w as ()',
      'SELECT a FROM t WINDOW w AS () QUALIFY row_number() OVER (PARTITION BY g ORDER BY t DESC) = 1',
    ],
    'SELECT sum(a) OVER (), sum(a) OVER (ORDER BY b), sum(a) OVER (PARTITION BY a, b ORDER BY c DESC NULLS LAST, d)',
    [
      'select sum(a) over (rows unbounded preceding), sum(a) over (rows between current row and unbounded following)',
      'SELECT sum(a) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), sum(a) OVER (ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)',
    ],
    [
      "select sum(a) over (range between interval 1 day preceding and interval '2' hour following exclude no others)",
      "SELECT sum(a) OVER (RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND INTERVAL '2' HOUR FOLLOWING)",
    ],
    'SELECT sum(a) OVER (GROUPS BETWEEN 1 + x PRECEDING AND f(y) FOLLOWING EXCLUDE CURRENT ROW)',
    [
      'select sum(a) over (rows between 1 preceding and 1 preceding exclude ties), lag(a, 1) ignore nulls over w, lag(a ignore nulls) over w',
      'SELECT sum(a) OVER (ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING EXCLUDE TIES), lag(a, 1) IGNORE NULLS OVER w, lag(a) IGNORE NULLS OVER w',
    ],
    [
      'select nth_value(a, 2) from first respect nulls over w from first',
      'SELECT nth_value(a, 2) RESPECT NULLS OVER w FROM first',
    ],
    'SELECT rank(ORDER BY a DESC) OVER (PARTITION BY b), rank(1) WITHIN GROUP (ORDER BY a), mode() WITHIN GROUP (ORDER BY x)',
    [
      'select sum(a) filter (where b > 1) over w, count(*) filter (b) from t',
      'SELECT sum(a) FILTER (WHERE b > 1) OVER w, count(*) FILTER (WHERE b) FROM t',
    ],
  ]);
});

describe('ORDER BY and LIMIT', () => {
  testStatements([
    [
      'select a from t order by a, b desc, 3 asc nulls first, c nulls last, d using >, e using <, f collate nocase desc',
      'SELECT a FROM t ORDER BY a, b DESC, 3 ASC NULLS FIRST, c NULLS LAST, d DESC, e ASC, f COLLATE nocase DESC',
    ],
    'SELECT a FROM t ORDER BY ALL DESC NULLS FIRST',
    'SELECT a FROM t ORDER BY ALL',
    'SELECT a FROM t ORDER BY t WITH FILL FROM 1 TO 10 STEP 2, u DESC WITH FILL INTERPOLATE (b, c AS c + 1)',
    'SELECT a FROM t LIMIT 10',
    'SELECT a FROM t LIMIT 10 OFFSET 5',
    ['select a from t offset 5 limit 10', 'SELECT a FROM t LIMIT 10 OFFSET 5'],
    ['select a from t limit 10%', 'SELECT a FROM t LIMIT 10 PERCENT'],
    'SELECT a FROM t LIMIT (SELECT 5) PERCENT',
    ['select a from t limit all offset 3 rows', 'SELECT a FROM t LIMIT ALL OFFSET 3'],
    ['select a from t offset 5 rows fetch first 3 rows only', 'SELECT a FROM t LIMIT 3 OFFSET 5'],
    [
      'select a from t order by a fetch next row with ties',
      'SELECT a FROM t ORDER BY a FETCH FIRST 1 ROWS WITH TIES',
    ],
    'SELECT a FROM t FETCH FIRST 10 PERCENT ROWS WITH TIES',
    'SELECT a FROM t LIMIT 2 BY b',
    'SELECT a FROM t LIMIT 2 OFFSET 1 BY b, c LIMIT 10 OFFSET 3',
    'SELECT a FROM t LIMIT 10 % 3',
  ]);
});

describe('samples', () => {
  testStatements([
    [
      'select * from t tablesample 10%, u tablesample (10 rows), v tablesample bernoulli(10), w tablesample system (20) repeatable (42) as x, y tablesample reservoir(5 rows)',
      'SELECT * FROM t TABLESAMPLE (10 PERCENT), u TABLESAMPLE (10 ROWS), v TABLESAMPLE BERNOULLI(10 PERCENT), w AS x TABLESAMPLE SYSTEM(20 PERCENT) REPEATABLE (42), y TABLESAMPLE RESERVOIR(5 ROWS)',
    ],
    [
      'select * from t using sample 10% (bernoulli, 42)',
      'SELECT * FROM t USING SAMPLE BERNOULLI(10 PERCENT) REPEATABLE (42)',
    ],
    [
      'select * from t where a using sample 10 rows order by a',
      'SELECT * FROM t WHERE a USING SAMPLE (10 ROWS) ORDER BY a',
    ],
    'SELECT * FROM t USING SAMPLE RESERVOIR(50 ROWS) REPEATABLE (1)',
    'SELECT * FROM t TABLESAMPLE (BUCKET 3 OUT OF 10)',
    'SELECT * FROM t AS x TABLESAMPLE (1.5 PERCENT)',
  ]);
});

describe('set operations', () => {
  testStatements([
    'SELECT 1 UNION SELECT 2 UNION ALL SELECT 3',
    'SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3',
    'SELECT 1 UNION SELECT 2 INTERSECT SELECT 3 EXCEPT ALL SELECT 4',
    '(SELECT 1 UNION SELECT 2) INTERSECT SELECT 3',
    'SELECT 1 UNION (SELECT 2 UNION SELECT 3)',
    [
      'select 1 except select 2 minus select 3 minus all select 4',
      'SELECT 1 EXCEPT SELECT 2 EXCEPT SELECT 3 EXCEPT ALL SELECT 4',
    ],
    ['select 1 a union all by name select 2 b', 'SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS b'],
    [
      'select 1 intersect distinct select 2 intersect all select 3',
      'SELECT 1 INTERSECT SELECT 2 INTERSECT ALL SELECT 3',
    ],
    '(SELECT 1 LIMIT 1) UNION (SELECT 2 ORDER BY 1) ORDER BY 1 LIMIT 3',
    ['(select 1)', 'SELECT 1'],
    ['((select 1) limit 1)', '(SELECT 1) LIMIT 1'],
    "VALUES (1, 'a'), (2, DEFAULT) ORDER BY 1",
    ['select minus from t minus select 1', 'SELECT minus FROM t EXCEPT SELECT 1'],
    ['from t union all from u', 'SELECT * FROM t UNION ALL SELECT * FROM u'],
  ]);
});

describe('WITH', () => {
  testStatements([
    [
      'with a as (select 1), b (x, y) as materialized (select 1, 2), c as not materialized (table a) select * from a, b, c',
      'WITH a AS (SELECT 1), b (x, y) AS MATERIALIZED (SELECT 1, 2), c AS NOT MATERIALIZED (SELECT * FROM a) SELECT * FROM a, b, c',
    ],
    [
      'with recursive r(n) as (select 1 union all select n + 1 from r where n < 10) select * from r',
      'WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT * FROM r',
    ],
    [
      'with recursive r(k, n) using key (k) as (select 1, 2) select * from r',
      'WITH RECURSIVE r (k, n) USING KEY (k) AS (SELECT 1, 2) SELECT * FROM r',
    ],
    'WITH recursive AS (SELECT 1) SELECT * FROM recursive',
    'WITH x AS (INSERT INTO t VALUES (1) RETURNING a), y AS (DELETE FROM t RETURNING *) SELECT * FROM x',
    [
      'with a as (with b as (select 1) from b) from a',
      'WITH a AS (WITH b AS (SELECT 1) SELECT * FROM b) SELECT * FROM a',
    ],
    'SELECT (WITH a AS (SELECT 1) SELECT * FROM a)',
  ]);
});

describe('subqueries', () => {
  testStatements([
    [
      'select (select 1), exists (select 1), not exists (from t), a in (select 1), a not in (values (1)), array(select 1)',
      'SELECT (SELECT 1), EXISTS (SELECT 1), NOT EXISTS (SELECT * FROM t), a IN (SELECT 1), a NOT IN (VALUES (1)), ARRAY(SELECT 1)',
    ],
    [
      'select a = any (select 1), a > all (select 2), a <> some ([1, 2]), (a, b) in (select 1, 2), (a, b) in ((1, 2), (3, 4)), a in ((select 1)), a in ((select 1), 2)',
      'SELECT a = ANY (SELECT 1), a > ALL (SELECT 2), a <> ANY ([1, 2]), ROW(a, b) IN (SELECT 1, 2), ROW(a, b) IN (ROW(1, 2), ROW(3, 4)), a IN (SELECT 1), a IN ((SELECT 1), 2)',
    ],
    [
      'select ((select 1) union (select 2)), ((select 1) + 1), (((select 1))), ((select 1) limit 1)',
      'SELECT ((SELECT 1) UNION (SELECT 2)), (SELECT 1) + 1, (SELECT 1), ((SELECT 1) LIMIT 1)',
    ],
  ]);
});

describe('PIVOT and UNPIVOT', () => {
  testStatements([
    ['pivot t on k using sum(v)', 'SELECT * FROM t PIVOT (sum(v) FOR k IN (ANY))'],
    [
      'pivot t on k in (1, 2 as two), j using sum(v) as s, count(*) group by g, h',
      'SELECT * FROM t PIVOT (sum(v) AS s, count(*) FOR k IN (1, 2 AS two) j IN (ANY) GROUP BY g, h)',
    ],
    [
      'pivot (select * from t) on a || b order by 1 limit 3',
      'SELECT * FROM (SELECT * FROM t) PIVOT (FOR a || b IN (ANY)) ORDER BY 1 LIMIT 3',
    ],
    ['unpivot t on a, b c', "SELECT * FROM t UNPIVOT (value FOR name IN (a, b AS 'c'))"],
    ['pivot t on k', 'SELECT * FROM t PIVOT (FOR k IN (ANY))'],
    [
      "from t pivot (sum(v) as s, max(w) for k in (1 as a, 2) j in ('x') group by g) as p (a, b)",
      "SELECT * FROM t PIVOT (sum(v) AS s, max(w) FOR k IN (1 AS a, 2) j IN ('x') GROUP BY g) AS p (a, b)",
    ],
    [
      'from t pivot (sum(v) for (a, b) in ((1, 2) as x, (3, 4)))',
      'SELECT * FROM t PIVOT (sum(v) FOR ROW(a, b) IN (ROW(1, 2) AS x, ROW(3, 4)))',
    ],
    [
      'from t pivot (sum(v) for k in any), u pivot (sum(v) for k in (any order by k desc)), w pivot (sum(v) for k in (select 1)), x pivot (sum(v) for k in my_enum)',
      'SELECT * FROM t PIVOT (sum(v) FOR k IN (ANY)), u PIVOT (sum(v) FOR k IN (ANY ORDER BY k DESC)), w PIVOT (sum(v) FOR k IN (SELECT 1)), x PIVOT (sum(v) FOR k IN my_enum)',
    ],
    ['unpivot t on a, b into name n value v', 'SELECT * FROM t UNPIVOT (v FOR n IN (a, b))'],
    [
      "unpivot t on a as 'x', (b, c) as y, columns(* exclude id) into name n value v, w",
      "SELECT * FROM t UNPIVOT ((v, w) FOR n IN (a AS 'x', (b, c) AS 'y', COLUMNS(* EXCLUDE (id))))",
    ],
    [
      'unpivot t include nulls on *',
      'SELECT * FROM t UNPIVOT INCLUDE NULLS (value FOR name IN (*))',
    ],
    [
      "from t unpivot (v for n in (a, b as 'x')) u",
      "SELECT * FROM t UNPIVOT (v FOR n IN (a, b AS 'x')) AS u",
    ],
    [
      "from t unpivot include nulls ((v1, v2) for n in ((a, b), (c, d) as 'z'))",
      "SELECT * FROM t UNPIVOT INCLUDE NULLS ((v1, v2) FOR n IN ((a, b), (c, d) AS 'z'))",
    ],
    [
      "from t unpivot exclude nulls (v for n in (columns('x.*')))",
      "SELECT * FROM t UNPIVOT (v FOR n IN (COLUMNS('x.*')))",
    ],
  ]);
});

describe('pipe operators', () => {
  testStatements([
    [
      'from t |> where a > 1 |> select a, b as c |> extend a + 1 as d |> set a = 1, b = 2 |> drop c, d |> rename a as b |> as x',
      'SELECT * FROM t |> WHERE a > 1 |> SELECT a, b AS c |> EXTEND a + 1 AS d |> SET a = 1, b = 2 |> DROP c, d |> RENAME a AS b |> AS x',
    ],
    [
      'from t |> aggregate sum(x) as s, count(*) group by g, h as i |> order by s desc |> limit 10 offset 2 |> distinct',
      'SELECT * FROM t |> AGGREGATE sum(x) AS s, count(*) GROUP BY g, h AS i |> ORDER BY s DESC |> LIMIT 10 OFFSET 2 |> DISTINCT',
    ],
    [
      'from t |> left join u on t.a = u.a |> cross join v |> natural join w |> join x using (a)',
      'SELECT * FROM t |> LEFT JOIN u ON t.a = u.a |> CROSS JOIN v |> NATURAL JOIN w |> JOIN x USING (a)',
    ],
    [
      'from t |> pivot (sum(v) for k in (1, 2)) |> unpivot (v for n in (a, b)) |> tablesample 10%',
      'SELECT * FROM t |> PIVOT (sum(v) FOR k IN (1, 2)) |> UNPIVOT (v FOR n IN (a, b)) |> TABLESAMPLE (10 PERCENT)',
    ],
    [
      'from t |> union all (select 1), (select 2) |> except select 3 |> aggregate group by a',
      'SELECT * FROM t |> UNION ALL (SELECT 1), (SELECT 2) |> EXCEPT SELECT 3 |> AGGREGATE GROUP BY a',
    ],
    [
      'with a as (select 1) from a order by 1 |> where b |> select distinct c window w as (order by d)',
      'WITH a AS (SELECT 1) (SELECT * FROM a ORDER BY 1) |> WHERE b |> SELECT DISTINCT c WINDOW w AS (ORDER BY d)',
    ],
    'SELECT 1 UNION SELECT 2 |> WHERE x',
  ]);
});

describe('MATCH_RECOGNIZE', () => {
  testStatements([
    [
      'from t match_recognize (partition by a order by b measures first(x.p) as f, last(y.p) as l all rows per match after match skip to next row pattern (x y+ z*) define y as y.p < prev(y.p), z as z.p > 1) as m',
      'SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY a ORDER BY b MEASURES first(x.p) AS f, last(y.p) AS l ALL ROWS PER MATCH AFTER MATCH SKIP TO NEXT ROW PATTERN (x y+ z*) DEFINE y AS y.p < prev(y.p), z AS z.p > 1) AS m',
    ],
    [
      'from t match_recognize (pattern (a b? c{2} d{2,} e{,3} f{1,3}? (g | h i)+ ^ $ {- j -} permute(k, l) ()) subset s = (a, b) define a as true)',
      'SELECT * FROM t MATCH_RECOGNIZE (ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW PATTERN (a b? c{2} d{2,} e{0,3} f{1,3}? (g | h i)+ ^ $ {- j -} PERMUTE(k, l) ()) SUBSET s = (a, b) DEFINE a AS TRUE)',
    ],
    [
      'from t match_recognize (one row per match after match skip to last b pattern (((a b)*) c))',
      'SELECT * FROM t MATCH_RECOGNIZE (ONE ROW PER MATCH AFTER MATCH SKIP TO LAST b PATTERN ((a b)* c))',
    ],
    [
      'from t match_recognize (all rows per match with unmatched rows after match skip to first b pattern (a))',
      'SELECT * FROM t MATCH_RECOGNIZE (ALL ROWS PER MATCH WITH UNMATCHED ROWS AFTER MATCH SKIP TO FIRST b PATTERN (a))',
    ],
  ]);
});

describe("Spark's clauses", () => {
  testStatements([
    'SELECT * FROM t LATERAL VIEW explode(x) e AS a LATERAL VIEW OUTER posexplode(y) f AS b, c WHERE a',
    'SELECT a FROM t DISTRIBUTE BY a SORT BY b DESC',
    'SELECT a FROM t CLUSTER BY a, b',
    "SELECT TRANSFORM(a, b) USING 'cat' AS (c, d int) FROM t",
  ]);
});
