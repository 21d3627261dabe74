import { damagedFile } from '../errors.ts';
import type { RandomAccessFile } from '../input/random-access-file.ts';

/** A message of an IPC file or stream: its metadata and body, as a range of the file. */
export interface IpcMessage {
  readonly offset: number;
  readonly bytes: number;
  /** Rows of a batch. */
  readonly rowCount: number;
}

/**
 * How an IPC file is laid out. In a stream the schema is a message, and dictionaries may come between the
 * batches: `needs` of a batch are the dictionaries before it. A file has the schema, and where everything
 * is, in its footer.
 */
export type IpcLayout =
  | {
      readonly kind: 'stream';
      readonly schema: IpcMessage;
      readonly batches: readonly {
        readonly message: IpcMessage;
        readonly needs: readonly IpcMessage[];
      }[];
    }
  | {
      readonly kind: 'file';
      readonly footer: Uint8Array;
      readonly dictionaries: readonly IpcMessage[];
      readonly batches: readonly {
        readonly message: IpcMessage;
        readonly needs: readonly IpcMessage[];
      }[];
    };

const CONTINUATION = 0xffffffff;
const KINDS = [undefined, 'schema', 'dictionary', 'batch'] as const;
const MAGIC = 'ARROW1';
/** Metadata larger than this is no metadata. */
const MAX_METADATA_BYTES = 268435456;
/** A block in a footer: i64 offset, i32 metadata length, 4 bytes unused, i64 body length. */
const BLOCK_BYTES = 24;
const FOOTER_DICTIONARIES = 2;
const FOOTER_BATCHES = 3;

/**
 * The layout of an Arrow IPC file or stream.
 * @throws SqlError `io` when the file is neither.
 */
export function ipcLayout(file: RandomAccessFile): IpcLayout {
  const head = Buffer.from(file.read(0, Math.min(6, file.sizeBytes))).toString('latin1');
  try {
    return head === MAGIC ? fileLayout(file) : streamLayout(file);
  } catch (thrown) {
    // An offset that points outside the metadata.
    if (!(thrown instanceof RangeError)) throw thrown;
    throw damagedFile(file.path, 'Arrow', 'its metadata is malformed', { cause: thrown });
  }
}

function streamLayout(file: RandomAccessFile): IpcLayout {
  let schema: IpcMessage | undefined;
  const dictionaries: IpcMessage[] = [];
  const batches: { message: IpcMessage; needs: readonly IpcMessage[] }[] = [];
  for (let offset = 0; offset + 8 <= file.sizeBytes; ) {
    const found = readMessage(file, offset);
    if (found === undefined) break;
    const { kind, message } = found;
    if (kind === 'schema') schema ??= message;
    else if (kind === 'dictionary') dictionaries.push(message);
    else batches.push({ message, needs: dictionaries.slice() });
    offset += message.bytes;
  }
  if (schema === undefined) {
    throw damagedFile(file.path, 'Arrow', 'there is no Arrow schema', { place: 'byte 0' });
  }
  return { kind: 'stream', schema, batches };
}

function fileLayout(file: RandomAccessFile): IpcLayout {
  const bad = (problem: string) => damagedFile(file.path, 'Arrow', problem, { place: 'footer' });
  const tail = file.read(Math.max(0, file.sizeBytes - 10), Math.min(10, file.sizeBytes));
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  if (tail.length < 10 || Buffer.from(tail.subarray(4)).toString('latin1') !== MAGIC) {
    throw bad(`it does not end in "${MAGIC}"`);
  }
  const bytes = view.getInt32(0, true);
  if (bytes <= 0 || bytes + 10 > file.sizeBytes) throw bad('its length is more than the file has');
  const footer = file.read(file.sizeBytes - 10 - bytes, bytes);
  const dictionaries = footerBlocks(footer, FOOTER_DICTIONARIES).map(
    (offset) => requireMessage(file, offset, 'dictionary').message,
  );
  const batches = footerBlocks(footer, FOOTER_BATCHES).map((offset) => ({
    message: requireMessage(file, offset, 'batch').message,
    needs: dictionaries,
  }));
  return { kind: 'file', footer, dictionaries, batches };
}

function requireMessage(file: RandomAccessFile, offset: number, kind: 'dictionary' | 'batch') {
  const found = offset >= 8 && offset + 8 <= file.sizeBytes ? readMessage(file, offset) : undefined;
  if (found?.kind === kind) return found;
  throw damagedFile(file.path, 'Arrow', `there is no ${kind}`, { place: `byte ${offset}` });
}

/** The message at an offset; undefined at the end of a stream. */
function readMessage(
  file: RandomAccessFile,
  offset: number,
): { readonly kind: 'schema' | 'dictionary' | 'batch'; readonly message: IpcMessage } | undefined {
  const bad = (problem: string) =>
    damagedFile(file.path, 'Arrow', problem, { place: `byte ${offset}` });
  const head = new DataView(file.read(offset, 8).buffer);
  // Streams before Arrow 0.15 have the length alone.
  const prefixBytes = head.getUint32(0, true) === CONTINUATION ? 8 : 4;
  const metadataBytes = head.getInt32(prefixBytes - 4, true);
  if (metadataBytes === 0) return undefined;
  const start = offset + prefixBytes;
  const plausible = metadataBytes > 0 && metadataBytes <= MAX_METADATA_BYTES;
  if (!plausible || start + metadataBytes > file.sizeBytes) throw bad('there is no Arrow message');
  const { kind, bodyBytes, rowCount } = readMetadata(file.read(start, metadataBytes));
  const bytes = prefixBytes + metadataBytes + bodyBytes;
  if (kind === undefined || bodyBytes < 0 || rowCount < 0 || rowCount >= 2 ** 31) {
    throw bad('an Arrow message is malformed');
  }
  if (offset + bytes > file.sizeBytes) throw bad('the body of an Arrow message is cut off');
  return { kind, message: { offset, bytes, rowCount } };
}

/*
 * FlatBuffers: a table begins with the distance back to its vtable; the vtable holds its own size, the
 * table's size, then each field's offset within the table, 0 if it is absent. What is not inline is
 * referred to by its distance. Message has the header's type in field 1, the header in field 2, the
 * body's length (i64) in field 3; a batch its length (i64) in field 0.
 */

function fieldAddress(view: DataView, table: number, index: number): number {
  const vtable = table - view.getInt32(table, true);
  const at = 4 + index * 2;
  const offset = at < view.getUint16(vtable, true) ? view.getUint16(vtable + at, true) : 0;
  return offset === 0 ? 0 : table + offset;
}

const int64At = (view: DataView, at: number): number =>
  at === 0 ? 0 : Number(view.getBigInt64(at, true));

const referredBy = (view: DataView, at: number): number => at + view.getUint32(at, true);

function readMetadata(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const root = referredBy(view, 0);
  const typeAt = fieldAddress(view, root, 1);
  const headerAt = fieldAddress(view, root, 2);
  const kind = typeAt === 0 || headerAt === 0 ? undefined : KINDS[view.getUint8(typeAt)];
  const bodyBytes = int64At(view, fieldAddress(view, root, 3));
  const rowCount =
    kind === 'batch' ? int64At(view, fieldAddress(view, referredBy(view, headerAt), 0)) : 0;
  return { kind, bodyBytes, rowCount };
}

/** Address of a vector of blocks in a footer: its length (u32), then the blocks; 0: there is none. */
function blockVector(view: DataView, field: number): number {
  const at = fieldAddress(view, referredBy(view, 0), field);
  return at === 0 ? 0 : referredBy(view, at);
}

/** Offsets of the messages that a footer lists. */
function footerBlocks(footer: Uint8Array, field: number): number[] {
  const view = new DataView(footer.buffer, footer.byteOffset, footer.byteLength);
  const vector = blockVector(view, field);
  if (vector === 0) return [];
  return Array.from({ length: checkedCount(view, vector) }, (_, index) =>
    int64At(view, vector + 4 + index * BLOCK_BYTES),
  );
}

function checkedCount(view: DataView, vector: number): number {
  const count = view.getUint32(vector, true);
  if (vector + 4 + count * BLOCK_BYTES > view.byteLength)
    throw new RangeError('blocks are missing');
  return count;
}

/** A file of one batch: its dictionaries and itself, and the footer changed to say so. */
export function fileOfBatch(
  file: RandomAccessFile,
  footer: Uint8Array,
  needs: readonly IpcMessage[],
  batch: IpcMessage,
): Uint8Array {
  const messages = [...needs, batch];
  const total = messages.reduce((sum, { bytes }) => sum + bytes, 8);
  const bytes = new Uint8Array(total + 8 + footer.length + 10);
  const magic = new TextEncoder().encode(MAGIC);
  bytes.set(magic);
  let at = 8;
  const offsets = messages.map((message) => {
    file.readInto(bytes.subarray(at, at + message.bytes), message.offset);
    at += message.bytes;
    return at - message.bytes;
  });
  // The end of the messages: a continuation, and no length.
  bytes.fill(0xff, at, at + 4);
  const patched = bytes.subarray(at + 8, at + 8 + footer.length);
  patched.set(footer);
  patchFooter(patched, offsets, needs.length, footerBlockOf(footer, batch));
  const view = new DataView(bytes.buffer);
  view.setInt32(at + 8 + footer.length, footer.length, true);
  bytes.set(magic, at + 12 + footer.length);
  return bytes;
}

/** The footer's own block of a message. */
function footerBlockOf(footer: Uint8Array, { offset }: IpcMessage): Uint8Array {
  const view = new DataView(footer.buffer, footer.byteOffset, footer.byteLength);
  const vector = blockVector(view, FOOTER_BATCHES);
  const index = footerBlocks(footer, FOOTER_BATCHES).indexOf(offset);
  const start = vector + 4 + index * BLOCK_BYTES;
  return footer.slice(start, start + BLOCK_BYTES);
}

/** Moves the dictionaries to their new offsets, and leaves one batch: the last of the offsets. */
function patchFooter(
  footer: Uint8Array,
  offsets: readonly number[],
  dictionaryCount: number,
  batch: Uint8Array,
): void {
  const view = new DataView(footer.buffer, footer.byteOffset, footer.byteLength);
  const dictionaries = blockVector(view, FOOTER_DICTIONARIES);
  for (let index = 0; index < dictionaryCount; index++) {
    view.setBigInt64(dictionaries + 4 + index * BLOCK_BYTES, BigInt(offsets[index] ?? 0), true);
  }
  const batches = blockVector(view, FOOTER_BATCHES);
  view.setUint32(batches, 1, true);
  footer.set(batch, batches + 4);
  view.setBigInt64(batches + 4, BigInt(offsets[dictionaryCount] ?? 0), true);
}

/** A file without batches, for its schema. */
export function fileOfSchema(footer: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + footer.length + 10);
  const magic = new TextEncoder().encode(MAGIC);
  bytes.set(magic);
  bytes.fill(0xff, 8, 12);
  const patched = bytes.subarray(16, 16 + footer.length);
  patched.set(footer);
  const view = new DataView(patched.buffer, patched.byteOffset, patched.byteLength);
  for (const field of [FOOTER_DICTIONARIES, FOOTER_BATCHES]) {
    const vector = blockVector(view, field);
    if (vector !== 0) view.setUint32(vector, 0, true);
  }
  new DataView(bytes.buffer).setInt32(16 + footer.length, footer.length, true);
  bytes.set(magic, 20 + footer.length);
  return bytes;
}

/** A stream of the messages, and its end. */
export function streamOf(file: RandomAccessFile, messages: readonly IpcMessage[]): Uint8Array {
  const total = messages.reduce((sum, { bytes }) => sum + bytes, 0);
  const stream = new Uint8Array(total + 8);
  let at = 0;
  for (const { offset, bytes } of messages) {
    file.readInto(stream.subarray(at, at + bytes), offset);
    at += bytes;
  }
  stream.fill(0xff, at, at + 4);
  return stream;
}
