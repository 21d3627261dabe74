import { describe } from 'vitest';
import { testStatements } from '../round-trip.test.support.ts';

describe('CREATE TABLE', () => {
  testStatements([
    'CREATE TABLE t (a int)',
    [
      'create table t (a int, like u, check (a > 0),)',
      'CREATE TABLE t (a int, LIKE u, CHECK (a > 0))',
    ],
    ['update t set a = 1, b = 2, where c', 'UPDATE t SET a = 1, b = 2 WHERE c'],
    [
      "create or replace temp table if not exists s.t (a int primary key, b varchar(10) not null default 'x' unique, c decimal(10, 2) check (c > 0), d int references o (k) on delete cascade on update set null, e text collate nocase, f int generated always as (a + 1) stored, g as (a * 2), h int null comment 'x')",
      "CREATE OR REPLACE TEMPORARY TABLE IF NOT EXISTS s.t (a int PRIMARY KEY, b varchar(10) NOT NULL DEFAULT 'x' UNIQUE, c decimal(10, 2) CHECK (c > 0), d int REFERENCES o (k) ON DELETE CASCADE ON UPDATE SET NULL, e text COLLATE nocase, f int GENERATED ALWAYS AS (a + 1) STORED, g GENERATED ALWAYS AS (a * 2), h int NULL COMMENT 'x')",
    ],
    'CREATE TABLE t (a int CONSTRAINT pk PRIMARY KEY, CONSTRAINT u UNIQUE (a, b), CHECK (a > b), PRIMARY KEY (a), CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES o (c, d), LIKE u)',
    'CREATE TABLE t (key int, check int, "primary" int, index int, like_ int)',
    'CREATE TABLE t (a int DEFAULT 1 + 2 NOT NULL, b bool DEFAULT a > 5)',
    [
      "create table t (s struct(a int, b varchar[])[], m map(varchar, int), u union(n int, t text), e enum('a', 'b'), ts timestamp with time zone, i interval)",
      "CREATE TABLE t (s STRUCT(a int, b varchar[])[], m MAP(varchar, int), u UNION(n int, t text), e ENUM('a', 'b'), ts timestamptz, i interval)",
    ],
    'CREATE TABLE t AS SELECT 1',
    ['create table t as from u', 'CREATE TABLE t AS SELECT * FROM u'],
    'CREATE TABLE t (a, b) AS VALUES (1, 2) WITH NO DATA',
    ['create table t as (select 1) with data', 'CREATE TABLE t AS SELECT 1'],
    'CREATE TABLE t LIKE u',
    [
      "create table t using parquet location 'd' partitioned by (a, b) clustered by (c) sorted by (d desc) into 8 buckets options (compression 'zstd', 'x.y' = 1) comment 'c' as select 1",
      "CREATE TABLE t USING parquet LOCATION 'd' PARTITIONED BY (a, b) CLUSTERED BY (c) SORTED BY (d DESC) INTO 8 BUCKETS OPTIONS (COMPRESSION 'zstd', X.Y 1) COMMENT 'c' AS SELECT 1",
    ],
    [
      "create external table t (a int) stored as csv partitioned by (p int) location 's3://b' tblproperties ('k' = 'v')",
      "CREATE EXTERNAL TABLE t (a int) USING csv LOCATION 's3://b' PARTITIONED BY (p int) OPTIONS (K 'v')",
    ],
    [
      "create table t with (format = 'parquet') as select 1",
      "CREATE TABLE t OPTIONS (FORMAT 'parquet') AS SELECT 1",
    ],
    ['create local temporary table t (a int)', 'CREATE TEMPORARY TABLE t (a int)'],
  ]);
});

describe('views', () => {
  testStatements([
    'CREATE OR REPLACE VIEW v (a, b) AS SELECT 1, 2',
    [
      'create temp view if not exists v as from t',
      'CREATE TEMPORARY VIEW IF NOT EXISTS v AS SELECT * FROM t',
    ],
    'CREATE RECURSIVE VIEW v (n) AS SELECT 1',
    'CREATE MATERIALIZED VIEW v AS SELECT 1',
    "CREATE VIEW v COMMENT 'c' AS SELECT 1",
    'REFRESH MATERIALIZED VIEW v',
    'REFRESH TABLE s.t',
  ]);
});

describe('other CREATE', () => {
  testStatements([
    'CREATE SCHEMA IF NOT EXISTS s',
    "CREATE SCHEMA c.s LOCATION 'd' COMMENT 'x'",
    'CREATE SEQUENCE IF NOT EXISTS s INCREMENT BY 2 MINVALUE 1 MAXVALUE 10 START WITH 3 CYCLE',
    [
      'create sequence s start 1 increment -1 no cycle',
      'CREATE SEQUENCE s INCREMENT BY -1 START WITH 1 NO CYCLE',
    ],
    ["create type t as enum ('a', 'b')", "CREATE TYPE t AS ENUM('a', 'b')"],
    'CREATE OR REPLACE TYPE t AS STRUCT(a int, b text)',
    "CREATE TYPE t AS ENUM (SELECT 'a')",
    'CREATE TYPE t AS integer',
    'CREATE UNIQUE INDEX IF NOT EXISTS i ON s.t (a, b DESC, lower(c))',
    'CREATE INDEX ON t USING art (a)',
    ['create macro f(a, b := 1) as a + b', 'CREATE MACRO f (a, b := 1) AS a + b'],
    [
      'create or replace temp macro f(a) as table select a',
      'CREATE OR REPLACE TEMPORARY MACRO f (a) AS TABLE SELECT a',
    ],
    [
      'create macro f() as 1, (a) as a + 1, (a, b) as table (from t)',
      'CREATE MACRO f () AS 1, (a) AS a + 1, (a, b) AS TABLE SELECT * FROM t',
    ],
    [
      "create function f(a int, b varchar default 'x') returns int return a + 1",
      "CREATE MACRO f (a int, b varchar := 'x') RETURNS int AS a + 1",
    ],
    [
      "create function f() returns table (a int, b text) return select 1, 'x'",
      "CREATE MACRO f () RETURNS TABLE (a int, b text) AS TABLE SELECT 1, 'x'",
    ],
    ['create macro f(a) as (select max(b) from t)', 'CREATE MACRO f (a) AS (SELECT max(b) FROM t)'],
  ]);
});

describe('DROP and TRUNCATE', () => {
  testStatements([
    'DROP TABLE t',
    'DROP TABLE IF EXISTS a, s.b CASCADE',
    'DROP VIEW v RESTRICT',
    'DROP MATERIALIZED VIEW v',
    'DROP SCHEMA IF EXISTS s CASCADE',
    'DROP SEQUENCE s',
    'DROP TYPE t',
    'DROP INDEX i',
    'DROP MACRO f',
    'DROP MACRO TABLE f',
    'DROP FUNCTION IF EXISTS f',
    ['drop temporary variable v', 'DROP VARIABLE v'],
    ['truncate t', 'TRUNCATE TABLE t'],
    ['truncate table t cascade', 'TRUNCATE TABLE t CASCADE'],
    'TRUNCATE TABLE s.t',
  ]);
});

describe('ALTER and COMMENT', () => {
  testStatements([
    'ALTER TABLE IF EXISTS s.t ADD COLUMN IF NOT EXISTS a int DEFAULT 1 NOT NULL',
    ['alter table t add b.c int', 'ALTER TABLE t ADD COLUMN b.c int'],
    [
      'alter table t add a int, drop column if exists b cascade, rename column c to d',
      'ALTER TABLE t ADD COLUMN a int, DROP COLUMN IF EXISTS b CASCADE, RENAME COLUMN c TO d',
    ],
    ['alter table t drop a', 'ALTER TABLE t DROP COLUMN a'],
    ['alter table t rename a to b', 'ALTER TABLE t RENAME COLUMN a TO b'],
    'ALTER TABLE t RENAME TO u',
    'ALTER TABLE t ALTER COLUMN a SET DEFAULT 1 + 1',
    [
      'alter table t alter a drop default, alter a set not null, alter a drop not null',
      'ALTER TABLE t ALTER COLUMN a DROP DEFAULT, ALTER COLUMN a SET NOT NULL, ALTER COLUMN a DROP NOT NULL',
    ],
    [
      'alter table t alter a type int using a::int',
      'ALTER TABLE t ALTER COLUMN a TYPE int USING CAST(a AS int)',
    ],
    [
      'alter table t alter column a set data type varchar',
      'ALTER TABLE t ALTER COLUMN a TYPE varchar',
    ],
    ["alter table t alter a comment 'x'", "ALTER TABLE t ALTER COLUMN a COMMENT 'x'"],
    'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)',
    'ALTER TABLE t ADD PRIMARY KEY (a)',
    'ALTER TABLE t DROP CONSTRAINT IF EXISTS c',
    "ALTER TABLE t ADD IF NOT EXISTS PARTITION (p = 1, q = 'x') LOCATION 'd'",
    'ALTER TABLE t DROP IF EXISTS PARTITION (p = 1)',
    ['alter table t set (a = 1)', 'ALTER TABLE t SET (A 1)'],
    ["alter table t set tblproperties ('a' = 'b')", "ALTER TABLE t SET (A 'b')"],
    'ALTER TABLE t SET SCHEMA s',
    'ALTER VIEW v RENAME TO w',
    'ALTER VIEW v AS SELECT 1',
    'ALTER SCHEMA s RENAME TO r',
    "COMMENT ON TABLE t IS 'x'",
    'COMMENT ON COLUMN s.t.c IS NULL',
  ]);
});

describe('INSERT', () => {
  testStatements([
    'INSERT INTO t VALUES (1, 2), (DEFAULT, NULL)',
    'INSERT INTO s.t (a, b) SELECT 1, 2',
    'INSERT INTO t BY NAME SELECT 1 AS a',
    ['insert into t by position (select 1)', 'INSERT INTO t SELECT 1'],
    'INSERT INTO t DEFAULT VALUES',
    [
      'insert into t as x (a) values (1) on conflict (a) where b > 1 do update set b = excluded.b, (c, d) = (1, 2) where x.a > 1 returning *, a + 1 as z',
      'INSERT INTO t AS x (a) VALUES (1) ON CONFLICT (a) WHERE b > 1 DO UPDATE SET b = excluded.b, (c, d) = ROW(1, 2) WHERE x.a > 1 RETURNING *, a + 1 AS z',
    ],
    'INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING',
    'INSERT OR REPLACE INTO t VALUES (1)',
    'INSERT OR IGNORE INTO t VALUES (1)',
    'INSERT OVERWRITE t PARTITION (p = 1, q) SELECT 1',
    ['insert overwrite table t select 1', 'INSERT OVERWRITE t SELECT 1'],
    ['insert into t (select 1)', 'INSERT INTO t SELECT 1'],
    'INSERT INTO t (a) (SELECT 1) UNION SELECT 2',
    [
      'with x as (select 1) insert into t from x',
      'WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x',
    ],
    [
      'insert into t with x as (select 1) from x',
      'INSERT INTO t WITH x AS (SELECT 1) SELECT * FROM x',
    ],
  ]);
});

describe('UPDATE and DELETE', () => {
  testStatements([
    'UPDATE t SET a = 1',
    'UPDATE s.t AS x SET a = b + 1, s.f = 2, (c, d) = (SELECT 1, 2) FROM u, v WHERE x.k = u.k RETURNING a',
    ['update t x set a = default', 'UPDATE t AS x SET a = DEFAULT'],
    'DELETE FROM t',
    'DELETE FROM t AS x USING u JOIN v ON TRUE WHERE x.a = u.a RETURNING *',
    [
      'with x as (select 1) delete from t where a in (from x)',
      'WITH x AS (SELECT 1) DELETE FROM t WHERE a IN (SELECT * FROM x)',
    ],
  ]);
});

describe('MERGE', () => {
  testStatements([
    [
      'merge into t using s on t.k = s.k when matched and s.x > 1 then update set a = s.a when matched then delete when not matched then insert (a, b) values (s.a, default)',
      'MERGE INTO t USING s ON t.k = s.k WHEN MATCHED AND s.x > 1 THEN UPDATE SET a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED BY TARGET THEN INSERT (a, b) VALUES (s.a, DEFAULT)',
    ],
    "MERGE INTO t AS x USING (SELECT 1) AS s USING (k) WHEN NOT MATCHED BY SOURCE AND x.a THEN DO NOTHING WHEN NOT MATCHED BY TARGET THEN INSERT * WHEN MATCHED THEN UPDATE * WHEN MATCHED THEN ERROR 'x'",
    [
      'merge into t using s on true when matched then update by name when not matched then insert by name when not matched then insert default values returning merge_action, *',
      'MERGE INTO t USING s ON TRUE WHEN MATCHED THEN UPDATE * WHEN NOT MATCHED BY TARGET THEN INSERT * WHEN NOT MATCHED BY TARGET THEN INSERT DEFAULT VALUES RETURNING merge_action, *',
    ],
  ]);
});

describe('COPY', () => {
  testStatements([
    "COPY t TO 'f.parquet'",
    "COPY t (a, b) TO 'f.csv' (FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"', NULL 'NULL', FORCE_QUOTE *)",
    "COPY (SELECT 1) TO 'd' (FORMAT parquet, PARTITION_BY (a, b), OVERWRITE_OR_IGNORE TRUE, COMPRESSION zstd, ROW_GROUP_SIZE 1000)",
    ["copy (from t) to 'd' with (format json)", "COPY (SELECT * FROM t) TO 'd' (FORMAT json)"],
    "COPY t FROM 'f.csv'",
    "COPY s.t (a) FROM 'f.csv' (HEADER FALSE, COLUMNS {'a': 'int'})",
    'COPY t TO $1',
    "EXPORT DATABASE 'd' (FORMAT parquet)",
    "IMPORT DATABASE 'd'",
  ]);
});

describe('EXPLAIN, DESCRIBE, SUMMARIZE', () => {
  testStatements([
    'EXPLAIN SELECT 1',
    'EXPLAIN ANALYZE SELECT 1',
    ['explain analyze verbose from t', 'EXPLAIN ANALYZE VERBOSE SELECT * FROM t'],
    'EXPLAIN LOGICAL SELECT 1',
    'EXPLAIN (FORMAT json) SELECT 1',
    [
      'explain (analyze, format text) insert into t values (1)',
      'EXPLAIN ANALYZE INSERT INTO t VALUES (1)',
    ],
    ['explain (select 1)', 'EXPLAIN SELECT 1'],
    'DESCRIBE t',
    ['desc s.t', 'DESCRIBE s.t'],
    ['describe select 1', 'DESCRIBE (SELECT 1)'],
    'DESCRIBE (SELECT 1)',
    ['describe table t', 'DESCRIBE t'],
    ['describe query select 1', 'DESCRIBE (SELECT 1)'],
    'DESCRIBE EXTENDED t',
    "DESCRIBE 'f.parquet'",
    'DESCRIBE f(1)',
    'DESCRIBE INPUT p',
    'DESCRIBE OUTPUT p',
    'DESCRIBE FUNCTION f',
    'SUMMARIZE t',
    ['summarize select * from t', 'SUMMARIZE (SELECT * FROM t)'],
    "SUMMARIZE 'f.parquet'",
    'SUMMARIZE t STATS',
  ]);
});

describe('SHOW', () => {
  testStatements([
    'SHOW TABLES',
    'SHOW ALL TABLES',
    "SHOW TABLES FROM s.t LIKE 'x%'",
    'SHOW SCHEMAS FROM "c"',
    ['show databases', 'SHOW SCHEMAS'],
    'SHOW CATALOGS',
    'SHOW COLUMNS FROM t',
    "SHOW FUNCTIONS LIKE 'a%'",
    ['show views in s', 'SHOW VIEWS FROM s'],
    'SHOW CREATE TABLE t',
    'SHOW CREATE VIEW v',
    'SHOW STATS FOR t',
    ['show session', 'SHOW SETTINGS'],
    ['show all', 'SHOW SETTINGS'],
    ['show partitions t', 'SHOW PARTITIONS FROM t'],
    ['show time zone', 'SHOW timezone'],
    'SHOW memory_limit',
    'SHOW t',
  ]);
});

describe('settings', () => {
  testStatements([
    'SET x = 1',
    "SET SESSION x = 'a'",
    ['set global x.y to on', 'SET GLOBAL x.y = on'],
    'SET LOCAL x = DEFAULT',
    ['set threads to 4', 'SET threads = 4'],
    'SET search_path = a, b',
    ["set time zone 'UTC'", "SET timezone = 'UTC'"],
    ["set session time zone 'UTC'", "SET SESSION timezone = 'UTC'"],
    'SET dialect = spark',
    'SET session = 1',
    'SET VARIABLE v = (SELECT 1)',
    'SET variable = 1',
    'RESET x',
    'RESET SESSION x',
    'RESET ALL',
    'RESET VARIABLE v',
    ['declare variable v int default 1', 'DECLARE VARIABLE v int = 1'],
    ['declare or replace v = 1', 'DECLARE OR REPLACE VARIABLE v = 1'],
    "PRAGMA table_info('t')",
    'PRAGMA x = 5',
    'PRAGMA enable_profiling',
    'USE s',
    'USE c.s',
  ]);
});

describe('prepared statements', () => {
  testStatements([
    'PREPARE p AS SELECT $1',
    'PREPARE p (int, varchar(3)) AS SELECT $1, $2',
    ['prepare p from insert into t values (?)', 'PREPARE p AS INSERT INTO t VALUES ($1)'],
    'EXECUTE p',
    "EXECUTE p (1, 'a')",
    'EXECUTE p (a := 1)',
    ["execute p using 1, 'x'", "EXECUTE p (1, 'x')"],
    "EXECUTE IMMEDIATE 'select ?' USING 1",
    ['execute immediate q using 1 as a', 'EXECUTE IMMEDIATE q USING a := 1'],
    'DEALLOCATE p',
    ['deallocate prepare p', 'DEALLOCATE p'],
    'DEALLOCATE ALL',
  ]);
});

describe('transactions', () => {
  testStatements([
    ['begin', 'BEGIN TRANSACTION'],
    'BEGIN TRANSACTION',
    ['begin work read only', 'BEGIN TRANSACTION READ ONLY'],
    'BEGIN TRANSACTION ISOLATION LEVEL SNAPSHOT',
    [
      'start transaction isolation level read uncommitted, read write',
      'BEGIN TRANSACTION ISOLATION LEVEL READ UNCOMMITTED, READ WRITE',
    ],
    [
      'start transaction read only, isolation level repeatable read',
      'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY',
    ],
    'COMMIT',
    ['commit work', 'COMMIT'],
    ['end', 'COMMIT'],
    'ROLLBACK',
    ['abort', 'ROLLBACK'],
    'ROLLBACK TO SAVEPOINT s',
    ['rollback to s', 'ROLLBACK TO SAVEPOINT s'],
    'SAVEPOINT s',
    ['release s', 'RELEASE SAVEPOINT s'],
    'RELEASE SAVEPOINT s',
  ]);
});

describe('databases, statistics, cache', () => {
  testStatements([
    "ATTACH 'd'",
    [
      "attach or replace database if not exists 'd' as a (type delta, read_only)",
      "ATTACH OR REPLACE IF NOT EXISTS 'd' AS a (TYPE delta, READ_ONLY)",
    ],
    ['detach a', 'DETACH DATABASE a'],
    'DETACH DATABASE IF EXISTS a',
    'ANALYZE',
    'ANALYZE t',
    'ANALYZE t (a, b)',
    ['analyze table t compute statistics', 'ANALYZE t'],
    ['analyze table t compute statistics for columns a, b', 'ANALYZE t (a, b)'],
    ['analyze table t compute statistics for all columns', 'ANALYZE t'],
    'CACHE TABLE t',
    [
      "cache lazy table t options ('x' = 'y') as select 1",
      "CACHE LAZY TABLE t OPTIONS (X 'y') AS SELECT 1",
    ],
    ['cache table t select 1', 'CACHE TABLE t AS SELECT 1'],
    'UNCACHE TABLE IF EXISTS t',
    'CLEAR CACHE',
    'CHECKPOINT',
    'FORCE CHECKPOINT a',
    'VACUUM',
    'VACUUM ANALYZE t (a)',
    "KILL QUERY 'q1'",
    'CALL f(1, x := 2)',
  ]);
});
