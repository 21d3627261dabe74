import { SqlError } from '@windrow/core';
import { shownText } from '../text/shown.ts';

/*
 * JSON by positions in its text: values are found and handed on as they are written, so that numbers keep
 * their digits and members their order. All functions but the first take text that is well-formed.
 */

/** The value from `start` to `end` (not included), without blanks around it. */
export interface JsonSlice {
  readonly start: number;
  readonly end: number;
}

/** The document's value. @throws SqlError 22032 for text that is not JSON. */
export function documentOf(text: string): JsonSlice {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new SqlError('execution', `${shownText(text)} is not JSON`, {
      sqlState: '22032',
      hint: 'json_valid tells which texts are.',
      cause: error,
    });
  }
  const start = skipBlanks(text, 0);
  return { start, end: valueEnd(text, start) };
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const isBlank = (code: number): boolean =>
  code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at += 1;
  return at;
}

/** Behind the string that begins at `from`. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) return at + 1;
  }
}

/** Behind the value that begins at `from`. */
function valueEnd(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return stringEnd(text, from);
  if (first !== '{' && first !== '[') {
    let at = from;
    while (at < text.length && !/[\s,\]}]/.test(text[at]!)) at += 1;
    return at;
  }
  let depth = 0;
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = stringEnd(text, at) - 1;
    else if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
}

/** The elements of an array; none of anything else. */
export function* elementsOf(text: string, { start, end }: JsonSlice): Iterable<JsonSlice> {
  if (text[start] !== '[') return;
  let at = skipBlanks(text, start + 1);
  while (at < end - 1) {
    const elementEnd = valueEnd(text, at);
    yield { start: at, end: elementEnd };
    at = skipBlanks(text, elementEnd);
    if (text[at] === ',') at = skipBlanks(text, at + 1);
  }
}

/** The members of an object; none of anything else. */
export function* membersOf(
  text: string,
  { start, end }: JsonSlice,
): Iterable<{ readonly key: string; readonly value: JsonSlice }> {
  if (text[start] !== '{') return;
  let at = skipBlanks(text, start + 1);
  while (at < end - 1) {
    const keyEnd = stringEnd(text, at);
    const key = textOf(text, { start: at, end: keyEnd });
    at = skipBlanks(text, skipBlanks(text, keyEnd) + 1);
    const memberEnd = valueEnd(text, at);
    yield { key, value: { start: at, end: memberEnd } };
    at = skipBlanks(text, memberEnd);
    if (text[at] === ',') at = skipBlanks(text, at + 1);
  }
}

/** What a string says. */
function textOf(text: string, { start, end }: JsonSlice): string {
  const inner = text.slice(start + 1, end - 1);
  return inner.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : inner;
}

/** The value as JSON, without blanks between its parts. */
export function jsonOf(text: string, { start, end }: JsonSlice): string {
  const written = text.slice(start, end);
  if (!/\s/.test(written)) return written;
  return written.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}

/** The value as text: what a string says, JSON of the others; null for JSON's null. */
export function plainTextOf(text: string, slice: JsonSlice): string | null {
  const first = text[slice.start];
  if (first === '"') return textOf(text, slice);
  return first === 'n' ? null : jsonOf(text, slice);
}

/** The kind of a value, as DuckDB names them. */
export function kindOf(text: string, { start, end }: JsonSlice): string {
  switch (text[start]) {
    case '{':
      return 'OBJECT';
    case '[':
      return 'ARRAY';
    case '"':
      return 'VARCHAR';
    case 't':
    case 'f':
      return 'BOOLEAN';
    case 'n':
      return 'NULL';
    default:
      return numberKind(text.slice(start, end));
  }
}

function numberKind(number: string): string {
  if (!/^-?\d+$/.test(number)) return 'DOUBLE';
  const value = BigInt(number);
  if (value < 0n) return value >= -(2n ** 63n) ? 'BIGINT' : 'DOUBLE';
  return value < 2n ** 64n ? 'UBIGINT' : 'DOUBLE';
}
