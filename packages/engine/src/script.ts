import { SqlError } from '@windrow/core';
import { parseNextStatement } from '@windrow/parser';

/** Where a statement of a script stands, offsets into the text. */
export interface ScriptStatement {
  readonly text: string;
  readonly start: number;
  /** Behind its semicolon. */
  readonly end: number;
}

/**
 * The statement at or behind an offset, null when there is none left. Scripts are read one statement at a
 * time, so that what stands before a mistake is run.
 * @throws SqlError when the statement cannot be parsed; its span points into the whole text.
 */
export function nextStatement(text: string, offset: number): ScriptStatement | null {
  const parsed = parseNextStatement(text, { offset });
  if (parsed === null) return null;
  const { span } = parsed.statement;
  return { text: text.slice(span.start, span.end), start: span.start, end: parsed.end };
}

/** An error of a statement that stands at `start` of a script, with its place in the script. */
export function placedInScript(error: SqlError, script: string, start: number): SqlError {
  const { code, message, hint, sqlState, cause, span } = error;
  const placed =
    span === undefined ? undefined : { start: span.start + start, end: span.end + start };
  return new SqlError(code, message, { hint, sqlState, cause, span: placed, statement: script });
}
