import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A package of the Python Package Index, with its exact version, in a directory of its own. */
export interface PythonPackage {
  readonly requirement: string;
  readonly directory: string;
}

/**
 * Installs a package for the benchmarks alone, unless its directory is there.
 * @returns why it could not be installed, or undefined.
 */
export async function installPython({
  requirement,
  directory,
}: PythonPackage): Promise<string | undefined> {
  if (existsSync(directory)) return undefined;
  const args = ['-m', 'pip', 'install', '--quiet', '--target', directory, requirement];
  try {
    await run('python3', args);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Runs a Python program that may import from a directory. @returns what it printed. */
export async function runPython(program: string, directory: string): Promise<string> {
  const { stdout } = await run('python3', ['-c', program], {
    env: { ...process.env, PYTHONPATH: directory },
    maxBuffer: 64 << 20,
  });
  return stdout;
}
