import type { OwnerId, SharedMemory } from '@windrow/core';
import { assert } from '@windrow/core';

/** Pages of one owner that several tables hold; they are freed when the last one lets go. */
export class SharedPages {
  readonly owner: OwnerId;
  readonly #memory: SharedMemory;
  #holders = 1;

  /** @param owner of pages that exist already; by default a new one. */
  constructor(memory: SharedMemory, owner: OwnerId = memory.newOwner()) {
    this.#memory = memory;
    this.owner = owner;
  }

  retain(): this {
    assert(this.#holders > 0, 'pages are retained while somebody holds them');
    this.#holders += 1;
    return this;
  }

  release(): void {
    assert(this.#holders > 0, 'pages are released once by each holder');
    this.#holders -= 1;
    if (this.#holders === 0) this.#memory.freeOwner(this.owner);
  }
}
