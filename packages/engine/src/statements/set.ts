import { SqlError, VARCHAR } from '@windrow/core';
import type { Expression, Pragma, ResetStatement, SetStatement } from '@windrow/parser';
import { constantValue } from '../constants.ts';
import type { Database, StatementContext } from '../database.ts';
import {
  assignSetting,
  describeSetting,
  SETTING_NAMES,
  type Settings,
  settingName,
} from '../settings.ts';
import type { Handler } from './handler.ts';
import { shownName } from './names.ts';
import { changed } from './outcome.ts';

export const set: Handler<SetStatement> = async (db, statement, context) => {
  const name = settingName(shownName(statement.name), statement.name.span);
  assign(db, name, statement.values[0], context);
  return changed(db, 'SET', context);
};

export const reset: Handler<ResetStatement> = async (db, statement, context) => {
  const names =
    statement.name === null
      ? SETTING_NAMES
      : [settingName(shownName(statement.name), statement.name.span)];
  for (const name of names) restore(db.settings, db.defaults, name);
  return changed(db, 'RESET', context);
};

/** `PRAGMA name = value` is SET; others are asked for by SHOW and DESCRIBE. */
export const pragma: Handler<Pragma> = async (db, statement, context) => {
  const [value] = statement.arguments;
  if (!statement.assigned || value === undefined) {
    throw new SqlError('unsupported', `PRAGMA ${statement.name.name} is not supported`, {
      span: statement.span,
      hint: 'SHOW and DESCRIBE tell of tables; SET changes settings.',
    });
  }
  assign(db, settingName(statement.name.name, statement.name.span), value, context);
  return changed(db, 'SET', context);
};

/** A bare word means itself, DEFAULT the setting's first value. */
function assign(
  db: Database,
  name: keyof Settings,
  value: Expression,
  context: StatementContext,
): void {
  if (value.kind === 'defaultValue') {
    restore(db.settings, db.defaults, name);
    return;
  }
  const literal =
    value.kind === 'columnReference'
      ? value.path.map((part) => part.name).join('.')
      : constantValue(db, value, context).value;
  assignSetting(db.settings, name, literal, value.span);
}

function restore<K extends keyof Settings>(
  settings: Settings,
  defaults: Readonly<Settings>,
  name: K,
): void {
  settings[name] = defaults[name];
}

/** Settings with their values, as SHOW ALL lists them. */
export const settingRows = (db: Database): string[][] =>
  SETTING_NAMES.map((name) => [name, String(db.settings[name]), describeSetting(name)]);

export const SETTING_FIELDS: readonly { name: string; type: typeof VARCHAR; nullable: boolean }[] =
  ['name', 'value', 'description'].map((name) => ({ name, type: VARCHAR, nullable: false }));
