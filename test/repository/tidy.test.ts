import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Files that may be longer than 500 lines, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {
  'packages/kernels/assembly/zstd.ts':
    'one format, whose tables and scratch memory all parts share',
  'packages/parser/src/error.test.ts': 'one table of statements and their errors',
  'packages/parser/src/grammar/cursor.ts': 'one class, most of it the texts of its methods',
  'packages/planner/src/bind/errors.test.ts': 'one table of statements and their errors',
  'packages/planner/src/bind/from.test.ts': 'one table of FROM clauses and their plans',
  'packages/planner/src/bind/select.test.ts': 'one table of queries and their plans',
};

function sourceFiles(): readonly string[] {
  return ['packages', 'test', 'bench', 'examples']
    .flatMap((folder) => filesBelow(folder))
    .filter((file) => file.endsWith('.ts'));
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return ['node_modules', 'dist', 'data'].includes(entry.name) ? [] : filesBelow(path);
  });
}

function filesWhere(isFaulty: (text: string, file: string) => boolean): readonly string[] {
  return sourceFiles().filter((file) => isFaulty(readFileSync(root + file, 'utf8'), file));
}

test('the sources are found', () => {
  expect(sourceFiles()).toContain('test/repository/tidy.test.ts');
});

test('a file above 500 lines has a reason', () => {
  const isLong = (text: string, file: string): boolean =>
    text.split('\n').length > 501 && !Object.hasOwn(longFiles, file);
  expect(filesWhere(isLong)).toEqual([]);
});

test('nothing is left for later', () => {
  const mark = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME'].join('|')})\\b`);
  expect(filesWhere((text) => mark.test(text))).toEqual([]);
});

test('no test is skipped or alone', () => {
  const call = /\b(?:describe|it|test)\.(?:only|skip|todo)\(/;
  expect(filesWhere((text) => call.test(text))).toEqual([]);
});
