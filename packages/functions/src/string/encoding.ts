import { BLOB, type ScalarFunction, type ScalarOverload, SqlError, VARCHAR } from '@windrow/core';
import { example, scalar, signature } from '../define.ts';
import { invalidArgument } from '../errors.ts';
import { shownText } from '../text/shown.ts';
import { jsOverload } from '../vector/overload.ts';
import { BYTES, rowwise, TEXT } from '../vector/rows.ts';

const malformed = (message: string): SqlError =>
  new SqlError('execution', message, { sqlState: '22018' });

/** Overloads for text, as its UTF-8, and for blobs. */
const ofBytes = (compute: (bytes: Uint8Array) => string): readonly ScalarOverload[] =>
  [VARCHAR, BLOB].map((type) =>
    jsOverload(signature([type], VARCHAR), rowwise([BYTES], TEXT, compute)),
  );

/** A Buffer over the same bytes. */
const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function fromBase64(text: string): Uint8Array {
  if (!BASE64.test(text)) throw malformed(`${shownText(text)} is not base64`);
  return Buffer.from(text, 'base64');
}

const HEX = /^(?:[0-9a-fA-F]{2})*$/;

function fromHex(text: string): Uint8Array {
  const even = text.length % 2 === 0 ? text : `0${text}`;
  if (!HEX.test(even)) throw malformed(`${shownText(text)} is not hexadecimal`);
  return Buffer.from(even, 'hex');
}

function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed(`${shownText(text)} is not a percent-encoded text`);
  }
}

/** RFC 3986: everything but letters, digits and `-_.~` as percent and two digits. */
const encodeUrl = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

interface Charset {
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

const CHARSETS: ReadonlyMap<string, Charset> = new Map([
  ['utf-8', utf8()],
  ['utf8', utf8()],
  ['utf-16', utf16()],
  ['utf-16le', utf16()],
  ['iso-8859-1', singleByte('ISO-8859-1', 0xff)],
  ['latin1', singleByte('ISO-8859-1', 0xff)],
  ['ascii', singleByte('ASCII', 0x7f)],
  ['us-ascii', singleByte('ASCII', 0x7f)],
]);

function utf8(): Charset {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return {
    encode: (text) => Buffer.from(text, 'utf8'),
    decode: (bytes) => decodeStrictly(decoder, bytes, 'UTF-8'),
  };
}

function utf16(): Charset {
  const decoder = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });
  return {
    encode: (text) => Buffer.from(text, 'utf16le'),
    decode: (bytes) => decodeStrictly(decoder, bytes, 'UTF-16'),
  };
}

/** Bytes of shared memory cannot be decoded in place: TextDecoder wants a copy. */
function decodeStrictly(decoder: TextDecoder, bytes: Uint8Array, name: string): string {
  try {
    return decoder.decode(bytes.slice());
  } catch {
    throw malformed(`the bytes are not ${name}`);
  }
}

function singleByte(name: string, last: number): Charset {
  return {
    encode(text) {
      const outside = Array.from(text).find((character) => character.codePointAt(0)! > last);
      if (outside !== undefined) throw malformed(`'${outside}' is not a character of ${name}`);
      return Buffer.from(text, 'latin1');
    },
    decode(bytes) {
      if (bytes.some((byte) => byte > last)) throw malformed(`the bytes are not ${name}`);
      return bufferOf(bytes).toString('latin1');
    },
  };
}

function charset(name: string): Charset {
  const found = CHARSETS.get(name.toLowerCase());
  if (found === undefined)
    throw invalidArgument(
      `unknown character set '${name}'`,
      'There are UTF-8, UTF-16, ISO-8859-1 and ASCII.',
    );
  return found;
}

const stripAccents = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .normalize('NFC');

const TEXT_TO_TEXT = signature([VARCHAR], VARCHAR);
const CAN_FAIL = { raises: true } as const;

/** Functions between texts, bytes and their encodings. */
export const encodingFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'to_base64',
    aliases: ['base64'],
    category: 'string',
    doc: {
      summary: 'Bytes in base64; of a text its UTF-8.',
      examples: [example("to_base64('window')", 'd2luZG93')],
      source: 'RFC 4648 §4',
    },
    overloads: ofBytes((bytes) => bufferOf(bytes).toString('base64')),
  }),
  scalar({
    name: 'from_base64',
    aliases: ['unbase64'],
    category: 'string',
    doc: {
      summary: 'The bytes of a text in base64.',
      examples: [example("from_base64('d2luZG93')", 'window')],
      source: 'RFC 4648 §4',
    },
    overloads: [
      jsOverload(signature([VARCHAR], BLOB), rowwise([TEXT], BYTES, fromBase64), CAN_FAIL),
    ],
  }),
  scalar({
    name: 'unhex',
    aliases: ['from_hex'],
    category: 'string',
    doc: {
      summary: 'The bytes of a text in hexadecimal.',
      examples: [example("unhex('77696e')", 'win')],
      source: 'RFC 4648 §8',
    },
    overloads: [jsOverload(signature([VARCHAR], BLOB), rowwise([TEXT], BYTES, fromHex), CAN_FAIL)],
  }),
  scalar({
    name: 'url_encode',
    category: 'string',
    doc: {
      summary: 'The text with all but letters, digits and -_.~ percent-encoded.',
      examples: [example("url_encode('a b/c')", 'a%20b%2Fc')],
      source: 'RFC 3986 §2',
    },
    overloads: [jsOverload(TEXT_TO_TEXT, rowwise([TEXT], TEXT, encodeUrl))],
  }),
  scalar({
    name: 'url_decode',
    category: 'string',
    doc: {
      summary: 'The text with percent-encoded characters decoded.',
      examples: [example("url_decode('a%20b%2Fc')", 'a b/c')],
      source: 'RFC 3986 §2',
    },
    overloads: [jsOverload(TEXT_TO_TEXT, rowwise([TEXT], TEXT, decodeUrl), CAN_FAIL)],
  }),
  scalar({
    name: 'encode',
    category: 'string',
    doc: {
      summary: 'The bytes of a text, in UTF-8 or a character set named second.',
      examples: [example("encode('é')", '\\xC3\\xA9'), example("encode('é', 'latin1')", '\\xE9')],
      source: 'PostgreSQL and Spark',
    },
    overloads: [
      jsOverload(
        signature([VARCHAR], BLOB),
        rowwise([TEXT], BYTES, (text) => charset('utf-8').encode(text)),
      ),
      jsOverload(
        signature([VARCHAR, VARCHAR], BLOB),
        rowwise([TEXT, TEXT], BYTES, (text, name) => charset(name).encode(text)),
        CAN_FAIL,
      ),
    ],
  }),
  scalar({
    name: 'decode',
    category: 'string',
    doc: {
      summary: 'The text of bytes, in UTF-8 or a character set named second.',
      examples: [example("decode(unhex('C3A9'))", 'é')],
      source: 'PostgreSQL and Spark',
    },
    overloads: [
      jsOverload(
        signature([BLOB], VARCHAR),
        rowwise([BYTES], TEXT, (bytes) => charset('utf-8').decode(bytes)),
        CAN_FAIL,
      ),
      jsOverload(
        signature([BLOB, VARCHAR], VARCHAR),
        rowwise([BYTES, TEXT], TEXT, (bytes, name) => charset(name).decode(bytes)),
        CAN_FAIL,
      ),
    ],
  }),
  scalar({
    name: 'strip_accents',
    category: 'string',
    doc: {
      summary: 'The text without accents.',
      examples: [example("strip_accents('mühleisen')", 'muhleisen')],
      source: 'Unicode Standard Annex 15: NFD without nonspacing marks',
    },
    overloads: [jsOverload(TEXT_TO_TEXT, rowwise([TEXT], TEXT, stripAccents))],
  }),
  scalar({
    name: 'nfc_normalize',
    category: 'string',
    doc: {
      summary: 'The text in normalization form C.',
      examples: [example("length(nfc_normalize('e' || chr(769)))", '1')],
      source: 'Unicode Standard Annex 15',
    },
    overloads: [
      jsOverload(
        TEXT_TO_TEXT,
        rowwise([TEXT], TEXT, (text) => text.normalize('NFC')),
      ),
    ],
  }),
];
