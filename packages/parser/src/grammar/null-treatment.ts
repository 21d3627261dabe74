import type { QualifiedName } from '../ast/name.ts';

/** The functions that know IGNORE NULLS and RESPECT NULLS. */
const SKIPPING_NULLS: ReadonlySet<string> = new Set([
  'any_value',
  'arbitrary',
  'first',
  'first_value',
  'lag',
  'last',
  'last_value',
  'lead',
  'nth_value',
]);

/** Can the function be told to skip NULLs? */
export function skipsNulls({ parts }: QualifiedName): boolean {
  return SKIPPING_NULLS.has(parts[parts.length - 1]!.name.toLowerCase());
}
