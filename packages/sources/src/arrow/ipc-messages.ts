import { damagedFile } from '../errors.ts';
import type { RandomAccessFile } from '../input/random-access-file.ts';

/** A message of an IPC file or stream: its bytes, metadata and body, as a range of the file. */
export interface IpcMessage {
  readonly kind: 'schema' | 'dictionary' | 'batch';
  readonly offset: number;
  readonly bytes: number;
  /** Rows of a batch. */
  readonly rowCount: number;
}

const CONTINUATION = 0xffffffff;
const KINDS = [undefined, 'schema', 'dictionary', 'batch'] as const;
/** Metadata larger than this is no metadata. */
const MAX_METADATA_BYTES = 268435456;

/**
 * The messages of an Arrow IPC file or stream, in order. A file is a stream between its magic number and
 * its footer, which repeats what the messages say and is not read.
 * @throws SqlError `io` when the file is neither.
 */
export function ipcMessages(file: RandomAccessFile): IpcMessage[] {
  const bad = (problem: string, offset: number) =>
    damagedFile(file.path, 'Arrow', problem, { place: `byte ${offset}` });
  const isFile =
    file.sizeBytes >= 8 && Buffer.from(file.read(0, 6)).toString('latin1') === 'ARROW1';
  const messages: IpcMessage[] = [];
  let offset = isFile ? 8 : 0;
  while (offset + 8 <= file.sizeBytes) {
    const head = new DataView(file.read(offset, 8).buffer);
    // Streams before Arrow 0.15 have the length alone.
    const prefixed = head.getUint32(0, true) === CONTINUATION;
    const metadataBytes = head.getInt32(prefixed ? 4 : 0, true);
    if (metadataBytes === 0) break;
    const start = offset + (prefixed ? 8 : 4);
    const fits = metadataBytes > 0 && metadataBytes <= MAX_METADATA_BYTES;
    if (!fits || start + metadataBytes > file.sizeBytes)
      throw bad('there is no Arrow message', offset);
    const message = readMessage(file.read(start, metadataBytes));
    if (message === undefined) throw bad('an Arrow message is malformed', offset);
    const end = start + metadataBytes + message.bodyBytes;
    if (end > file.sizeBytes) throw bad('the body of an Arrow message is cut off', offset);
    const { kind, rowCount } = message;
    messages.push({ kind, offset, bytes: end - offset, rowCount });
    offset = end;
  }
  if (messages[0]?.kind !== 'schema') throw bad('there is no Arrow schema', 0);
  return messages;
}

/*
 * Message is a FlatBuffers table: field 1 the type of the header, field 2 the header, field 3 the body's
 * length (i64). A batch's length (i64) is field 0 of its header. A table begins with the distance back to
 * its vtable; the vtable holds its own size, the table's size, then each field's offset, 0 if absent.
 */
function readMessage(
  metadata: Uint8Array,
):
  | { readonly kind: IpcMessage['kind']; readonly bodyBytes: number; readonly rowCount: number }
  | undefined {
  const view = new DataView(metadata.buffer, metadata.byteOffset, metadata.byteLength);
  const field = (table: number, index: number): number => {
    const vtable = table - view.getInt32(table, true);
    const at = 4 + index * 2;
    const offset = at < view.getUint16(vtable, true) ? view.getUint16(vtable + at, true) : 0;
    return offset === 0 ? 0 : table + offset;
  };
  const int64 = (at: number): number => (at === 0 ? 0 : Number(view.getBigInt64(at, true)));
  try {
    const root = view.getUint32(0, true);
    const typeAt = field(root, 1);
    const kind = KINDS[typeAt === 0 ? 0 : view.getUint8(typeAt)];
    const headerAt = field(root, 2);
    if (kind === undefined || headerAt === 0) return undefined;
    const header = headerAt + view.getUint32(headerAt, true);
    const rowCount = kind === 'batch' ? int64(field(header, 0)) : 0;
    const bodyBytes = int64(field(root, 3));
    const valid = bodyBytes >= 0 && rowCount >= 0 && rowCount < 2 ** 31;
    return valid ? { kind, bodyBytes, rowCount } : undefined;
  } catch (thrown) {
    // An offset that points outside the metadata.
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}
