import {
  formatDouble,
  formatFloat,
  formatLiteral,
  type IntervalValue,
  type LiteralValue,
  type MapValue,
  type SqlType,
  type StructValue,
} from '@windrow/core';

/** A value as JSON: numbers, booleans, lists and structs as such, everything else as its text. */
export function jsonText(value: LiteralValue, type: SqlType): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'null':
      return 'null';
    case 'json':
      return value as string;
    case 'boolean':
      return value === true ? 'true' : 'false';
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64':
    case 'hugeint':
    case 'decimal':
      return formatLiteral(value, type);
    case 'float32':
      // NaN and infinities have no JSON.
      return Number.isFinite(value) ? formatFloat(value as number) : 'null';
    case 'float64':
      return Number.isFinite(value) ? formatDouble(value as number) : 'null';
    case 'list':
    case 'array':
      return `[${(value as readonly LiteralValue[])
        .map((item) => jsonText(item, type.element))
        .join(',')}]`;
    case 'struct':
      return objectText(
        type.fields.map(({ name, type: field }, i) => [
          name,
          jsonText((value as StructValue).struct[i] ?? null, field),
        ]),
      );
    case 'map':
      return objectText(
        (value as MapValue).map.map(([key, item]) => [
          plainText(key, type.key),
          jsonText(item, type.value),
        ]),
      );
    default:
      return JSON.stringify(plainText(value, type));
  }
}

/** Members with their values as JSON. */
export const objectText = (members: readonly (readonly [string, string])[]): string =>
  `{${members.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;

/** The text that a cast would give. */
export const plainText = (value: LiteralValue | IntervalValue, type: SqlType): string =>
  value === null ? 'null' : formatLiteral(value, type);
