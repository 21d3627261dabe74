import type { Params, Value } from './values.ts';

const FRAGMENT: unique symbol = Symbol('windrow.fragment');

/** SQL text that is spliced into a tagged template instead of being bound. */
export interface Fragment {
  readonly [FRAGMENT]: readonly (string | { readonly value: Value })[];
}

/** Text as it stands. Never pass what a user typed. */
export const raw = (text: string): Fragment => ({ [FRAGMENT]: [text] });

/** A quoted identifier; several parts are joined by dots. */
export const ident = (...parts: string[]): Fragment =>
  raw(parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.'));

/** Fragments and bound values with a separator between them, `, ` by default. */
export function join(items: readonly (Value | Fragment)[], separator = ', '): Fragment {
  const pieces: (string | { readonly value: Value })[] = [];
  items.forEach((item, index) => {
    if (index > 0) pieces.push(separator);
    if (isFragment(item)) pieces.push(...item[FRAGMENT]);
    else pieces.push({ value: item });
  });
  return { [FRAGMENT]: pieces };
}

const isFragment = (value: unknown): value is Fragment =>
  typeof value === 'object' && value !== null && FRAGMENT in value;

/** The text with `$n` in place of bound values, and the values. */
export function composeTemplate(
  strings: readonly string[],
  values: readonly (Value | Fragment)[],
): { text: string; params: Params } {
  const params: Value[] = [];
  let text = strings[0] ?? '';
  const bind = (value: Value): void => {
    params.push(value);
    text += `$${params.length}`;
  };
  values.forEach((value, index) => {
    if (isFragment(value)) {
      for (const piece of value[FRAGMENT]) {
        if (typeof piece === 'string') text += piece;
        else bind(piece.value);
      }
    } else {
      bind(value);
    }
    text += strings[index + 1] ?? '';
  });
  return { text, params };
}
