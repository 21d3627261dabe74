// Writes docs/functions.md from the definitions of the function library, so that the reference cannot
// differ from what runs. Needs built packages.
//
// Usage: node scripts/function-reference.mjs           writes the page
//        node scripts/function-reference.mjs --check   fails when the page is out of date
import { readFileSync, writeFileSync } from 'node:fs';
import { root } from './paths.mjs';

const { createRegistry } = await import(`${root}packages/functions/dist/index.js`);
const { typeName } = await import(`${root}packages/core/dist/index.js`);

/**
 * The parts of core's FunctionDefinition that the page shows.
 *
 * @typedef {object} Definition
 * @property {string} kind
 * @property {string} name
 * @property {readonly string[]} aliases
 * @property {string} [category]
 * @property {{ summary: string, source: string, examples: readonly { sql: string, result: string }[] }} doc
 * @property {readonly { signature: Signature }[]} [overloads]
 */
/** @typedef {{ args: readonly unknown[], returns: unknown } | { display: string }} Signature */

const page = `${root}docs/functions.md`;
const text = reference([...createRegistry().all()]);
if (process.argv.includes('--check')) {
  const present = readFileSync(page, 'utf8');
  if (present !== text) {
    process.stderr.write('docs/functions.md is out of date: node scripts/function-reference.mjs\n');
    process.exit(1);
  }
} else {
  writeFileSync(page, text);
}

/**
 * @param {readonly Definition[]} definitions
 * @returns {string}
 */
function reference(definitions) {
  /** @type {Map<string, Definition[]>} */
  const categories = new Map();
  for (const definition of definitions) {
    const category = categoryOf(definition);
    categories.set(category, [...(categories.get(category) ?? []), definition]);
  }
  const names = [...categories.keys()].sort();
  const contents = names.map((name) => `- [${name}](#${name.replaceAll(' ', '-')})`).join('\n');
  const sections = names.map((name) => section(name, categories.get(name) ?? []));
  return `# Functions

Made from the definitions in \`packages/functions/src\` by \`scripts/function-reference.mjs\`; the tests run
every example. Names are matched without regard to case. \`NULL\` arguments give \`NULL\` unless a
function says otherwise.

${contents}

${sections.join('\n')}`;
}

/** @param {Definition} definition */
function categoryOf(definition) {
  if (definition.kind === 'table') return 'table functions';
  if (definition.kind === 'window') return 'window functions';
  return definition.category ?? 'other';
}

/**
 * @param {string} name
 * @param {readonly Definition[]} definitions
 */
function section(name, definitions) {
  const sorted = [...definitions].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `## ${name}\n\n${sorted.map(entry).join('\n')}`;
}

/** @param {Definition} definition */
function entry(definition) {
  const { name, aliases, doc } = definition;
  const others = aliases.length === 0 ? '' : ` (also ${aliases.map((a) => `\`${a}\``).join(', ')})`;
  const lines = [`### ${name}`, '', `${doc.summary}${others}`, ''];
  const signatures = (definition.overloads ?? []).map(
    ({ signature }) => `- ${signatureText(name, signature)}`,
  );
  if (signatures.length > 0) lines.push(...signatures, '');
  if (doc.examples.length > 0) {
    const width = Math.max(...doc.examples.map(({ sql }) => sql.length));
    const rows = doc.examples.map(({ sql, result }) => `${sql.padEnd(width)}  -- ${result}`);
    lines.push('```sql', ...rows, '```', '');
  }
  lines.push(`Source: ${doc.source}.`, '');
  return lines.join('\n');
}

/**
 * @param {string} name
 * @param {Signature} signature
 */
function signatureText(name, signature) {
  if ('display' in signature) return `\`${name}${signature.display}\``;
  const args = signature.args.map(typeName).join(', ');
  return `\`${name}(${args}) → ${typeName(signature.returns)}\``;
}
