import type { SqlType } from '@windrow/core';
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  didYouMean,
  HUGEINT,
  INTEGER,
  INTERVAL,
  JSON_TYPE,
  list,
  REAL,
  SMALLINT,
  SqlError,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  UUID,
  VARCHAR,
} from '@windrow/core';

const timestamp = (unit: 's' | 'ms' | 'ns'): SqlType => ({ kind: 'timestamp', unit, zoned: false });

const NAMES: Readonly<Record<string, SqlType>> = {
  BOOLEAN,
  BOOL: BOOLEAN,
  LOGICAL: BOOLEAN,
  TINYINT,
  INT1: TINYINT,
  SMALLINT,
  INT2: SMALLINT,
  SHORT: SMALLINT,
  INTEGER,
  INT: INTEGER,
  INT4: INTEGER,
  BIGINT,
  INT8: BIGINT,
  LONG: BIGINT,
  HUGEINT,
  INT128: HUGEINT,
  UTINYINT,
  USMALLINT,
  UINTEGER,
  UBIGINT,
  FLOAT: REAL,
  FLOAT4: REAL,
  REAL,
  DOUBLE,
  FLOAT8: DOUBLE,
  'DOUBLE PRECISION': DOUBLE,
  DECIMAL: decimal(18, 3),
  NUMERIC: decimal(18, 3),
  VARCHAR,
  TEXT: VARCHAR,
  STRING: VARCHAR,
  CHAR: VARCHAR,
  BLOB,
  BYTEA: BLOB,
  BINARY: BLOB,
  DATE,
  TIME,
  TIMESTAMP,
  DATETIME: TIMESTAMP,
  TIMESTAMP_S: timestamp('s'),
  TIMESTAMP_MS: timestamp('ms'),
  TIMESTAMP_US: TIMESTAMP,
  TIMESTAMP_NS: timestamp('ns'),
  TIMESTAMPTZ,
  'TIMESTAMP WITH TIME ZONE': TIMESTAMPTZ,
  INTERVAL,
  UUID,
  JSON: JSON_TYPE,
};

/**
 * The type that a text argument of a table function names: a simple type, DECIMAL(p, s), or a list of
 * one, as in `types := {'a': 'INTEGER[]'}`.
 * @throws SqlError 42704 for a name that no type has.
 */
export function typeOfName(text: string): SqlType {
  const name = text.trim().replaceAll(/\s+/g, ' ').toUpperCase();
  if (name.endsWith('[]')) return list(typeOfName(name.slice(0, -2)));
  const digits = /^(?:DECIMAL|NUMERIC|DEC) ?\( ?(\d{1,2}) ?(?:, ?(\d{1,2}) ?)?\)$/.exec(name);
  if (digits !== null) {
    const [precision, scale] = [Number(digits[1]), Number(digits[2] ?? 0)];
    if (precision >= 1 && precision <= 38 && scale <= precision) return decimal(precision, scale);
  }
  const sized = /^(VARCHAR|CHAR) ?\( ?\d+ ?\)$/.exec(name);
  const type = sized === null ? NAMES[name] : VARCHAR;
  if (type !== undefined) return type;
  throw new SqlError('bind', `type "${text}" does not exist`, {
    sqlState: '42704',
    hint: didYouMean(name, Object.keys(NAMES)),
  });
}
