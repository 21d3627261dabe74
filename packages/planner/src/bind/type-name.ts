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
  MAX_DECIMAL_PRECISION,
  NULL_TYPE,
  REAL,
  SMALLINT,
  type SqlType,
  type StructField,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TINYINT,
  type TimeUnit,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  UUID,
  VARCHAR,
} from '@windrow/core';
import type { Expression, NamedType, TypeField, TypeName } from '@windrow/parser';
import { type BindContext, DEFAULT_BIND_DIALECT } from './context.ts';
import { bindError, unsupported } from './errors.ts';

const timestampOf = (unit: TimeUnit): SqlType => ({ kind: 'timestamp', unit, zoned: false });

const SIMPLE_TYPES: Readonly<Record<string, SqlType>> = {
  boolean: BOOLEAN,
  bool: BOOLEAN,
  logical: BOOLEAN,
  tinyint: TINYINT,
  int1: TINYINT,
  byte: TINYINT,
  smallint: SMALLINT,
  int2: SMALLINT,
  short: SMALLINT,
  integer: INTEGER,
  int: INTEGER,
  int4: INTEGER,
  signed: INTEGER,
  bigint: BIGINT,
  int8: BIGINT,
  long: BIGINT,
  hugeint: HUGEINT,
  int128: HUGEINT,
  utinyint: UTINYINT,
  uint8: UTINYINT,
  usmallint: USMALLINT,
  uint16: USMALLINT,
  uinteger: UINTEGER,
  uint32: UINTEGER,
  ubigint: UBIGINT,
  uint64: UBIGINT,
  int16: SMALLINT,
  int32: INTEGER,
  int64: BIGINT,
  float: REAL,
  real: REAL,
  float4: REAL,
  double: DOUBLE,
  float8: DOUBLE,
  varchar: VARCHAR,
  text: VARCHAR,
  string: VARCHAR,
  char: VARCHAR,
  character: VARCHAR,
  bpchar: VARCHAR,
  nvarchar: VARCHAR,
  blob: BLOB,
  bytea: BLOB,
  binary: BLOB,
  varbinary: BLOB,
  date: DATE,
  time: TIME,
  datetime: TIMESTAMP,
  timestamp_s: timestampOf('s'),
  timestamp_ms: timestampOf('ms'),
  timestamp_us: TIMESTAMP,
  timestamp_ns: timestampOf('ns'),
  timestamp_ntz: TIMESTAMP,
  timestamptz: TIMESTAMPTZ,
  timestamp_ltz: TIMESTAMPTZ,
  interval: INTERVAL,
  uuid: UUID,
  json: JSON_TYPE,
  null: NULL_TYPE,
};

/** Types whose length in parentheses is accepted, and ignored by the default dialect (sql.md §7). */
const WITH_LENGTH: readonly string[] = [
  'varchar',
  'text',
  'string',
  'char',
  'character',
  'bpchar',
  'nvarchar',
  'binary',
  'varbinary',
];

const DECIMAL_NAMES: readonly string[] = ['decimal', 'numeric', 'dec'];

const NOT_BUILT: Readonly<Record<string, string>> = {
  uhugeint: 'Use HUGEINT or DECIMAL(38, 0).',
  bit: 'Use BLOB or a VARCHAR of 0 and 1.',
  bitstring: 'Use BLOB or a VARCHAR of 0 and 1.',
  timetz: 'Use TIME, or TIMESTAMPTZ for an instant.',
  variant: 'Use JSON.',
  bignum: 'Use HUGEINT or DECIMAL(38, 0).',
  varint: 'Use HUGEINT or DECIMAL(38, 0).',
  geometry: 'Use BLOB with well-known binary.',
};

/** The type that a type name means. @throws SqlError `bind` 42704 with the nearest names. */
export function bindType(node: TypeName, context: BindContext): SqlType {
  switch (node.kind) {
    case 'namedType':
      return bindNamedType(node, context);
    case 'listType':
      return list(bindType(node.element, context));
    case 'arrayType':
      return { kind: 'array', element: bindType(node.element, context), length: node.size };
    case 'structType':
      return { kind: 'struct', fields: node.fields.map((field) => bindField(field, context)) };
    case 'mapType':
      return {
        kind: 'map',
        key: bindType(node.key, context),
        value: bindType(node.value, context),
      };
    case 'enumType':
      return { kind: 'enum', values: node.values };
    case 'intervalType':
      return INTERVAL;
    case 'unionType':
      throw unsupported('the type UNION', node.span, 'Use a STRUCT with one field for each tag.');
  }
}

const bindField = (field: TypeField, context: BindContext): StructField => ({
  name: field.name?.name ?? '',
  type: bindType(field.type, context),
});

function bindNamedType(node: NamedType, context: BindContext): SqlType {
  const dialect = context.dialect ?? DEFAULT_BIND_DIALECT;
  const path = node.name.parts.map((part) => part.name);
  const name = (path.at(-1) ?? '').toLowerCase();
  const numbers = node.modifiers.map((modifier) => modifierValue(modifier));
  const own = context.lookupType?.(path);
  if (own !== undefined) return own;
  if (DECIMAL_NAMES.includes(name)) return bindDecimal(node, numbers, context);
  if (name === 'timestamp' || name === 'datetime')
    return bindTimestamp(node, numbers, dialect.timestampIsInstant && name === 'timestamp');
  const simple = SIMPLE_TYPES[name];
  if (simple === undefined) {
    const advice = NOT_BUILT[name];
    if (advice !== undefined)
      throw unsupported(`the type ${name.toUpperCase()}`, node.span, advice);
    const known = [...Object.keys(SIMPLE_TYPES), ...DECIMAL_NAMES, 'timestamp'];
    throw bindError(
      '42704',
      `type "${path.join('.')}" does not exist`,
      node.span,
      didYouMean(name, known),
    );
  }
  const takesNumber = WITH_LENGTH.includes(name) || ['float', 'time', 'timestamptz'].includes(name);
  if (numbers.length > 0 && !takesNumber)
    throw bindError('42601', `type ${name.toUpperCase()} takes no numbers`, node.span);
  if (name === 'float' && (numbers[0] ?? 0) > 24) return DOUBLE;
  return simple;
}

function bindDecimal(node: NamedType, numbers: readonly number[], context: BindContext): SqlType {
  const defaults = (context.dialect ?? DEFAULT_BIND_DIALECT).decimal;
  const [precision = defaults.precision, scale = numbers.length === 0 ? defaults.scale : 0] =
    numbers;
  if (precision < 1 || precision > MAX_DECIMAL_PRECISION || numbers.length > 2) {
    throw bindError(
      '22023',
      `DECIMAL takes a precision from 1 to ${MAX_DECIMAL_PRECISION} and a scale`,
      node.span,
    );
  }
  if (scale < 0 || scale > precision) {
    throw bindError(
      '22023',
      `the scale of DECIMAL(${precision},${scale}) must be from 0 to ${precision}`,
      node.span,
    );
  }
  return decimal(precision, scale);
}

/** `TIMESTAMP(p)`: the coarsest unit that has p digits. */
function bindTimestamp(node: NamedType, numbers: readonly number[], instant: boolean): SqlType {
  const [digits] = numbers;
  if (instant) return TIMESTAMPTZ;
  if (digits === undefined) return TIMESTAMP;
  if (digits < 0 || digits > 9)
    throw bindError('22023', 'TIMESTAMP takes a precision from 0 to 9', node.span);
  return timestampOf(digits === 0 ? 's' : digits <= 3 ? 'ms' : digits <= 6 ? 'us' : 'ns');
}

function modifierValue(node: Expression): number {
  const value =
    node.kind === 'numberLiteral' && node.form === 'integer' ? Number(node.text) : undefined;
  if (value === undefined || !Number.isSafeInteger(value))
    throw bindError('42601', 'the number of a type must be an integer', node.span);
  return value;
}
