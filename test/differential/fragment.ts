/*
 * Queries as trees of text, so that a failing one can be made smaller without knowing SQL's grammar: a
 * fragment says what may stand in its place.
 */

/** What an expression yields, as far as operators care; the precise type is the database's affair. */
export type Family =
  | 'boolean'
  | 'integer'
  | 'decimal'
  | 'double'
  | 'text'
  | 'date'
  | 'timestamp'
  | 'interval';

export interface Fragment {
  readonly parts: readonly (string | Fragment)[];
  /** Written between the parts; a part may be left out when another one remains. */
  readonly separator?: string;
  /** Another expression of the family inside this one may stand in its place. */
  readonly family?: Family;
  /** Texts that may stand in its place, the simplest first. */
  readonly simpler?: readonly string[];
}

export const text = (...parts: readonly (string | Fragment)[]): Fragment => ({ parts });

/** A clause that may be left out. */
export const clause = (...parts: readonly (string | Fragment)[]): Fragment => ({
  parts,
  simpler: [''],
});

export const list = (parts: readonly (string | Fragment)[], separator = ', '): Fragment => ({
  parts,
  separator,
});

export function print(fragment: string | Fragment): string {
  if (typeof fragment === 'string') return fragment;
  return fragment.parts.map(print).join(fragment.separator ?? '');
}

/** Trees a step smaller than this one, the greatest steps first. */
function* reductions(fragment: Fragment): Generator<Fragment> {
  const own = print(fragment);
  for (const simple of fragment.simpler ?? []) {
    if (simple.length < own.length) yield { parts: [simple], simpler: fragment.simpler ?? [] };
  }
  if (fragment.family !== undefined) yield* descendants(fragment, fragment.family);
  if (fragment.separator !== undefined && fragment.parts.length > 1) {
    for (const index of fragment.parts.keys()) {
      yield { ...fragment, parts: fragment.parts.filter((_, other) => other !== index) };
    }
  }
  for (const [index, part] of fragment.parts.entries()) {
    if (typeof part === 'string') continue;
    for (const smaller of reductions(part)) {
      const before = fragment.parts.slice(0, index);
      yield { ...fragment, parts: [...before, smaller, ...fragment.parts.slice(index + 1)] };
    }
  }
}

function* descendants(fragment: Fragment, family: Family): Generator<Fragment> {
  for (const part of fragment.parts) {
    if (typeof part === 'string') continue;
    if (part.family === family) yield part;
    else yield* descendants(part, family);
  }
}

/**
 * The smallest tree that can be reached by single steps on which `fails` still holds.
 * Cost: at most `attempts` calls of `fails`.
 */
export async function shrink(
  fragment: Fragment,
  fails: (smaller: Fragment) => Promise<boolean>,
  attempts = 400,
): Promise<Fragment> {
  let current = fragment;
  let left = attempts;
  for (;;) {
    let next: Fragment | undefined;
    for (const smaller of reductions(current)) {
      if (left === 0) return current;
      left -= 1;
      if (!(await fails(smaller))) continue;
      next = smaller;
      break;
    }
    if (next === undefined) return current;
    current = next;
  }
}
