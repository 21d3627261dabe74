import { type Field, formatLiteral, type LiteralValue, type SqlError } from '@windrow/engine';

/** How the Trino client protocol names types and writes values (client-protocol of Trino 476). */

type Type = Field['type'];

/** A type taken apart, as clients read it. */
export interface TypeSignature {
  readonly rawType: string;
  readonly arguments: readonly TypeArgument[];
}

type TypeArgument =
  | { readonly kind: 'LONG'; readonly value: number }
  | { readonly kind: 'TYPE'; readonly value: TypeSignature }
  | {
      readonly kind: 'NAMED_TYPE';
      readonly value: {
        readonly fieldName: { readonly name: string };
        readonly typeSignature: TypeSignature;
      };
    };

export interface TrinoColumn {
  readonly name: string;
  readonly type: string;
  readonly typeSignature: TypeSignature;
}

/** Length that stands for an unbounded varchar; clients read it from the first argument. */
const UNBOUNDED_VARCHAR = 2147483647;

const long = (value: number): TypeArgument => ({ kind: 'LONG', value });
const plain = (rawType: string): TypeSignature => ({ rawType, arguments: [] });

const DIGITS = { s: 0, ms: 3, us: 6, ns: 9 } as const;

/** The signature of a type; datetime types have `precision` digits at most. */
export function signatureOf(type: Type, precision = 6): TypeSignature {
  switch (type.kind) {
    case 'boolean':
      return plain('boolean');
    case 'int8':
      return plain('tinyint');
    case 'int16':
    case 'uint8':
      return plain('smallint');
    case 'int32':
    case 'uint16':
      return plain('integer');
    case 'int64':
    case 'uint32':
      return plain('bigint');
    case 'uint64':
    case 'hugeint':
      return { rawType: 'decimal', arguments: [long(38), long(0)] };
    case 'float32':
      return plain('real');
    case 'float64':
      return plain('double');
    case 'decimal':
      return { rawType: 'decimal', arguments: [long(type.precision), long(type.scale)] };
    case 'null':
    case 'varchar':
    case 'enum':
      return { rawType: 'varchar', arguments: [long(UNBOUNDED_VARCHAR)] };
    case 'blob':
      return plain('varbinary');
    case 'date':
      return plain('date');
    case 'time':
      return { rawType: 'time', arguments: [long(Math.min(6, precision))] };
    case 'timestamp':
      return {
        rawType: type.zoned ? 'timestamp with time zone' : 'timestamp',
        arguments: [long(Math.min(DIGITS[type.unit], precision))],
      };
    case 'interval':
      return plain('interval day to second');
    case 'uuid':
      return plain('uuid');
    case 'json':
      return plain('json');
    case 'list':
    case 'array':
      return {
        rawType: 'array',
        arguments: [{ kind: 'TYPE', value: signatureOf(type.element, precision) }],
      };
    case 'map':
      return {
        rawType: 'map',
        arguments: [
          { kind: 'TYPE', value: signatureOf(type.key, precision) },
          { kind: 'TYPE', value: signatureOf(type.value, precision) },
        ],
      };
    case 'struct':
      return {
        rawType: 'row',
        arguments: type.fields.map((field) => ({
          kind: 'NAMED_TYPE',
          value: {
            fieldName: { name: field.name },
            typeSignature: signatureOf(field.type, precision),
          },
        })),
      };
  }
}

/** A signature as text: `decimal(10,2)`, `timestamp(6) with time zone`, `array(bigint)`. */
export function signatureText({ rawType, arguments: args }: TypeSignature): string {
  if (rawType === 'varchar' || args.length === 0) return rawType;
  const texts = args.map(argumentText);
  const separator = rawType === 'decimal' || rawType === 'map' ? ',' : ', ';
  if (rawType === 'timestamp with time zone') return `timestamp(${texts[0]}) with time zone`;
  return `${rawType}(${texts.join(separator)})`;
}

function argumentText(arg: TypeArgument): string {
  switch (arg.kind) {
    case 'LONG':
      return String(arg.value);
    case 'TYPE':
      return signatureText(arg.value);
    case 'NAMED_TYPE':
      return `"${arg.value.fieldName.name}" ${signatureText(arg.value.typeSignature)}`;
  }
}

export const columnOf = (field: Field, precision: number): TrinoColumn => {
  const typeSignature = signatureOf(field.type, precision);
  return { name: field.name, type: signatureText(typeSignature), typeSignature };
};

/**
 * A value as a JSON token: integers as raw digits whatever their size, doubles always with a point or an
 * exponent, decimals and temporal values as text, structs as arrays.
 */
export function valueText(value: LiteralValue, type: Type, precision: number): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'boolean':
      return value === true ? 'true' : 'false';
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return String(value);
    case 'float32':
    case 'float64':
      return floatText(value as number);
    case 'timestamp': {
      const text = padFraction(
        formatLiteral(value, { ...type, zoned: false }),
        Math.min(DIGITS[type.unit], precision),
      );
      return JSON.stringify(type.zoned ? `${text} UTC` : text);
    }
    case 'time':
      return JSON.stringify(padFraction(formatLiteral(value, type), Math.min(6, precision)));
    case 'interval':
      return JSON.stringify(
        intervalText(value as { months: number; days: number; micros: bigint }),
      );
    case 'blob':
      return JSON.stringify(Buffer.from(value as Uint8Array).toString('base64'));
    case 'list':
    case 'array': {
      const items = value as readonly LiteralValue[];
      return `[${items.map((item) => valueText(item, type.element, precision)).join(',')}]`;
    }
    case 'map': {
      const { map } = value as { map: readonly (readonly [LiteralValue, LiteralValue])[] };
      const entries = map.map(
        ([key, item]) =>
          `${JSON.stringify(formatLiteral(key, type.key))}:${valueText(item, type.value, precision)}`,
      );
      return `{${entries.join(',')}}`;
    }
    case 'struct': {
      const { struct } = value as { readonly struct: readonly LiteralValue[] };
      const items = type.fields.map((field, i) =>
        valueText(struct[i] ?? null, field.type, precision),
      );
      return `[${items.join(',')}]`;
    }
    default:
      return JSON.stringify(formatLiteral(value, type));
  }
}

/** Clients reject an integer token where a double is due. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return '"NaN"';
  if (!Number.isFinite(value)) return value > 0 ? '"Infinity"' : '"-Infinity"';
  const text = Object.is(value, -0) ? '-0.0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** A clock text with exactly so many digits behind the point. */
function padFraction(text: string, digits: number): string {
  const [clock = '', fraction = ''] = text.split('.');
  return digits === 0 ? clock : `${clock}.${fraction.padEnd(digits, '0').slice(0, digits)}`;
}

const DAY_MICROS = 86_400_000_000n;

/** `D HH:MM:SS.mmm`; months count as 30 days, since the protocol's two interval types are one here. */
function intervalText(value: { months: number; days: number; micros: bigint }): string {
  const total = BigInt(value.months * 30 + value.days) * DAY_MICROS + value.micros;
  const sign = total < 0n ? '-' : '';
  const micros = total < 0n ? -total : total;
  const seconds = Number((micros % DAY_MICROS) / 1_000_000n);
  const two = (n: number): string => String(n).padStart(2, '0');
  const millis = String(Number((micros / 1000n) % 1000n)).padStart(3, '0');
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${sign}${micros / DAY_MICROS} ${clock}.${millis}`;
}

/** The protocol's error object. */
export interface TrinoError {
  readonly message: string;
  readonly errorCode: number;
  readonly errorName: string;
  readonly errorType: 'USER_ERROR' | 'INTERNAL_ERROR' | 'INSUFFICIENT_RESOURCES' | 'EXTERNAL';
  readonly errorLocation?: { readonly lineNumber: number; readonly columnNumber: number };
  readonly sqlState: string;
  readonly failureInfo: {
    readonly type: string;
    readonly message: string;
    readonly suppressed: readonly never[];
    readonly stack: readonly never[];
  };
}

/** Trino's StandardErrorCode by SQLSTATE, then by category. */
const BY_STATE: Readonly<Record<string, readonly [number, string]>> = {
  '42P01': [46, 'TABLE_NOT_FOUND'],
  '42703': [47, 'COLUMN_NOT_FOUND'],
  '42883': [6, 'FUNCTION_NOT_FOUND'],
  '42702': [62, 'AMBIGUOUS_NAME'],
  '42P07': [50, 'TABLE_ALREADY_EXISTS'],
  '3F000': [45, 'SCHEMA_NOT_FOUND'],
  '42804': [58, 'TYPE_MISMATCH'],
  '22012': [8, 'DIVISION_BY_ZERO'],
  '22003': [19, 'NUMERIC_VALUE_OUT_OF_RANGE'],
  '22018': [9, 'INVALID_CAST_ARGUMENT'],
  '22007': [9, 'INVALID_CAST_ARGUMENT'],
  '22023': [7, 'INVALID_FUNCTION_ARGUMENT'],
};

const BY_CODE: Readonly<Record<SqlError['code'], readonly [number, string]>> = {
  syntax: [1, 'SYNTAX_ERROR'],
  bind: [5, 'NOT_FOUND'],
  type: [58, 'TYPE_MISMATCH'],
  unsupported: [13, 'NOT_SUPPORTED'],
  execution: [7, 'INVALID_FUNCTION_ARGUMENT'],
  resource: [131079, 'EXCEEDED_LOCAL_MEMORY_LIMIT'],
  cancelled: [3, 'USER_CANCELED'],
  io: [65536, 'GENERIC_INTERNAL_ERROR'],
  internal: [65536, 'GENERIC_INTERNAL_ERROR'],
};

const ERROR_TYPES: Partial<Record<SqlError['code'], TrinoError['errorType']>> = {
  resource: 'INSUFFICIENT_RESOURCES',
  io: 'EXTERNAL',
  internal: 'INTERNAL_ERROR',
};

export function trinoError(error: SqlError): TrinoError {
  const [errorCode, errorName] = BY_STATE[error.sqlState] ?? BY_CODE[error.code];
  const { position } = error;
  const hint = error.hint === undefined ? '' : ` (${error.hint})`;
  const place = position === undefined ? '' : `line ${position.line}:${position.column}: `;
  const message = `${place}${error.message}${hint}`;
  return {
    message,
    errorCode,
    errorName,
    errorType: ERROR_TYPES[error.code] ?? 'USER_ERROR',
    ...(position === undefined
      ? {}
      : { errorLocation: { lineNumber: position.line, columnNumber: position.column } }),
    sqlState: error.sqlState,
    failureInfo: { type: 'SqlError', message, suppressed: [], stack: [] },
  };
}
