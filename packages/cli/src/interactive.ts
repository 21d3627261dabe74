import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { nextStatement } from '@windrow/engine';
import type { Shell } from './shell.ts';

const HISTORY_FILE = join(homedir(), '.windrow_history');
const HISTORY_ENTRIES = 1000;

/** Reads statements from a terminal until `.quit` or the end of input. @returns the exit status. */
export function interact(
  shell: Shell,
  streams: {
    readonly input: NodeJS.ReadableStream;
    readonly output: NodeJS.WritableStream;
  },
): Promise<number> {
  const lines = createInterface({
    ...streams,
    terminal: true,
    history: readHistory(),
    historySize: HISTORY_ENTRIES,
    removeHistoryDuplicates: true,
    completer: (line: string) => complete(shell, line),
  });
  return new Promise((resolve) => {
    const prompt = new Prompt(shell, lines);
    lines.on('line', (line) => prompt.take(line));
    lines.on('SIGINT', () => prompt.interrupt());
    lines.on('close', () => {
      prompt.idle().then(() => resolve(0));
    });
    prompt.show();
  });
}

/** Collects lines until they make a statement, and runs one after the other. */
class Prompt {
  readonly #shell: Shell;
  readonly #lines: Interface;
  #buffer = '';
  #interrupts = 0;
  #queue: Promise<void> = Promise.resolve();

  constructor(shell: Shell, lines: Interface) {
    this.#shell = shell;
    this.#lines = lines;
  }

  show(): void {
    this.#lines.setPrompt(this.#buffer === '' ? 'windrow> ' : '   ...> ');
    this.#lines.prompt();
  }

  idle(): Promise<void> {
    return this.#queue;
  }

  take(line: string): void {
    this.#interrupts = 0;
    this.#queue = this.#queue.then(() => this.#run(line));
  }

  /** Cancels what runs, else clears the lines typed so far, else, the second time, leaves. */
  interrupt(): void {
    if (this.#shell.interrupt()) return;
    this.#interrupts += 1;
    const isEmpty = this.#buffer === '' && this.#lines.line === '';
    if (isEmpty && this.#interrupts > 1) {
      this.#lines.close();
      return;
    }
    this.#buffer = '';
    this.#lines.write(null, { ctrl: true, name: 'e' });
    this.#lines.write(null, { ctrl: true, name: 'u' });
    this.#shell.io.out('\n');
    this.show();
  }

  async #run(line: string): Promise<void> {
    const isCommand = this.#buffer === '' && line.trimStart().startsWith('.');
    this.#buffer += `${line}\n`;
    if (!isCommand && !isComplete(this.#buffer)) {
      this.show();
      return;
    }
    const text = this.#buffer;
    this.#buffer = '';
    remember(text);
    const outcome = await this.#shell.run(text.trimStart(), { keepGoing: false });
    if (outcome === 'quit') this.#lines.close();
    else this.show();
  }
}

/** Does the text end with the semicolon of a statement, or hold nothing at all? */
function isComplete(text: string): boolean {
  if (text.trim() === '') return true;
  if (!text.trimEnd().endsWith(';')) return false;
  try {
    for (let offset = 0; offset < text.length; ) {
      const statement = nextStatement(text, offset);
      if (statement === null) return true;
      offset = statement.end;
    }
    return true;
  } catch (error) {
    // An open quote or comment goes on in the next line; any other mistake is shown now.
    return !(error instanceof Error && error.message.startsWith('unterminated'));
  }
}

/** Names of relations and functions, and keywords, that begin as the last word does. */
function complete(shell: Shell, line: string): [string[], string] {
  const word = /[\w."]*$/.exec(line)?.[0] ?? '';
  if (word === '') return [[], word];
  const { relations, functions } = shell.db.names();
  const candidates = [...relations, ...functions, ...KEYWORDS];
  const wanted = word.toLowerCase();
  const hits = candidates.filter((name) => name.toLowerCase().startsWith(wanted));
  return [[...new Set(hits)].sort(), word];
}

const KEYWORDS: readonly string[] = (
  'select from where group by having order limit offset join left right full inner on using union ' +
  'except intersect with as distinct case when then else end between and or not null is in exists ' +
  'partition over window rows range groups preceding following current row qualify create table view ' +
  'insert into values drop copy to explain analyze describe summarize show set'
).split(' ');

/** Newest first, as readline wants it; statements of several lines are one entry. */
function readHistory(): string[] {
  if (!existsSync(HISTORY_FILE)) return [];
  const entries = readFileSync(HISTORY_FILE, 'utf8').split('\n').filter(Boolean);
  return entries.slice(-HISTORY_ENTRIES).reverse();
}

function remember(text: string): void {
  const entry = text.trim().replaceAll(/\s*\n\s*/g, ' ');
  if (entry === '') return;
  try {
    appendFileSync(HISTORY_FILE, `${entry}\n`, { mode: 0o600 });
  } catch {
    // A home directory that cannot be written to costs the history, not the session.
  }
}
