// Checks what documents promise: relative links lead somewhere, `pnpm x` and `npm run x` in code name
// scripts that exist, decision records are numbered once.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './paths.mjs';

const folders = ['', ...readdirSync(`${root}packages`).map((name) => `packages/${name}/`)];
const scripts = new Set(
  folders.flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(`${root}${folder}package.json`, 'utf8'));
    return Object.keys(manifest.scripts ?? {});
  }),
);
/** @type {string[]} */
const problems = [];

for (const file of markdownFiles()) {
  const text = readFileSync(join(root, file), 'utf8');
  for (const [, target = ''] of text
    .replaceAll(/```[\s\S]*?```/g, '')
    .matchAll(/\]\(([^)\s]+)\)/g)) {
    const [path = ''] = target.split('#');
    if (path === '' || /^[a-z]+:/.test(path)) continue;
    if (!existsSync(join(root, dirname(file), path))) problems.push(`${file}: no file '${path}'`);
  }
  for (const code of codeIn(text)) {
    for (const [, command = '', script = ''] of code.matchAll(/\b(npm run|pnpm) ([a-z][a-z:]*)/g)) {
      if (!scripts.has(script)) problems.push(`${file}: no script '${command} ${script}'`);
    }
  }
}

const seen = new Map();
for (const name of readdirSync(`${root}docs/adr`)) {
  const number = /^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1];
  if (number === undefined) problems.push(`docs/adr/${name}: the name is not NNNN-title.md`);
  else if (seen.has(number)) problems.push(`docs/adr/${name}: ${seen.get(number)} has its number`);
  else seen.set(number, name);
}

for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;

function markdownFiles() {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  return listed.split('\n').filter((name) => name !== '' && existsSync(join(root, name)));
}

/**
 * Fenced blocks and inline code of a Markdown text.
 *
 * @param {string} text
 * @returns {readonly string[]}
 */
function codeIn(text) {
  return text.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? [];
}
