import type { Parsed } from './parse-number.ts';

const UUID = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

/** 32 hexadecimal digits, hyphens and braces optional; the result is the usual lower-case form. */
export function parseUuid(text: string): Parsed<string> {
  const match = UUID.exec(text.trim());
  return match === null ? undefined : match.slice(1).join('-').toLowerCase();
}

const BLOB_PIECE = /\\x([0-9a-fA-F]{2})|([\x20-\x5b\x5d-\x7e\t\n\r])/y;

/** ASCII as it is, other bytes as `\xAA`. */
export function parseBlob(text: string): Parsed<Uint8Array> {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  let at = 0;
  while (at < text.length) {
    BLOB_PIECE.lastIndex = at;
    const piece = BLOB_PIECE.exec(text);
    if (piece === null) return undefined;
    bytes[length++] = piece[1] === undefined ? text.charCodeAt(at) : Number.parseInt(piece[1], 16);
    at = BLOB_PIECE.lastIndex;
  }
  return bytes.subarray(0, length);
}

/** The text itself when it is JSON (RFC 8259). */
export function parseJsonText(text: string): Parsed<string> {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}
