import type {
  Arena,
  Chunk,
  PartitionReader,
  ScanDescription,
  ScanSource,
  SqlType,
  Vector,
} from '@windrow/core';
import { assert, BIGINT, SqlError } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { importColumn } from '../arrow/import-column.ts';
import { encodeDictionary } from '../dictionary-encoding.ts';
import { damagedFile } from '../errors.ts';
import { RandomAccessFile } from '../input/random-access-file.ts';
import { constantVector } from '../literal-vector.ts';
import { decodeChunk, isDecodable, MalformedChunk } from './decode-chunk.ts';
import { chunkStart } from './footer.ts';
import { PARQUET_SOURCE, type ParquetCell, type ParquetPiece, type ParquetScan } from './table.ts';
import { ThriftError } from './thrift.ts';
import { decodeColumns, spliceFile } from './wasm-decoder.ts';

/** Reads row groups of Parquet files. */
export const parquetSource: ScanSource = {
  name: PARQUET_SOURCE,
  open: (description: ScanDescription): PartitionReader => new ParquetReader(description),
};

type ChunkCell = Extract<ParquetCell, { kind: 'chunk' }>;

class ParquetReader implements PartitionReader {
  readonly #scan: ParquetScan;
  #file: RandomAccessFile | undefined;

  constructor(description: ScanDescription) {
    this.#scan = description.spec as ParquetScan;
  }

  read(partition: number, arena: Arena): Chunk {
    const piece = this.#scan.pieces[partition];
    assert(piece !== undefined, `partition ${partition} is one of the scan's`);
    const columns: (Vector | undefined)[] = piece.cells.map((cell, index) => {
      const type = this.#scan.types[index] as SqlType;
      if (cell.kind === 'constant') return constantVector(cell.value, type, piece.rowCount, arena);
      return cell.kind === 'rowNumber' ? rowNumbers(cell.first, piece.rowCount, arena) : undefined;
    });
    this.#decode(piece, columns, arena);
    return { length: piece.rowCount, columns: columns as Vector[] };
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** Fills the columns that are stored in the file. */
  #decode(piece: ParquetPiece, columns: (Vector | undefined)[], arena: Arena): void {
    const stored = piece.cells.flatMap((cell, index) =>
      cell.kind === 'chunk' ? [{ cell, index }] : [],
    );
    if (stored.length === 0) return;
    const file = this.#open(piece.path);
    const left = stored.filter(({ cell, index }) => {
      columns[index] = this.#decodeHere(piece, cell, file, arena);
      return columns[index] === undefined;
    });
    if (left.length > 0) this.#decodeByLibrary(piece, left, columns, arena);
  }

  /** By the kernels, where they know how. */
  #decodeHere(
    piece: ParquetPiece,
    { column, chunk }: ChunkCell,
    file: RandomAccessFile,
    arena: Arena,
  ): Vector | undefined {
    if (!isDecodable({ column, chunk })) return undefined;
    const start = arena.allocate(chunk.compressedBytes);
    const end = start + chunk.compressedBytes;
    file.readInto(arena.memory.u8.subarray(start, end), chunkStart(chunk));
    try {
      const { rowCount } = piece;
      const vector = decodeChunk({ start, end, column, chunk, rowCount }, arena);
      return vector?.kind === 'flat' && vector.type.kind === 'varchar'
        ? encodeDictionary(vector, arena)
        : vector;
    } catch (thrown) {
      if (!(thrown instanceof MalformedChunk) && !(thrown instanceof ThriftError)) throw thrown;
      const place = `row group ${piece.rowGroup}, column "${column.name}"`;
      throw damagedFile(piece.path, 'Parquet', thrown.message, { place, cause: thrown });
    }
  }

  /** By parquet-wasm: old codecs and encodings. */
  #decodeByLibrary(
    piece: ParquetPiece,
    stored: readonly { readonly cell: ChunkCell; readonly index: number }[],
    columns: (Vector | undefined)[],
    arena: Arena,
  ): void {
    const file = this.#open(piece.path);
    const chunks = stored.map(({ cell }) => ({ element: cell.column.element, chunk: cell.chunk }));
    const bytes = spliceFile(chunks, piece.rowCount, (chunk, target) =>
      file.readInto(target, chunkStart(chunk)),
    );
    try {
      decodeColumns(bytes, piece.rowCount, (decoded) => {
        for (const [at, { cell, index }] of stored.entries()) {
          const column = decoded[at];
          assert(column?.length === piece.rowCount, 'a column has the rows of its row group');
          columns[index] = importColumn(column, cell.column.type, arena);
        }
      });
    } catch (thrown) {
      if (thrown instanceof SqlError && thrown.code !== 'io' && thrown.code !== 'internal')
        throw thrown;
      const problem = thrown instanceof Error ? thrown.message : String(thrown);
      const place = `row group ${piece.rowGroup}`;
      throw damagedFile(piece.path, 'Parquet', problem, { place, cause: thrown });
    }
  }

  /** Partitions come mostly file by file, so one open file is kept. */
  #open(path: string): RandomAccessFile {
    if (this.#file?.path !== path) {
      this.close();
      this.#file = RandomAccessFile.open(path);
    }
    return this.#file as RandomAccessFile;
  }
}

function rowNumbers(first: number, length: number, arena: Arena): Vector {
  const values = arena.allocate(length * 8);
  kernels(arena.memory).sequenceI64(BigInt(first), 1n, length, values);
  return { kind: 'flat', type: BIGINT, length, values, validity: 0, stable: false };
}
