import { assert, SqlError } from './error.ts';

/** Byte address in the shared linear memory; 0 means "none". Address arithmetic stays below 2³² on wasm32. */
export type Address = number;

/** Who holds pages: a table, a query, the kernels. Freed as one. */
export type OwnerId = number;

/** Allocation granularity; also the WebAssembly page size. */
export const PAGE_BYTES = 65536;

/** wasm32's last page is left out, so that one typed array can cover the memory. */
const MAX_PAGES = 65535;

/*
 * Layout of the memory's head (i32 words):
 *   word 0  unused, so that address 0 can mean "none"
 *   word 1  spin lock of the page table
 *   word 2  pages in use
 *   word 3  page limit
 *   word 4  next owner id
 *   word 5  search hint: page at which the next search starts
 *   word 6  highest number of pages ever in use
 *   bytes 65536 … 524288                static data of kernels.wasm (asconfig's memoryBase)
 *   bytes 524288 … 524288 + 4 × 65535   page table: owner of each page, 0 = free
 */
/*
 * (module
 *   (import "env" "memory" (memory 65535 65535 shared))
 *   (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2))))
 */
const FILL_MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x07, 0x01, 0x60, 0x03, 0x7f, 0x7f, 0x7f, 0x00],
  ...[0x02, 0x14, 0x01, 0x03, 0x65, 0x6e, 0x76, 0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79],
  ...[0x02, 0x03, 0xff, 0xff, 0x03, 0xff, 0xff, 0x03],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x07, 0x08, 0x01, 0x04, 0x66, 0x69, 0x6c, 0x6c, 0x00, 0x00],
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfc, 0x0b, 0x00, 0x0b],
);

type Fill = (address: Address, value: number, bytes: number) => void;

const LOCK = 1;
const USED = 2;
const LIMIT = 3;
const NEXT_OWNER = 4;
const HINT = 5;
const PEAK = 6;
const PAGE_TABLE_WORD = 524288 / 4;
const FIRST_PAGE = Math.ceil((524288 + 4 * MAX_PAGES) / PAGE_BYTES);

/**
 * The one linear memory of a database, shared by the main thread, the workers, the kernels and all
 * generated code, with its page allocator.
 *
 * The whole address range is reserved at once (the system commits pages when they are touched), so the
 * typed-array views never go stale. Allocation is guarded by a spin lock in the memory itself and may be
 * called from any thread. Fresh pages are not zeroed.
 */
export class SharedMemory {
  readonly memory: WebAssembly.Memory;
  readonly u8: Uint8Array;
  readonly i8: Int8Array;
  readonly u16: Uint16Array;
  readonly i16: Int16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i64: BigInt64Array;
  readonly u64: BigUint64Array;
  readonly #view: DataView;
  readonly #fill: Fill;

  private constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    const { buffer } = memory;
    this.u8 = new Uint8Array(buffer);
    this.i8 = new Int8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.i16 = new Int16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    this.u64 = new BigUint64Array(buffer);
    this.#view = new DataView(buffer);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(FILL_MODULE), {
      env: { memory },
    });
    this.#fill = exports['fill'] as Fill;
  }

  /** @param limitBytes what all owners together may hold; rounded down to pages. */
  static create(limitBytes: number = MAX_PAGES * PAGE_BYTES): SharedMemory {
    const memory = new WebAssembly.Memory({ initial: MAX_PAGES, maximum: MAX_PAGES, shared: true });
    const shared = new SharedMemory(memory);
    shared.i32[LIMIT] = Math.min(MAX_PAGES - FIRST_PAGE, Math.floor(limitBytes / PAGE_BYTES));
    shared.i32[NEXT_OWNER] = 1;
    shared.i32[HINT] = FIRST_PAGE;
    return shared;
  }

  /** The same memory, seen from a worker thread. */
  static attach(memory: WebAssembly.Memory): SharedMemory {
    return new SharedMemory(memory);
  }

  /** A DataView over the whole memory, for unaligned and mixed-width access. */
  get view(): DataView {
    return this.#view;
  }

  /** Sets bytes to a value of 0 … 255: typed arrays over shared memory are filled byte by byte. */
  fill(value: number, address: Address, bytes: number): void {
    this.#fill(address, value, bytes);
  }

  get usedBytes(): number {
    return Atomics.load(this.i32, USED) * PAGE_BYTES;
  }

  get peakBytes(): number {
    return Atomics.load(this.i32, PEAK) * PAGE_BYTES;
  }

  get limitBytes(): number {
    return Atomics.load(this.i32, LIMIT) * PAGE_BYTES;
  }

  /** Starts a new measurement of {@link peakBytes} from the present use. */
  resetPeak(): void {
    Atomics.store(this.i32, PEAK, Atomics.load(this.i32, USED));
  }

  newOwner(): OwnerId {
    return Atomics.add(this.i32, NEXT_OWNER, 1);
  }

  /**
   * Contiguous pages for `bytes`, 64 KiB aligned.
   * @throws SqlError `resource` 53200 when the limit or the address range is exhausted.
   */
  allocatePages(bytes: number, owner: OwnerId): Address {
    const pages = Math.max(1, Math.ceil(bytes / PAGE_BYTES));
    this.#lock();
    try {
      const used = this.i32[USED] ?? 0;
      const limit = this.i32[LIMIT] ?? 0;
      const page = used + pages > limit ? -1 : this.#findFree(pages);
      if (page < 0) throw outOfMemory(pages * PAGE_BYTES, used * PAGE_BYTES, limit * PAGE_BYTES);
      this.i32.fill(owner, PAGE_TABLE_WORD + page, PAGE_TABLE_WORD + page + pages);
      this.i32[USED] = used + pages;
      if (used + pages > (this.i32[PEAK] ?? 0)) this.i32[PEAK] = used + pages;
      this.i32[HINT] = page + pages;
      return page * PAGE_BYTES;
    } finally {
      this.#unlock();
    }
  }

  /** Gives back pages from {@link allocatePages}, with the same `bytes`. */
  freePages(address: Address, bytes: number): void {
    assert(address % PAGE_BYTES === 0, 'freed address is page aligned');
    const page = address / PAGE_BYTES;
    const pages = Math.max(1, Math.ceil(bytes / PAGE_BYTES));
    this.#lock();
    this.i32.fill(0, PAGE_TABLE_WORD + page, PAGE_TABLE_WORD + page + pages);
    this.i32[USED] = (this.i32[USED] ?? 0) - pages;
    if (page < (this.i32[HINT] ?? 0)) this.i32[HINT] = page;
    this.#unlock();
  }

  /** Frees every page of an owner, whatever went wrong before. Cost: one pass over the page table. */
  freeOwner(owner: OwnerId): void {
    this.#lock();
    const table = this.i32.subarray(PAGE_TABLE_WORD, PAGE_TABLE_WORD + MAX_PAGES);
    let freed = 0;
    for (let page = table.indexOf(owner); page !== -1; page = table.indexOf(owner, page + 1)) {
      table[page] = 0;
      freed += 1;
      if (page < (this.i32[HINT] ?? 0)) this.i32[HINT] = page;
    }
    this.i32[USED] = (this.i32[USED] ?? 0) - freed;
    this.#unlock();
  }

  /** Bytes that an owner holds. Cost: one pass over the page table. */
  ownedBytes(owner: OwnerId): number {
    const table = this.i32.subarray(PAGE_TABLE_WORD, PAGE_TABLE_WORD + MAX_PAGES);
    let pages = 0;
    for (let page = table.indexOf(owner); page !== -1; page = table.indexOf(owner, page + 1))
      pages += 1;
    return pages * PAGE_BYTES;
  }

  /** First-fit from the hint, then from the start. */
  #findFree(pages: number): number {
    const hint = this.i32[HINT] ?? FIRST_PAGE;
    const found = this.#findFreeBetween(hint, MAX_PAGES, pages);
    return found >= 0 ? found : this.#findFreeBetween(FIRST_PAGE, MAX_PAGES, pages);
  }

  #findFreeBetween(from: number, to: number, pages: number): number {
    const table = this.i32;
    let run = 0;
    for (let page = from; page < to; page++) {
      run = table[PAGE_TABLE_WORD + page] === 0 ? run + 1 : 0;
      if (run === pages) return page - pages + 1;
    }
    return -1;
  }

  #lock(): void {
    while (Atomics.compareExchange(this.i32, LOCK, 0, 1) !== 0);
  }

  #unlock(): void {
    Atomics.store(this.i32, LOCK, 0);
  }
}

const OUT_OF_MEMORY_HINT =
  'Raise memoryLimit. Rows of groupings, joins, sorts and windows go to temporary files when memory is ' +
  'short, but the rows of one group or window partition, and the inner side of a join without equal ' +
  'keys, have to fit.';

function outOfMemory(wantedBytes: number, usedBytes: number, limitBytes: number): SqlError {
  const mib = (bytes: number): string => `${(bytes / 1048576).toFixed(1)} MiB`;
  return new SqlError(
    'resource',
    `out of memory: ${mib(wantedBytes)} wanted, ${mib(usedBytes)} of ${mib(limitBytes)} in use`,
    { sqlState: '53200', hint: OUT_OF_MEMORY_HINT },
  );
}

/** Alignment of every arena allocation: a cache line, so SIMD loads never split. */
const ALIGNMENT_BYTES = 64;

/** Room after each allocation that SIMD kernels may read (never write) past the end. */
const OVERREAD_BYTES = 64;

interface Block {
  readonly address: Address;
  readonly bytes: number;
}

/** A position of an {@link Arena}: what was allocated after it can be dropped as one. */
export interface ArenaMark {
  readonly current: number;
  readonly next: Address;
  readonly end: Address;
  readonly large: number;
}

/**
 * Bump allocator over pages of one owner, used by one thread. Nothing is freed singly: {@link rewind}
 * drops what came after a mark, {@link reset} starts over and keeps the standard blocks for reuse,
 * {@link release} gives everything back.
 */
export class Arena {
  readonly memory: SharedMemory;
  readonly owner: OwnerId;
  readonly #blockBytes: number;
  readonly #parent: Arena | undefined;
  #blocks: Block[] = [];
  #large: Block[] = [];
  #current = 0;
  #next: Address = 0;
  #end: Address = 0;
  #reservedBytes = 0;

  /**
   * @param blockBytes size of a standard block; small for short-lived arenas, large for big state.
   * @param parent counts this arena's {@link reservedBytes} among its own.
   */
  constructor(memory: SharedMemory, owner: OwnerId, blockBytes = 1048576, parent?: Arena) {
    this.memory = memory;
    this.owner = owner;
    this.#blockBytes = blockBytes;
    this.#parent = parent;
  }

  /** `bytes` of uninitialised memory, 64-byte aligned, with 64 readable bytes behind it. */
  allocate(bytes: number): Address {
    const need = (bytes + OVERREAD_BYTES + ALIGNMENT_BYTES - 1) & ~(ALIGNMENT_BYTES - 1);
    if (bytes > this.#blockBytes / 2) return this.#allocateLarge(bytes + OVERREAD_BYTES);
    if (this.#next + need > this.#end) this.#nextBlock();
    const address = this.#next;
    this.#next += need;
    return address;
  }

  /** Like {@link allocate}, filled with zero bytes. */
  allocateZeroed(bytes: number): Address {
    const address = this.allocate(bytes);
    this.memory.fill(0, address, bytes);
    return address;
  }

  /** Bytes of the pages that the arena holds. */
  get reservedBytes(): number {
    return this.#reservedBytes;
  }

  /** The present position, for {@link rewind}. */
  mark(): ArenaMark {
    const [current, next, end] = [this.#current, this.#next, this.#end];
    return { current, next, end, large: this.#large.length };
  }

  /**
   * Makes invalid what was allocated since the mark, and keeps standard blocks for reuse. Marks nest;
   * a mark is void once the arena has been reset or rewound to an earlier one.
   */
  rewind(mark: ArenaMark): void {
    this.#freeLarge(mark.large);
    if (mark.end === 0) {
      this.#toFirstBlock();
      return;
    }
    this.#current = mark.current;
    this.#next = mark.next;
    this.#end = mark.end;
  }

  /** Everything allocated becomes invalid; standard blocks are kept for the next round. */
  reset(): void {
    this.#freeLarge(0);
    this.#toFirstBlock();
  }

  /** Gives all pages back; the arena may be used again afterwards. */
  release(): void {
    this.reset();
    for (const block of this.#blocks) this.memory.freePages(block.address, block.bytes);
    this.#blocks = [];
    this.#next = 0;
    this.#end = 0;
    this.#reserve(-this.#reservedBytes);
  }

  #reserve(bytes: number): void {
    this.#reservedBytes += bytes;
    if (this.#parent !== undefined) this.#parent.#reserve(bytes);
  }

  #freeLarge(keep: number): void {
    for (let index = this.#large.length; index > keep; index--) {
      const block = this.#large.pop();
      if (block === undefined) return;
      this.memory.freePages(block.address, block.bytes);
      this.#reserve(-block.bytes);
    }
  }

  #toFirstBlock(): void {
    this.#current = 0;
    const first = this.#blocks[0];
    this.#next = first?.address ?? 0;
    this.#end = first === undefined ? 0 : first.address + first.bytes;
  }

  #allocateLarge(bytes: number): Address {
    const address = this.memory.allocatePages(bytes, this.owner);
    this.#large.push({ address, bytes });
    this.#reserve(bytes);
    return address;
  }

  #nextBlock(): void {
    const index = this.#end === 0 ? 0 : this.#current + 1;
    let block = this.#blocks[index];
    if (block === undefined) {
      block = {
        address: this.memory.allocatePages(this.#blockBytes, this.owner),
        bytes: this.#blockBytes,
      };
      this.#blocks.push(block);
      this.#reserve(this.#blockBytes);
    }
    this.#current = index;
    this.#next = block.address;
    this.#end = block.address + block.bytes;
  }
}
