import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { didYouMean, SqlError } from '@windrow/core';

const GLOB_CHARACTERS = /[*?[{]/;

/** Does the path contain wildcards? */
export const isGlob = (path: string): boolean => GLOB_CHARACTERS.test(path);

/**
 * Files that match a pattern, in the order of their paths. `*` and `?` stay within a name, `**` spans
 * directories, `[a-z]` and `[!a]` are sets, `{a,b}` alternatives. Names that begin with a dot match
 * only when the pattern says the dot. Backslashes in patterns separate directories on Windows only.
 */
export function expandGlob(pattern: string): string[] {
  const found = new Set<string>();
  for (const alternative of expandBraces(pattern)) {
    const segments = alternative.split(/[/\\]/).filter((segment) => segment !== '');
    const start = isAbsolute(alternative) ? alternative.slice(0, 1) : '';
    matchSegments(start, segments, found);
  }
  return [...found].sort((a, b) => (a < b ? -1 : 1));
}

/** `a{b,c}d` as `abd`, `acd`; nested braces too. An unclosed brace stands for itself. */
function expandBraces(pattern: string): string[] {
  const open = pattern.indexOf('{');
  if (open < 0) return [pattern];
  const parts: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    if ((character === ',' && depth === 1) || depth === 0) {
      parts.push(pattern.slice(from, at));
      from = at + 1;
    }
    if (depth === 0) {
      const before = pattern.slice(0, open);
      const rest = expandBraces(pattern.slice(at + 1));
      return parts.flatMap(expandBraces).flatMap((part) => rest.map((end) => before + part + end));
    }
  }
  return [pattern];
}

function matchSegments(directory: string, segments: readonly string[], found: Set<string>): void {
  const [segment, ...rest] = segments;
  if (segment === undefined) return;
  if (segment === '**') {
    matchSegments(directory, rest, found);
    for (const entry of entriesOf(directory)) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) {
        matchSegments(join(directory, entry.name), segments, found);
      }
    }
    return;
  }
  if (!isGlob(segment)) {
    const path = directory === '' ? segment : join(directory, segment);
    if (rest.length > 0) matchSegments(path, rest, found);
    else if (isFile(path)) found.add(path);
    return;
  }
  const matches = segmentPattern(segment);
  for (const entry of entriesOf(directory)) {
    if (entry.name.startsWith('.') && !segment.startsWith('.')) continue;
    if (!matches.test(entry.name)) continue;
    const path = directory === '' ? entry.name : join(directory, entry.name);
    if (rest.length > 0) matchSegments(path, rest, found);
    else if (entry.isFile() || (entry.isSymbolicLink() && isFile(path))) found.add(path);
  }
}

/** A name pattern without braces and slashes as a regular expression. */
function segmentPattern(segment: string): RegExp {
  const source = segment.replaceAll(/\*|\?|\[(!?)([^\]]+)\]|[^*?[]|\[/g, (token, not, set) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    if (typeof set === 'string') {
      const escaped = set.replaceAll(/[\\^[\]]/g, '\\$&');
      return `[${not === '!' ? '^' : ''}${escaped}]`;
    }
    return token.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    throw new SqlError('io', `"${segment}" is not a valid file pattern`, {
      hint: 'A set is written like [a-z] or [!0-9].',
    });
  }
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory === '' ? '.' : directory, { withFileTypes: true });
  } catch {
    // What cannot be listed holds no match.
    return [];
  }
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The 58P01 error for a path that leads to no file, with the names near it. */
export function noSuchFile(path: string): SqlError {
  const message = isGlob(path)
    ? `no file matches the pattern "${path}"`
    : `no such file: "${path}"`;
  return new SqlError('io', message, { sqlState: '58P01', hint: nearFiles(path) });
}

function nearFiles(path: string): string | undefined {
  if (isGlob(path)) return undefined;
  const directory = dirname(path);
  if (!existsSync(directory)) return `the directory "${directory}" does not exist.`;
  const prefix = directory === '.' && !path.startsWith('.') ? '' : directory;
  const names = entriesOf(directory).map((entry) => join(prefix, entry.name));
  return didYouMean(path, names);
}
