import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { open } from '@windrow/engine';
import { expect, it } from 'vitest';

/** The dumps in ARCHITECTURE.md are what the engine prints today. */
const document = readFileSync(
  fileURLToPath(new URL('../../ARCHITECTURE.md', import.meta.url)),
  'utf8',
);

function block(name: string): string {
  const match = new RegExp(`<!-- ${name} -->\\n\`\`\`\\w*\\n([\\s\\S]*?)\`\`\``).exec(document);
  if (match?.[1] === undefined) throw new Error(`ARCHITECTURE.md has no block "${name}"`);
  return match[1].trimEnd();
}

it('shows one query on its way', async () => {
  const db = await open({ threads: 1 });
  try {
    await db.exec('create table orders (id integer, customer varchar, amount double)');
    await db.exec(
      "insert into orders values (1, 'Ada', 3), (2, 'Bob', 5), (3, 'Ada', 7), (4, 'Cy', 1)",
    );
    const query = block('query');
    const plan = await db.query(`explain ${query}`);
    expect(
      plan
        .arrays()
        .map(([line]) => line)
        .join('\n'),
    ).toBe(block('explain'));
    expect((await db.query(query)).toString().trimEnd()).toBe(block('result'));
  } finally {
    await db.close();
  }
});
