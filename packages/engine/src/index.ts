export {
  type Field,
  formatLiteral,
  formatSqlError,
  type LiteralValue,
  SqlError,
  toSqlError,
} from '@windrow/core';
export { VERSION_TEXT } from '@windrow/functions';
export type { OperatorStats, Stats } from './execution.ts';
export { type OpenOptions, open } from './open.ts';
export { type Column, literalRows, type QueryResult } from './result.ts';
export { delimitedCell, delimitedRow, jsonObject, jsonText, sqlText } from './row-text.ts';
export { nextStatement, placedInScript, type ScriptStatement } from './script.ts';
export {
  BatchStream,
  type PreparedQuery,
  type QueryOptions,
  Session,
  type SqlTag,
  type TableData,
  type UdfRegistry,
} from './session.ts';
export { type Fragment, ident, join, raw } from './tag.ts';
export { displayWidth, type TextTableOptions, textTable } from './text-table.ts';
export type { ScalarFunctionOptions, UserFunction } from './udf.ts';
export type { AggregateFunctionOptions, UserAggregate } from './udf-aggregate.ts';
export type { Params, Row, Value, ValueOptions } from './values.ts';
