import { didYouMean, type LiteralValue, type Span, SqlError } from '@windrow/core';

/** Session settings with their types; `SET name = value` changes them. */
export interface Settings {
  timezone: string;
  default_null_order: 'nulls_last' | 'nulls_first';
  threads: number;
  batch_rows: number;
  inline_rows: number;
  optimizer: boolean;
  max_recursion: number;
  temp_directory: string;
  force_spill: boolean;
}

interface SettingDefinition<T> {
  readonly description: string;
  readonly parse: (value: LiteralValue) => T | undefined;
  readonly expects: string;
}

const text = (value: LiteralValue): string | undefined =>
  typeof value === 'string' ? value : undefined;

function integer(minimum: number, maximum: number) {
  return (value: LiteralValue): number | undefined => {
    const number = typeof value === 'bigint' || typeof value === 'string' ? Number(value) : value;
    const fits = typeof number === 'number' && Number.isInteger(number);
    return fits && number >= minimum && number <= maximum ? number : undefined;
  };
}

function flag(value: LiteralValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = String(value).toLowerCase();
  if (['true', 'on', '1', 'yes'].includes(word)) return true;
  if (['false', 'off', '0', 'no'].includes(word)) return false;
  return undefined;
}

function timeZone(value: LiteralValue): string | undefined {
  const name = text(value);
  if (name === undefined) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

const nullOrder = (value: LiteralValue): Settings['default_null_order'] | undefined => {
  const word = text(value)?.toLowerCase().replace(' ', '_');
  if (word === 'nulls_last' || word === 'last') return 'nulls_last';
  return word === 'nulls_first' || word === 'first' ? 'nulls_first' : undefined;
};

const DEFINITIONS: { readonly [K in keyof Settings]: SettingDefinition<Settings[K]> } = {
  timezone: {
    description: 'Zone of TIMESTAMP WITH TIME ZONE values as they are read and shown',
    parse: timeZone,
    expects: 'an IANA zone name',
  },
  default_null_order: {
    description: 'Where NULLs stand in ORDER BY that does not say',
    parse: nullOrder,
    expects: "'nulls_last' or 'nulls_first'",
  },
  threads: {
    description: 'Threads a query may use',
    parse: integer(1, 256),
    expects: 'an integer from 1 to 256',
  },
  batch_rows: {
    description: 'Rows of a batch between operators',
    parse: integer(1, 65536),
    expects: 'an integer from 1 to 65536',
  },
  inline_rows: {
    description: 'Queries that touch fewer rows run on the main thread, without workers',
    parse: integer(0, 2 ** 31),
    expects: 'an integer of at least 0',
  },
  optimizer: {
    description: 'Whether logical plans are rewritten before they are executed',
    parse: flag,
    expects: 'true or false',
  },
  max_recursion: {
    description: 'Rounds after which a recursive query is stopped',
    parse: integer(1, 2 ** 31),
    expects: 'a positive integer',
  },
  temp_directory: {
    description: 'Where rows go that do not fit into memory',
    parse: (value) => text(value) || undefined,
    expects: 'the path of a directory',
  },
  force_spill: {
    description:
      'Whether operators write rows to temporary files though there is memory, for tests',
    parse: flag,
    expects: 'true or false',
  },
};

export const SETTING_NAMES: readonly (keyof Settings)[] = Object.keys(
  DEFINITIONS,
) as (keyof Settings)[];

/** What SHOW ALL and windrow_settings tell of a setting. */
export const describeSetting = (name: keyof Settings): string => DEFINITIONS[name].description;

/** @throws SqlError `bind` 42704 for an unknown setting. */
export function settingName(name: string, span?: Span): keyof Settings {
  const wanted = name.toLowerCase();
  const found = SETTING_NAMES.find((known) => known === wanted);
  if (found !== undefined) return found;
  throw new SqlError('bind', `unknown setting "${name}"`, {
    span,
    sqlState: '42704',
    hint: didYouMean(name, SETTING_NAMES) ?? `Settings: ${SETTING_NAMES.join(', ')}.`,
  });
}

/** @throws SqlError `bind` 22023 for a value outside the setting's domain. */
export function assignSetting<K extends keyof Settings>(
  settings: Settings,
  name: K,
  value: LiteralValue,
  span?: Span,
): void {
  const definition = DEFINITIONS[name];
  const parsed = definition.parse(value);
  if (parsed === undefined) {
    throw new SqlError('bind', `setting "${name}" cannot be ${JSON.stringify(String(value))}`, {
      span,
      sqlState: '22023',
      hint: `It takes ${definition.expects}.`,
    });
  }
  settings[name] = parsed;
}
