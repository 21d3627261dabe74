// Runs a target of this repository from whatever state the clone is in: installs when the lockfile
// changed, builds when a source changed, then runs the target. Needs Node 20 and npm, nothing else.
//
// Usage: node scripts/bootstrap.mjs <target> [arguments for the target]
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { newestChange, nodeTool, run } from './files.mjs';
import { cacheDirectory, root } from './paths.mjs';

/** @typedef {(args: readonly string[]) => void} Target */

/** @type {ReadonlyMap<string, Target>} */
const targets = new Map([
  ['install', () => {}],
  ['build', build],
  ['check', () => run(process.execPath, ['scripts/check.mjs'])],
  ['format', () => nodeTool('@biomejs/biome', 'biome', ['check', '--write', '.'])],
  ['test', onceBuilt((args) => nodeTool('vitest', 'vitest', ['run', ...args]))],
  [
    'test:slow',
    onceBuilt((args) => {
      nodeTool('vitest', 'vitest', ['run', ...args], { env: { WINDROW_SLOW_TESTS: '1' } });
    }),
  ],
  ['bench', onceBuilt((args) => run(process.execPath, ['bench/dist/main.js', ...args]))],
  ['demo', onceBuilt((args) => run(process.execPath, ['examples/dist/demo.js', ...args]))],
]);

const [name = '', ...args] = process.argv.slice(2);
const target = targets.get(name);
if (target === undefined) {
  fail(`unknown target '${name}'; there are: ${[...targets.keys()].join(', ')}`);
}
if (Number.parseInt(process.versions.node, 10) < 20) {
  fail(`Windrow needs Node 20 or later; this is ${process.version}`);
}
installWhenStale();
target(args);

function installWhenStale() {
  const lockfile = readFileSync(`${root}pnpm-lock.yaml`);
  const wanted = createHash('sha256').update(lockfile).digest('hex');
  const stamp = `${cacheDirectory}install`;
  if (readStamp(stamp) === wanted) return;
  const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile', '--prefer-offline'], {
    env: { CI: 'true' },
    shell: process.platform === 'win32',
  });
  writeStamp(stamp, wanted);
}

/**
 * @param {Target} target
 * @returns {Target}
 */
function onceBuilt(target) {
  return (args) => {
    buildWhenStale();
    target(args);
  };
}

function buildWhenStale() {
  const builtAt = Date.parse(readStamp(`${cacheDirectory}build`) ?? '1970-01-01');
  const members = readdirSync(`${root}packages`).map((name) => `${root}packages/${name}`);
  members.push(`${root}test`, `${root}bench`, `${root}examples`);
  const inputs = [...members, `${root}tsconfig.json`, `${root}tsconfig.base.json`];
  const complete = members.every((member) => existsSync(`${member}/dist`));
  if (!complete || newestChange(inputs) > builtAt) build();
}

function build() {
  // The time at which the build began: what changes meanwhile is built next time.
  const startedAt = new Date().toISOString();
  run(process.execPath, ['scripts/build.mjs']);
  writeStamp(`${cacheDirectory}build`, startedAt);
}

/** @param {string} file */
function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/**
 * @param {string} file
 * @param {string} text
 */
function writeStamp(file, text) {
  mkdirSync(cacheDirectory, { recursive: true });
  writeFileSync(file, text);
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
