import { SqlError } from '@windrow/core';
import { shownText } from '../text/shown.ts';
import { elementsOf, type JsonSlice, membersOf } from './document.ts';

/** One step into a document. A pointer's step is a key or an index, as the value has it. */
type Step =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'pointer'; readonly key: string }
  | { readonly kind: 'members' | 'elements' }
  | { readonly kind: 'descendants'; readonly key: string | undefined };

/** Where values lie in a document. */
export interface JsonPath {
  readonly steps: readonly Step[];
  /** It may find several values. */
  readonly isWild: boolean;
}

const parsed = new Map<string, JsonPath>();
const MAX_PARSED = 1000;

/**
 * A path: `$.a[0]`, `$[-1]`, `$.*`, `$..a`, a pointer `/a/0`, or a bare key. A number is an index.
 * @throws SqlError 22023 for text that is none.
 */
export function jsonPath(path: string | number): JsonPath {
  if (typeof path === 'number') {
    return { steps: [{ kind: 'index', index: path }], isWild: false };
  }
  let known = parsed.get(path);
  if (known === undefined) {
    const steps = readSteps(path);
    const isWild = steps.some(({ kind }) => WILD.has(kind));
    known = { steps, isWild };
    if (parsed.size >= MAX_PARSED) parsed.clear();
    parsed.set(path, known);
  }
  return known;
}

const WILD: ReadonlySet<Step['kind']> = new Set(['members', 'elements', 'descendants']);

function readSteps(path: string): readonly Step[] {
  if (path.startsWith('/')) {
    const names = path.slice(1).split('/');
    return names.map((name) => ({
      kind: 'pointer',
      key: name.replaceAll('~1', '/').replaceAll('~0', '~'),
    }));
  }
  return path.startsWith('$') ? readDollarPath(path) : [{ kind: 'key', key: path }];
}

/** A name in a path: up to the next dot or bracket, or in quotes. */
const NAME = String.raw`"(?:[^"\\]|\\.)*"|[^."[\]*][^.[]*`;
const STEP = new RegExp(
  String.raw`\.\.(?:(?<deep>${NAME})|\*)|\.(?:(?<name>${NAME})|(?<members>\*))` +
    String.raw`|\[(?:(?<elements>\*)|(?<index>#?-?\d+)|'(?<quoted>[^']*)')\]`,
  'y',
);

function readDollarPath(path: string): readonly Step[] {
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const at = STEP.lastIndex;
    const groups = STEP.exec(path)?.groups;
    if (groups === undefined) {
      throw new SqlError('execution', `${shownText(path)} is not a JSON path`, {
        sqlState: '22023',
        hint: `It cannot be read from ${shownText(path.slice(at))} on; paths look like '$.a[0]'.`,
      });
    }
    steps.push(stepOf(groups));
  }
  return steps;
}

function stepOf(groups: Readonly<Record<string, string | undefined>>): Step {
  const { deep, name, members, elements, index, quoted } = groups;
  if (name !== undefined) return { kind: 'key', key: unquoted(name) };
  if (quoted !== undefined) return { kind: 'key', key: quoted };
  if (index !== undefined) return { kind: 'index', index: Number(index.replace('#', '')) };
  if (members !== undefined) return { kind: 'members' };
  if (elements !== undefined) return { kind: 'elements' };
  return { kind: 'descendants', key: deep === undefined ? undefined : unquoted(deep) };
}

const unquoted = (name: string): string =>
  name.startsWith('"') ? name.slice(1, -1).replaceAll(/\\(.)/g, '$1') : name;

/** The values that a path leads to, in the order of the text. */
export function valuesAt(text: string, root: JsonSlice, { steps }: JsonPath): JsonSlice[] {
  let values = [root];
  for (const step of steps) {
    values = values.flatMap((value) => stepInto(text, value, step));
    if (values.length === 0) break;
  }
  return values;
}

function stepInto(text: string, value: JsonSlice, step: Step): JsonSlice[] {
  switch (step.kind) {
    case 'key':
      return memberNamed(text, value, step.key);
    case 'index':
      return elementAt(text, value, step.index);
    case 'pointer':
      return text[value.start] === '['
        ? elementAt(text, value, /^\d+$/.test(step.key) ? Number(step.key) : Number.NaN)
        : memberNamed(text, value, step.key);
    case 'members':
      return Array.from(membersOf(text, value), (member) => member.value);
    case 'elements':
      return [...elementsOf(text, value)];
    case 'descendants':
      return descendants(text, value, step.key);
  }
}

/** The first member of that name. */
function memberNamed(text: string, value: JsonSlice, key: string): JsonSlice[] {
  for (const member of membersOf(text, value)) if (member.key === key) return [member.value];
  return [];
}

function elementAt(text: string, value: JsonSlice, index: number): JsonSlice[] {
  if (index < 0) {
    const element = [...elementsOf(text, value)].at(index);
    return element === undefined ? [] : [element];
  }
  let place = 0;
  for (const element of elementsOf(text, value)) if (place++ === index) return [element];
  return [];
}

/** Members of that name, or all values, at any depth below; outer ones first. */
function descendants(text: string, value: JsonSlice, key: string | undefined): JsonSlice[] {
  const found: JsonSlice[] = [];
  // A stack of its own: documents are nested as deeply as they like.
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const inner: JsonSlice[] = [];
    for (const member of membersOf(text, next)) {
      if (key === undefined || member.key === key) found.push(member.value);
      inner.push(member.value);
    }
    for (const element of elementsOf(text, next)) {
      if (key === undefined) found.push(element);
      inner.push(element);
    }
    open.push(...inner.reverse());
  }
  return found;
}
