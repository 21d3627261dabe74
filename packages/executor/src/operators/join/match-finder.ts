import type { Address, Batch, FlatVector } from '@windrow/core';
import type { Pairs } from './join-columns.ts';
import type { MembershipFlags } from './pair-checks.ts';

/** A probe batch with what is known of its matches. */
export interface ProbedBatch {
  /** The batch, perhaps less rows without a match where nobody asks for them. */
  readonly batch: Batch;
  /** Values of the keys, dense; empty of a join without keys, and where no two keys need comparing. */
  readonly keys: readonly FlatVector[];
  /** A u32 a row, as kernels expand it (see {@link MatchFinder.heads}); 0 without a table. */
  readonly heads: Address;
  /** At most so many rows have a match. */
  readonly matches: number;
}

/** Finds the build rows that probe rows match: by a table, or by trying all; one thread's instance. */
export interface MatchFinder {
  /**
   * What heads say: `unique`, each is the one match of its row, or NO_ROW; `exact`, each expands to all
   * matches of its row; `nothing`, pairs have to be found by {@link eachPairs}.
   */
  readonly heads: 'unique' | 'exact' | 'nothing';
  probe(batch: Batch): ProbedBatch;
  /**
   * Hands over all pairs that match, some at a time. `outer` (only with exact heads): rows without a match
   * as well. `any`: pairs beyond the first of a probe row may be left out. What `take` allocates in the
   * batch arena is dropped after it.
   */
  eachPairs(probed: ProbedBatch, take: (pairs: Pairs) => void, options: PairOptions): void;
  /**
   * Membership of each row, three-valued, in zeroed flags; a row may get both, and matches then. Absent
   * where no condition can be unknown.
   */
  readonly markMembership?: (probed: ProbedBatch, flags: MembershipFlags) => void;
}

export interface PairOptions {
  readonly outer?: boolean;
  readonly any?: boolean;
}
