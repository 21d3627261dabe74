import { type PhysicalPlan, physicalInputs } from '@windrow/planner';

export type MemoryAction = 'mark' | 'rewind' | 'unmark';

/**
 * What a recursive query keeps and forgets from round to round: results that do not depend on the rows
 * of the round are computed once; memory that the threads took for a round of few rows is wound back.
 */
export class Recursion {
  readonly #windMemory: (action: MemoryAction) => Promise<void>;
  /** The recursions that run, outermost first; their rows change from round to round. */
  readonly #running: { readonly cteId: number; isMarked: boolean }[] = [];
  readonly #results = new Map<PhysicalPlan, Map<string, Promise<unknown>>>();
  /** Something was computed in this round that later rounds use. */
  #madeLasting = false;

  constructor(windMemory: (action: MemoryAction) => Promise<void>) {
    this.#windMemory = windMemory;
  }

  get isRunning(): boolean {
    return this.#running.length > 0;
  }

  begin(cteId: number): void {
    this.#running.push({ cteId, isMarked: false });
  }

  async end(): Promise<void> {
    const ended = this.#running.pop();
    if (ended?.isMarked === true) await this.#windMemory('unmark');
    // Results for the steps of this recursion may depend on the rounds of an outer one.
    if (this.#running.length === 0) this.#results.clear();
  }

  async invariant<Result>(
    plan: PhysicalPlan,
    purpose: string,
    compute: () => Promise<Result>,
  ): Promise<Result> {
    if (this.#running.length === 0 || this.#isChanging(plan)) return compute();
    const results = this.#results.get(plan) ?? new Map<string, Promise<unknown>>();
    this.#results.set(plan, results);
    let result = results.get(purpose);
    if (result === undefined) {
      this.#madeLasting = true;
      result = compute();
      results.set(purpose, result);
    }
    return result as Promise<Result>;
  }

  async forgetRound(): Promise<void> {
    const innermost = this.#running.at(-1);
    if (innermost === undefined) return;
    if (!innermost.isMarked || this.#madeLasting) await this.keepRound();
    else await this.#windMemory('rewind');
  }

  async keepRound(): Promise<void> {
    const innermost = this.#running.at(-1);
    if (innermost === undefined) return;
    this.#madeLasting = false;
    if (innermost.isMarked) await this.#windMemory('unmark');
    await this.#windMemory('mark');
    innermost.isMarked = true;
  }

  #isChanging(plan: PhysicalPlan): boolean {
    if (plan.kind === 'cteScan') {
      return this.#running.some(({ cteId }) => cteId === plan.cteId);
    }
    return physicalInputs(plan).some((input) => this.#isChanging(input));
  }
}
