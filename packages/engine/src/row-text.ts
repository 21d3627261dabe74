import {
  type Field,
  formatLiteral,
  isNumeric,
  type LiteralValue,
  type SqlType,
} from '@windrow/core';

/** Results as text, row by row: what the shell's modes and HTTP replies are made of. */

/** A literal as a JSON token. Integers beyond 2⁵³ and decimals are strings, so that no digit is lost. */
export function jsonText(value: LiteralValue, type: SqlType): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'boolean':
      return value === true ? 'true' : 'false';
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return String(value);
    case 'int64':
    case 'uint64':
    case 'hugeint': {
      const isSafe = Number.isSafeInteger(Number(value));
      return isSafe ? String(value) : `"${String(value)}"`;
    }
    case 'float32':
    case 'float64':
      return Number.isFinite(value) ? String(value) : JSON.stringify(formatLiteral(value, type));
    case 'list':
    case 'array': {
      const items = value as readonly LiteralValue[];
      return `[${items.map((item) => jsonText(item, type.element)).join(',')}]`;
    }
    case 'struct': {
      const { struct } = value as { readonly struct: readonly LiteralValue[] };
      const fields = type.fields.map(
        (field, i) => `${JSON.stringify(field.name)}:${jsonText(struct[i] ?? null, field.type)}`,
      );
      return `{${fields.join(',')}}`;
    }
    case 'map': {
      const { map } = value as { map: readonly (readonly [LiteralValue, LiteralValue])[] };
      const entries = map.map(
        ([key, item]) =>
          `${JSON.stringify(formatLiteral(key, type.key))}:${jsonText(item, type.value)}`,
      );
      return `{${entries.join(',')}}`;
    }
    case 'json':
      return String(value);
    default:
      return JSON.stringify(formatLiteral(value, type));
  }
}

/** A row as a JSON object; of equal column names all are written, as the parser's last one wins. */
export const jsonObject = (fields: readonly Field[], row: readonly LiteralValue[]): string =>
  `{${fields
    .map((field, i) => `${JSON.stringify(field.name)}:${jsonText(row[i] ?? null, field.type)}`)
    .join(',')}}`;

/** Cells between delimiters, quoted where they have to be (RFC 4180); NULL is empty, '' is `""`. */
export function delimitedRow(
  fields: readonly Field[],
  row: readonly LiteralValue[],
  delimiter: string,
): string {
  return fields
    .map(({ type }, i) => {
      const value = row[i] ?? null;
      return value === null ? '' : delimitedCell(formatLiteral(value, type), delimiter);
    })
    .join(delimiter);
}

export function delimitedCell(text: string, delimiter: string): string {
  const isPlain = text !== '' && !text.includes(delimiter) && !/["\r\n]/.test(text);
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}

/** A value as a SQL literal, for INSERT statements. */
export function sqlText(value: LiteralValue, type: SqlType): string {
  if (value === null) return 'NULL';
  const text = formatLiteral(value, type);
  const isReadable = typeof value !== 'number' || Number.isFinite(value);
  if (type.kind === 'boolean' || (isNumeric(type) && isReadable)) return text;
  return `'${text.replaceAll("'", "''")}'`;
}
