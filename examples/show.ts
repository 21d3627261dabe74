import type { Session } from 'windrow';

/** Runs a query and prints its text, its result, and what it took. */
export type Show = (title: string, sql: string) => Promise<void>;

export function createShow(db: Session): Show {
  return async (title, sql) => {
    print(`\n-- ${title}\n${dedent(sql)}\n`);
    const result = await db.query(sql);
    const { rows, wallMs, threads } = result.stats;
    print(result.toString({ maxRows: 12 }));
    print(
      `${result.rowCount} rows from ${rows.toLocaleString('en')} read, ${wallMs.toFixed(0)} ms, ${threads} threads\n`,
    );
  };
}

/** The text without the indentation that its lines after the first share. */
function dedent(text: string): string {
  const lines = text.split('\n');
  const indents = lines.slice(1).map((line) => line.search(/\S/));
  const indent = Math.min(...indents.filter((column) => column >= 0));
  return lines.map((line, index) => (index === 0 ? line : line.slice(indent))).join('\n');
}

export function print(text: string): void {
  process.stdout.write(text);
}
