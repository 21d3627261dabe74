import {
  DOUBLE,
  decimal,
  isFloat,
  isInteger,
  isNumeric,
  isSignedInteger,
  list,
  MAX_DECIMAL_PRECISION,
  type SqlType,
  type SqlTypeKind,
  type StructField,
  type TimeUnit,
  typesEqual,
  VARCHAR,
} from './types.ts';

/** The decimal that an integer operand counts as: digits of its type, no scale. */
export function decimalOfInteger(type: SqlType): SqlType & { readonly kind: 'decimal' } {
  const precision = INTEGER_DIGITS[type.kind] ?? MAX_DECIMAL_PRECISION;
  return { kind: 'decimal', precision, scale: 0 };
}

const INTEGER_DIGITS: Partial<Record<SqlTypeKind, number>> = {
  int8: 3,
  uint8: 3,
  int16: 5,
  uint16: 5,
  int32: 10,
  uint32: 10,
  int64: 19,
  uint64: 20,
  hugeint: MAX_DECIMAL_PRECISION,
};

/** Value bits of the integer types, the sign not counted. */
const INTEGER_BITS: Partial<Record<SqlTypeKind, number>> = {
  int8: 7,
  uint8: 8,
  int16: 15,
  uint16: 16,
  int32: 31,
  uint32: 32,
  int64: 63,
  uint64: 64,
  hugeint: 127,
};

const integerBits = (type: SqlType): number => INTEGER_BITS[type.kind] ?? 0;
const UNIT_ORDER: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns'];

/**
 * What it costs to convert `from` to `to` without being asked: 0 for equal types, more for each step
 * away, undefined where only an explicit cast converts (narrowing, text to other types, …).
 *
 * Only the order of costs within one `from` means something: integers to wider integers, then decimals,
 * then FLOAT, then DOUBLE; dates to timestamps to instants; the untyped NULL to anything.
 */
export function implicitCastCost(from: SqlType, to: SqlType): number | undefined {
  if (typesEqual(from, to)) return 0;
  if (from.kind === 'null') return 1;
  if (from.kind === 'boolean') return isNumeric(to) ? 200 + numericRank(to) : undefined;
  if (isInteger(from)) return integerCastCost(from, to);
  if (from.kind === 'decimal') return decimalCastCost(from, to);
  if (from.kind === 'float32') return to.kind === 'float64' ? 1 : undefined;
  if (from.kind === 'enum') return to.kind === 'varchar' ? 1 : undefined;
  if (from.kind === 'date') return to.kind === 'timestamp' ? timestampRank(to) : undefined;
  if (from.kind === 'timestamp' && to.kind === 'timestamp') {
    const widens = UNIT_ORDER.indexOf(to.unit) >= UNIT_ORDER.indexOf(from.unit);
    return widens && (to.zoned || !from.zoned) ? timestampRank(to) : undefined;
  }
  return nestedCastCost(from, to);
}

const numericRank = (type: SqlType): number =>
  isInteger(type) ? integerBits(type) : type.kind === 'decimal' ? 130 : isFloat(type) ? 140 : 0;

const timestampRank = (type: SqlType & { kind: 'timestamp' }): number =>
  (type.zoned ? 10 : 1) + Math.abs(UNIT_ORDER.indexOf(type.unit) - UNIT_ORDER.indexOf('us'));

function integerCastCost(from: SqlType, to: SqlType): number | undefined {
  if (isInteger(to)) {
    if (isSignedInteger(from) && !isSignedInteger(to)) return undefined;
    return integerBits(to) > integerBits(from) ? integerBits(to) - integerBits(from) : undefined;
  }
  if (to.kind === 'decimal') {
    const fits = to.precision - to.scale >= decimalOfInteger(from).precision;
    return fits || from.kind === 'hugeint' ? 130 : undefined;
  }
  return to.kind === 'float32' ? 140 : to.kind === 'float64' ? 141 : undefined;
}

function decimalCastCost(from: SqlType & { kind: 'decimal' }, to: SqlType): number | undefined {
  if (to.kind === 'decimal') {
    const keepsAll =
      to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
    return keepsAll ? 1 : undefined;
  }
  return to.kind === 'float32' ? 10 : to.kind === 'float64' ? 11 : undefined;
}

function nestedCastCost(from: SqlType, to: SqlType): number | undefined {
  if ((from.kind === 'list' || from.kind === 'array') && to.kind === 'list') {
    const element = implicitCastCost(from.element, to.element);
    return element === undefined ? undefined : element + (from.kind === 'array' ? 1 : 0);
  }
  if (from.kind === 'array' && to.kind === 'array' && from.length === to.length)
    return implicitCastCost(from.element, to.element);
  if (from.kind === 'map' && to.kind === 'map')
    return sumCosts([implicitCastCost(from.key, to.key), implicitCastCost(from.value, to.value)]);
  if (from.kind === 'struct' && to.kind === 'struct' && from.fields.length === to.fields.length) {
    return sumCosts(
      from.fields.map((field, i) => {
        const target = to.fields[i];
        return target !== undefined && sameName(field, target)
          ? implicitCastCost(field.type, target.type)
          : undefined;
      }),
    );
  }
  return undefined;
}

function sumCosts(costs: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const cost of costs) {
    if (cost === undefined) return undefined;
    sum += cost;
  }
  return sum;
}

const sameName = (a: StructField, b: StructField): boolean =>
  a.name.toLowerCase() === b.name.toLowerCase();

/**
 * The cheapest type that both convert to, or undefined. Comparison, CASE, COALESCE, lists, IN and set
 * operations bring their operands there.
 *
 * Text has a common type with text and ENUM only; who wants VARCHAR for text beside anything else (set
 * operations, CASE) adds that rule. An untyped string literal is the caller's business too.
 */
export function commonType(a: SqlType, b: SqlType): SqlType | undefined {
  if (typesEqual(a, b)) return a;
  if (a.kind === 'null') return b;
  if (b.kind === 'null') return a;
  if (isNumeric(a) && isNumeric(b)) return commonNumericType(a, b);
  if (a.kind === 'boolean' && isNumeric(b)) return b;
  if (b.kind === 'boolean' && isNumeric(a)) return a;
  if (isWord(a) && isWord(b)) return VARCHAR;
  return commonTemporalType(a, b) ?? commonNestedType(a, b);
}

const isWord = (type: SqlType): boolean =>
  type.kind === 'varchar' || type.kind === 'enum' || type.kind === 'json';

function commonNumericType(a: SqlType, b: SqlType): SqlType {
  if (isFloat(a) || isFloat(b)) {
    if (a.kind === 'float64' || b.kind === 'float64') return DOUBLE;
    return isFloat(a) ? a : b;
  }
  if (isInteger(a) && isInteger(b)) return commonIntegerType(a, b);
  const left = a.kind === 'decimal' ? a : decimalOfInteger(a);
  const right = b.kind === 'decimal' ? b : decimalOfInteger(b);
  const scale = Math.max(left.scale, right.scale);
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
  return decimal(Math.min(MAX_DECIMAL_PRECISION, whole + scale), scale);
}

function commonIntegerType(a: SqlType, b: SqlType): SqlType {
  const [narrow, wide] = integerBits(a) <= integerBits(b) ? [a, b] : [b, a];
  if (isSignedInteger(wide) || isSignedInteger(narrow) === isSignedInteger(wide)) return wide;
  return { kind: NEXT_SIGNED[wide.kind] ?? 'hugeint' };
}

/** The narrowest signed type that holds all values of an unsigned one. */
const NEXT_SIGNED: Partial<Record<SqlTypeKind, 'int16' | 'int32' | 'int64'>> = {
  uint8: 'int16',
  uint16: 'int32',
  uint32: 'int64',
};

function commonTemporalType(a: SqlType, b: SqlType): SqlType | undefined {
  if (a.kind === 'date' && b.kind === 'timestamp') return b;
  if (b.kind === 'date' && a.kind === 'timestamp') return a;
  if (a.kind !== 'timestamp' || b.kind !== 'timestamp') return undefined;
  if (a.zoned || b.zoned) return { kind: 'timestamp', unit: 'us', zoned: true };
  return UNIT_ORDER.indexOf(a.unit) > UNIT_ORDER.indexOf(b.unit) ? a : b;
}

function commonNestedType(a: SqlType, b: SqlType): SqlType | undefined {
  if (isSequence(a) && isSequence(b)) {
    const element = commonType(a.element, b.element);
    if (element === undefined) return undefined;
    if (a.kind === 'array' && b.kind === 'array' && a.length === b.length)
      return { kind: 'array', element, length: a.length };
    return list(element);
  }
  if (a.kind === 'map' && b.kind === 'map') {
    const key = commonType(a.key, b.key);
    const value = commonType(a.value, b.value);
    return key === undefined || value === undefined ? undefined : { kind: 'map', key, value };
  }
  if (a.kind === 'struct' && b.kind === 'struct') return commonStructType(a, b);
  return undefined;
}

const isSequence = (type: SqlType): type is SqlType & { kind: 'list' | 'array' } =>
  type.kind === 'list' || type.kind === 'array';

/** Fields are matched by name; both structs have the same ones. The order is the left one's. */
function commonStructType(
  a: SqlType & { kind: 'struct' },
  b: SqlType & { kind: 'struct' },
): SqlType | undefined {
  if (a.fields.length !== b.fields.length) return undefined;
  const fields: StructField[] = [];
  for (const field of a.fields) {
    const other = b.fields.find((candidate) => sameName(candidate, field));
    const type = other === undefined ? undefined : commonType(field.type, other.type);
    if (type === undefined) return undefined;
    fields.push({ name: field.name, type });
  }
  return { kind: 'struct', fields };
}
