import { statSync } from 'node:fs';
import { RandomAccessFile } from '../input/random-access-file.ts';
import { type ParquetColumn, parquetColumns } from './columns.ts';
import { type ParquetFooter, readFooter } from './footer.ts';

/** What a file says of itself. */
export interface FileMetadata {
  readonly footer: ParquetFooter;
  readonly columns: readonly ParquetColumn[];
}

interface Remembered extends FileMetadata {
  /** Changes with the file. */
  readonly stamp: string;
}

/** Column chunks described in footers that are kept, some 25 MB of objects; the oldest footers go. */
const MAX_CHUNKS = 50_000;

const remembered = new Map<string, Remembered>();
let chunkCount = 0;

/**
 * The footer of a file and its columns; read again only when the file has changed since.
 * @throws SqlError `io` for a missing (58P01) or damaged file.
 */
export function fileMetadata(path: string): FileMetadata {
  const stamp = stampOf(path);
  const known = remembered.get(path);
  if (known !== undefined && known.stamp === stamp) return known;
  forget(path);
  const file = RandomAccessFile.open(path);
  try {
    const footer = readFooter(file);
    const metadata = { footer, columns: parquetColumns(footer, path) };
    if (stamp !== undefined) remember(path, { ...metadata, stamp });
    return metadata;
  } finally {
    file.close();
  }
}

/** Undefined when the file cannot be looked at; opening it will say why. */
function stampOf(path: string): string | undefined {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return undefined;
  }
}

const chunksOf = ({ footer, columns }: FileMetadata): number =>
  footer.rowGroups.length * columns.length;

function remember(path: string, metadata: Remembered): void {
  remembered.set(path, metadata);
  chunkCount += chunksOf(metadata);
  for (const oldest of remembered.keys()) {
    if (chunkCount <= MAX_CHUNKS) return;
    forget(oldest);
  }
}

function forget(path: string): void {
  const known = remembered.get(path);
  if (known === undefined) return;
  remembered.delete(path);
  chunkCount -= chunksOf(known);
}
