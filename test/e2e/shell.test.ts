import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

/** The shell as a process: what users and scripts see. */
const bin = fileURLToPath(new URL('../../packages/windrow/bin/windrow.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'windrow-shell-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

function windrow(
  args: readonly string[],
  input = '',
  nodeOptions: readonly string[] = [],
): Promise<Outcome> {
  const child = spawn(process.execPath, [...nodeOptions, bin, ...args], { stdio: 'pipe' });
  let out = '';
  let error = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    error += chunk;
  });
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, out, error }));
  });
}

describe('windrow', () => {
  it('runs -c in the mode asked for', async () => {
    const sql = "select 1 as a, 'x,y' as b, null as c";
    const modes: readonly (readonly [string, string])[] = [
      ['csv', 'a,b,c\n1,"x,y",\n'],
      ['json', '[\n{"a":1,"b":"x,y","c":null}\n]\n'],
      ['jsonl', '{"a":1,"b":"x,y","c":null}\n'],
      ['markdown', '| a | b   | c    |\n|--:|-----|------|\n| 1 | x,y | NULL |\n'],
      ['line', 'a = 1\nb = x,y\nc = NULL\n'],
      ['insert', "INSERT INTO result VALUES (1, 'x,y', NULL);\n"],
    ];
    for (const [mode, out] of modes) {
      expect(await windrow(['--mode', mode, '-c', sql])).toEqual({ code: 0, out, error: '' });
    }
  });

  it('runs on workers whatever options Node and V8 have been given', async () => {
    const sql = 'select count(*) as n from range(3000000) r(i) where i % 3 = 0';
    const args = ['--mode', 'csv', '-c', sql];
    const outcome = await windrow(args, '', ['--max-old-space-size=512']);
    expect(outcome).toEqual({ code: 0, out: 'n\n1000000\n', error: '' });
  });

  it('draws boxes', async () => {
    const { out } = await windrow(['-c', "select 1 as a, 'x' as b"]);
    expect(out).toBe(
      [
        '┌─────────┬─────────┐',
        '│    a    │    b    │',
        '│ integer │ varchar │',
        '├─────────┼─────────┤',
        '│       1 │ x       │',
        '└─────────┴─────────┘',
        '',
      ].join('\n'),
    );
  });

  it('shows errors with a caret and ends with 1', async () => {
    const { code, out, error } = await windrow(['-c', 'select amout from (select 1 as amount) t']);
    expect([code, out]).toEqual([1, '']);
    expect(error).toBe(
      [
        'bind error: column "amout" does not exist',
        '  line 1, column 8',
        '  select amout from (select 1 as amount) t',
        '         ^~~~~',
        '  hint: did you mean "amount"? Table "t" has columns amount.',
        '',
      ].join('\n'),
    );
  });

  it('stops a script at the first error unless told to go on', async () => {
    const script = 'select 1 as a; select nothing; select 2 as b;';
    const stopped = await windrow(['--mode', 'csv'], script);
    expect([stopped.code, stopped.out]).toEqual([1, 'a\n1\n']);
    const kept = await windrow(['--mode', 'csv', '--keep-going'], script);
    expect([kept.code, kept.out]).toEqual([1, 'a\n1\nb\n2\n']);
  });

  it('reads files, dot commands and parameters', async () => {
    const file = join(scratch, 'job.sql');
    writeFileSync(file, '.mode csv\ncreate table t as select :who as name;\n.tables\nfrom t;\n');
    const outcome = await windrow(['--param', 'who=Ada', '-f', file]);
    expect(outcome).toEqual({ code: 0, out: 'Count\n1\nname\nt\nname\nAda\n', error: '' });
  });

  it('reports errors as JSON when asked', async () => {
    const { error } = await windrow(['--error-format', 'json', '-c', 'select 1;\nselect x']);
    expect(JSON.parse(error)).toMatchObject({
      code: 'bind',
      sqlState: '42703',
      line: 2,
      column: 8,
    });
  });

  it('ends with 2 for wrong usage and missing files', async () => {
    expect((await windrow(['--wrong'])).code).toBe(2);
    expect((await windrow(['--mode', 'wrong'])).code).toBe(2);
    expect((await windrow(['-f', join(scratch, 'missing.sql')])).code).toBe(2);
  });

  it('ends with 4 when memory runs out', async () => {
    const sql = 'create table t as select range a, range::varchar b from range(20000000)';
    expect((await windrow(['--memory-limit', '64MB', '-c', sql])).code).toBe(4);
  });
});
