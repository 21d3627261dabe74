import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TemporaryFiles } from './temporary-files.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'windrow-temporary-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** A directory as a process makes it, with a file in it. */
function leave(name: string): void {
  mkdirSync(join(base, name, '17'), { recursive: true });
  writeFileSync(join(base, name, '17', '18.rows'), 'rows');
}

const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;

describe('TemporaryFiles', () => {
  it('removes what processes have left that are gone, and nothing else', () => {
    leave(`windrow-${deadPid()}-1000-0-1`);
    // An earlier process with this one's number.
    leave(`windrow-${process.pid}-1000-0-1`);
    leave(`windrow-${process.ppid}-1000-0-1`);
    leave('windrow-differential-abc');
    writeFileSync(join(base, 'windrow-notes.txt'), '');
    new TemporaryFiles().directoryIn(base);
    expect(readdirSync(base).sort()).toEqual(
      [`windrow-${process.ppid}-1000-0-1`, 'windrow-differential-abc', 'windrow-notes.txt'].sort(),
    );
  });

  it('leaves the directories of other databases of the process alone', () => {
    const [one, other] = [new TemporaryFiles(), new TemporaryFiles()];
    const directory = one.directoryIn(base);
    mkdirSync(directory);
    expect(other.directoryIn(base)).not.toBe(directory);
    expect(one.directoryIn(base)).toBe(directory);
    expect(existsSync(directory)).toBe(true);
    one.close();
    expect(readdirSync(base)).toEqual([]);
  });

  it('takes a directory that does not exist', () => {
    const files = new TemporaryFiles();
    expect(files.directoryIn(join(base, 'missing'))).toMatch(/missing.windrow-\d+-\d+-\d+-\d+$/);
    files.close();
  });
});
