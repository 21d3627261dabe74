// Checks the packages as their users get them: manifests and project references follow the arrows,
// and the packed tarballs satisfy publint and "are the types wrong".
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { arrows } from './arrows.mjs';
import { nodeTool } from './files.mjs';
import { cacheDirectory, root } from './paths.mjs';

const problems = Object.entries(arrows).flatMap(([name, allowed]) => {
  const folder = `packages/${name}`;
  const { dependencies = {} } = readJson(`${folder}/package.json`);
  const { references = [] } = readJson(`${folder}/tsconfig.json`);
  const own = Object.keys(dependencies).filter((name) => name.startsWith('@windrow/'));
  return [
    ...compare(
      `${folder}/package.json`,
      own,
      allowed.map((name) => `@windrow/${name}`),
    ),
    ...compare(
      `${folder}/tsconfig.json`,
      references.map((/** @type {{ path: string }} */ { path }) => path),
      allowed.map((name) => `../${name}`),
    ),
  ];
});
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exit(1);

mkdirSync(cacheDirectory, { recursive: true });
const tarballs = mkdtempSync(join(cacheDirectory, 'packed-'));
process.on('exit', () => rmSync(tarballs, { recursive: true, force: true }));
const folders = Object.keys(arrows).map((name) => `./packages/${name}`);
const packed = execFileSync(
  'npm',
  ['pack', '--json', '--ignore-scripts', '--pack-destination', tarballs, ...folders],
  { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
);
for (const { filename } of JSON.parse(packed)) {
  const tarball = join(tarballs, filename);
  const { buffer } = new Uint8Array(readFileSync(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: buffer } });
  for (const message of messages) {
    process.stderr.write(`${filename}: ${formatMessage(message, pkg, { color: false })}\n`);
    process.exitCode = 1;
  }
  nodeTool('@arethetypeswrong/cli', 'attw', [tarball, '--profile', 'esm-only', '--quiet']);
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

/**
 * @param {string} file
 * @param {readonly string[]} actual
 * @param {readonly string[]} expected
 * @returns {string[]}
 */
function compare(file, actual, expected) {
  return [
    ...actual
      .filter((name) => !expected.includes(name))
      .map((name) => `${file}: ${name} is against the arrows`),
    ...expected
      .filter((name) => !actual.includes(name))
      .map((name) => `${file}: ${name} is missing`),
  ];
}
