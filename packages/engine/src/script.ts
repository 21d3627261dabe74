import { parseNextStatement } from '@windrow/parser';

/** Where a statement of a script stands, offsets into the text. */
export interface ScriptStatement {
  readonly text: string;
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
  return { text: text.slice(span.start, span.end), end: parsed.end };
}
