import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const skipped = new Set(['node_modules', 'dist', 'data', '.git']);

/**
 * The latest modification time among files, in milliseconds since 1970; 0 for none. A folder stands
 * for the files in it, without what was built or installed there.
 *
 * @param {readonly string[]} paths
 * @returns {number}
 */
export function newestChange(paths) {
  let newest = 0;
  for (const path of paths) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    if (stats.isDirectory()) {
      const inside = readdirSync(path).filter((name) => !skipped.has(name));
      newest = Math.max(newest, newestChange(inside.map((name) => join(path, name))));
    } else {
      newest = Math.max(newest, stats.mtimeMs);
    }
  }
  return newest;
}

/**
 * Runs a command to its end, with this process's terminal. A failing command ends this process
 * with the same status.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, shell?: boolean }} [options]
 */
export function run(command, args, { cwd = root, env = {}, shell = false } = {}) {
  const child = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    shell,
    stdio: 'inherit',
  });
  if (child.error !== undefined) throw child.error;
  if (child.status !== 0) process.exit(child.status ?? 1);
}

/**
 * Runs the command `bin` of a package among the root's development dependencies.
 *
 * @param {string} packageName
 * @param {string} bin
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 */
export function nodeTool(packageName, bin, args, options) {
  const folder = `${root}node_modules/${packageName}`;
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[bin];
  run(process.execPath, [join(folder, file), ...args], options);
}
