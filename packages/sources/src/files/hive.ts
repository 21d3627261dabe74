import type { LiteralValue, SqlType } from '@windrow/core';
import { BIGINT, DATE, SqlError, typeName, VARCHAR } from '@windrow/core';

/** One `name=value` directory; the value is NULL for Hive's name of the NULL partition. */
export interface HiveKey {
  readonly name: string;
  readonly value: string | null;
}

/** Hive's name of the directory for rows whose key is NULL. */
export const HIVE_NULL = '__HIVE_DEFAULT_PARTITION__';

/** The keys of a file's path, outermost directory first. */
export function hiveKeys(path: string): HiveKey[] {
  const keys: HiveKey[] = [];
  for (const segment of path.split(/[/\\]/).slice(0, -1)) {
    const at = segment.indexOf('=');
    if (at <= 0) continue;
    const value = segment.slice(at + 1);
    keys.push({
      name: unescapeSegment(segment.slice(0, at)),
      value: value === HIVE_NULL ? null : unescapeSegment(value),
    });
  }
  return keys;
}

/** A key's directory name; characters that are special in paths are percent-encoded as UTF-8. */
export function hiveSegment(name: string, value: string | null): string {
  return `${escapeSegment(name)}=${value === null ? HIVE_NULL : escapeSegment(value)}`;
}

function escapeSegment(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped.
  return text.replaceAll(/[\u0000-\u001f"#%'*/:=?\\\u007f{[\]^<>|]/g, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}

function unescapeSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign stands for itself.
    return text;
  }
}

/** A column that the paths of a table's files hold. */
export interface HiveColumn {
  readonly name: string;
  readonly type: SqlType;
  /** By file. */
  readonly values: readonly LiteralValue[];
}

/**
 * The columns of hive-partitioned files, with the narrowest of BIGINT, DATE and VARCHAR that all values
 * have, or the declared type. undefined when the files do not all have the same keys, or none.
 * @throws SqlError 22018 when a value does not have its declared type.
 */
export function hiveColumns(
  files: readonly { readonly path: string; readonly keys: readonly HiveKey[] }[],
  declared: ReadonlyMap<string, SqlType> = new Map(),
): HiveColumn[] | undefined {
  const names = files[0]?.keys.map((key) => key.name) ?? [];
  const same = files.every(
    ({ keys }) => keys.length === names.length && keys.every(({ name }, i) => name === names[i]),
  );
  if (names.length === 0 || !same) return undefined;
  return names.map((name, index) => {
    const texts = files.map(({ keys }) => keys[index]?.value ?? null);
    const type = declared.get(name.toLowerCase()) ?? inferType(texts);
    const values = texts.map((text, file) => {
      const value = text === null ? null : parseKey(text, type);
      if (value !== undefined) return value;
      const place = `${name}=${text} of file "${files[file]?.path}"`;
      throw new SqlError('execution', `partition ${place} is not a ${typeName(type)}`, {
        sqlState: '22018',
      });
    });
    return { name, type, values };
  });
}

function inferType(texts: readonly (string | null)[]): SqlType {
  const known = texts.filter((text) => text !== null);
  if (known.length === 0) return VARCHAR;
  if (known.every((text) => parseKey(text, BIGINT) !== undefined)) return BIGINT;
  if (known.every((text) => parseKey(text, DATE) !== undefined)) return DATE;
  return VARCHAR;
}

/** The key's value as a literal of the type; undefined when it has none. */
function parseKey(text: string, type: SqlType): LiteralValue | undefined {
  switch (type.kind) {
    case 'varchar':
      return text;
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'uint32': {
      const value = parseInteger(text);
      const bits = Number(type.kind.replace(/\D+/, ''));
      if (value === undefined) return undefined;
      const fits = type.kind.startsWith('u')
        ? BigInt.asUintN(bits, value) === value
        : BigInt.asIntN(bits, value) === value;
      return fits ? Number(value) : undefined;
    }
    case 'int64': {
      const value = parseInteger(text);
      return value !== undefined && BigInt.asIntN(64, value) === value ? value : undefined;
    }
    case 'float64':
    case 'float32': {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      return Number.isNaN(value) ? undefined : value;
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'date':
      return parseDate(text);
    default:
      return undefined;
  }
}

const parseInteger = (text: string): bigint | undefined =>
  /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;

/** Days since 1970-01-01 of `YYYY-MM-DD`. */
function parseDate(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const millis = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(millis)) return undefined;
  // Date.parse lets 2001-02-30 pass as March.
  return new Date(millis).toISOString().startsWith(text) ? millis / 86400000 : undefined;
}
