/** After so many rows it is decided whether a filter is worth its while. */
const SELECTIVITY_ROWS = 32768;

const MAX_PASSED_SHARE = 0.6;

/** Watches a filter: one that lets most rows pass costs more than it saves, and stays off. */
export class Selectivity {
  isWorthwhile = true;
  #seenRows = 0;
  #passedRows = 0;

  note(rows: number, passed: number): void {
    this.#seenRows += rows;
    this.#passedRows += passed;
    if (this.#seenRows < SELECTIVITY_ROWS) return;
    this.isWorthwhile = this.#passedRows < this.#seenRows * MAX_PASSED_SHARE;
    this.#seenRows = 0;
    this.#passedRows = 0;
  }
}
