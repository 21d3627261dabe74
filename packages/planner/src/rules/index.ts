import { rewriteDistinct } from './rewrite-distinct.ts';
import { rewriteSetOperations } from './rewrite-set-operations.ts';
import type { Rule } from './rule.ts';

/**
 * All rules, in the order in which they apply; each line says why it stands where it stands.
 */
export const RULES: readonly Rule[] = [
  // Set operations produce DISTINCTs, so they come before the rule that removes them.
  rewriteSetOperations,
  rewriteDistinct,
];
