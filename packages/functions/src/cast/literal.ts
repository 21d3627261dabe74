import {
  formatLiteral,
  isFloat,
  isInteger,
  isNumeric,
  type LiteralValue,
  type MapValue,
  type SessionValues,
  SqlError,
  type SqlType,
  type StructValue,
  typeName,
  typesEqual,
} from '@windrow/core';
import { castText } from './from-text.ts';
import { TRY_CAST_HINT } from './numeric.ts';
import { rangeOf } from './numeric-emit.ts';
import { parseNestedText } from './parse-nested.ts';

/**
 * A single value converted to another type, by the rules of the casts of columns. It serves the values
 * inside nested ones; columns of plain types have casts in generated code.
 * @throws SqlError what the cast of a column raises.
 */
export function castLiteral(
  value: LiteralValue,
  from: SqlType,
  to: SqlType,
  session: SessionValues,
): LiteralValue {
  if (value === null || typesEqual(from, to)) return value;
  switch (to.kind) {
    case 'list':
    case 'array':
      return castElements(value, from, to, session);
    case 'struct':
      return castFields(value, from, to, session);
    case 'map':
      return castEntries(value, from, to, session);
    case 'varchar':
      return formatLiteral(value, from);
    default:
      return castPlain(value, from, to, session);
  }
}

function castElements(
  value: LiteralValue,
  from: SqlType,
  to: SqlType & { kind: 'list' | 'array' },
  session: SessionValues,
): LiteralValue {
  const source =
    from.kind === 'list' || from.kind === 'array'
      ? { items: value as readonly LiteralValue[], type: from.element }
      : { items: parseNestedText(String(value), to) as readonly LiteralValue[], type: from };
  if (to.kind === 'array' && source.items.length !== to.length) {
    const message = `a list of ${source.items.length} elements is not a ${typeName(to)}`;
    throw new SqlError('execution', message, { sqlState: '22018', hint: TRY_CAST_HINT });
  }
  return source.items.map((item) => castLiteral(item, source.type, to.element, session));
}

/** Fields are matched by name; those that the source lacks are NULL. */
function castFields(
  value: LiteralValue,
  from: SqlType,
  to: SqlType & { kind: 'struct' },
  session: SessionValues,
): LiteralValue {
  if (from.kind !== 'struct') {
    const { struct } = parseNestedText(String(value), to) as StructValue;
    return {
      struct: to.fields.map((field, i) =>
        castLiteral(struct[i] ?? null, from, field.type, session),
      ),
    };
  }
  const { struct } = value as StructValue;
  return {
    struct: to.fields.map((field) => {
      const name = field.name.toLowerCase();
      const index = from.fields.findIndex((candidate) => candidate.name.toLowerCase() === name);
      const source = from.fields[index];
      return source === undefined
        ? null
        : castLiteral(struct[index] ?? null, source.type, field.type, session);
    }),
  };
}

function castEntries(
  value: LiteralValue,
  from: SqlType,
  to: SqlType & { kind: 'map' },
  session: SessionValues,
): LiteralValue {
  const [source, key, item] =
    from.kind === 'map'
      ? ([value as MapValue, from.key, from.value] as const)
      : ([parseNestedText(String(value), to) as MapValue, from, from] as const);
  return {
    map: source.map.map(([k, v]) => [
      castLiteral(k, key, to.key, session),
      castLiteral(v, item, to.value, session),
    ]),
  };
}

function castPlain(
  value: LiteralValue,
  from: SqlType,
  to: SqlType,
  session: SessionValues,
): LiteralValue {
  if (to.kind === 'boolean' && isNumeric(from)) return Number(value) !== 0;
  if (from.kind === 'boolean' && isNumeric(to))
    return castText(value === true ? '1' : '0', to, session);
  if (isFloat(from) && isInteger(to)) return floatToInteger(value as number, from, to);
  return castText(formatLiteral(value, from), to, session);
}

/** Half to even, unlike text, which rounds half away from zero. */
function floatToInteger(value: number, from: SqlType, to: SqlType): LiteralValue {
  const floor = Math.floor(value);
  const isUp = value - floor > 0.5 || (value - floor === 0.5 && floor % 2 !== 0);
  const rounded = isUp ? floor + 1 : floor;
  const { min, max } = rangeOf(to);
  const integer = Number.isFinite(rounded) ? BigInt(rounded) : undefined;
  if (integer === undefined || integer < min || integer > max) {
    const message = `${formatLiteral(value, from)} is out of range for ${typeName(to)}`;
    throw new SqlError('execution', message, { sqlState: '22003', hint: TRY_CAST_HINT });
  }
  return to.kind === 'int64' || to.kind === 'uint64' || to.kind === 'hugeint' ? integer : rounded;
}
