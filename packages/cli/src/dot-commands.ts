import type { Shell } from './shell.ts';
import { isMode, MODES } from './writers.ts';

type Outcome = number | 'quit';

interface DotCommand {
  readonly usage: string;
  readonly help: string;
  run(shell: Shell, args: readonly string[]): Outcome | Promise<Outcome>;
}

const usageError = (shell: Shell, text: string): number => {
  shell.io.error(`${text}\n`);
  return 2;
};

/** Runs a statement on behalf of a command, shown as any other. */
const sql = (shell: Shell, text: string): Promise<Outcome> => shell.run(text, { keepGoing: false });

const quoted = (name: string): string =>
  name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');

const COMMANDS: Readonly<Record<string, DotCommand>> = {
  tables: {
    usage: '.tables',
    help: 'list tables and views',
    run: (shell) => sql(shell, 'show tables'),
  },
  schema: {
    usage: '.schema TABLE',
    help: 'columns of a table, a file or all tables',
    async run(shell, [name]) {
      if (name === undefined) return sql(shell, 'show all tables');
      return sql(shell, `describe ${name.startsWith("'") ? name : quoted(name)}`);
    },
  },
  functions: {
    usage: '.functions [PATTERN]',
    help: 'list functions',
    run: (shell, [pattern]) =>
      sql(
        shell,
        pattern === undefined
          ? 'show functions'
          : `show functions like '${pattern.replaceAll("'", "''")}'`,
      ),
  },
  timer: {
    usage: '.timer on|off',
    help: 'show time, threads and rows read after each statement',
    run(shell, [value]) {
      if (value !== 'on' && value !== 'off') return usageError(shell, 'usage: .timer on|off');
      shell.state.timer = value === 'on';
      return 0;
    },
  },
  mode: {
    usage: '.mode [MODE]',
    help: MODES.join(', '),
    run(shell, [name]) {
      if (name === undefined) {
        shell.io.out(`${shell.state.mode}\n`);
        return 0;
      }
      if (!isMode(name))
        return usageError(shell, `unknown mode "${name}"; there are ${MODES.join(', ')}`);
      shell.state.mode = name;
      return 0;
    },
  },
  maxrows: {
    usage: '.maxrows N',
    help: 'rows that drawn tables show; 0 shows all',
    run(shell, [count]) {
      const rows = Number(count);
      if (!Number.isInteger(rows) || rows < 0) return usageError(shell, 'usage: .maxrows N');
      shell.state.maxRows = rows;
      return 0;
    },
  },
  maxwidth: {
    usage: '.maxwidth N',
    help: 'columns of the terminal that drawn tables fill; 0: no limit',
    run(shell, [count]) {
      const width = Number(count);
      if (!Number.isInteger(width) || width < 0) return usageError(shell, 'usage: .maxwidth N');
      shell.state.maxWidth = width;
      return 0;
    },
  },
  read: {
    usage: '.read FILE',
    help: 'run the statements of a file',
    run(shell, [path]) {
      if (path === undefined) return usageError(shell, 'usage: .read FILE');
      return shell.runFile(path, { keepGoing: false });
    },
  },
  help: {
    usage: '.help',
    help: 'this list',
    run(shell) {
      const commands = Object.values(COMMANDS);
      const width = Math.max(...commands.map(({ usage }) => usage.length));
      shell.io.out(commands.map(({ usage, help }) => `${usage.padEnd(width)}  ${help}\n`).join(''));
      return 0;
    },
  },
  quit: { usage: '.quit', help: 'leave (also .exit, Ctrl-D)', run: () => 'quit' },
};

/** psql's names for the same things, and other spellings. */
const ALIASES: Readonly<Record<string, string>> = {
  exit: 'quit',
  q: 'quit',
  d: 'schema',
  dt: 'tables',
  df: 'functions',
  i: 'read',
  '?': 'help',
};

/** Runs a line such as `.mode csv`. @returns an exit status, or 'quit'. */
export async function runDotCommand(shell: Shell, line: string): Promise<Outcome> {
  const [word = '', ...args] = line.slice(1).split(/\s+/);
  const command = COMMANDS[ALIASES[word] ?? word];
  if (command === undefined) {
    return usageError(shell, `unknown command "${line}"; .help lists the commands`);
  }
  return command.run(
    shell,
    args.filter((arg) => arg !== ''),
  );
}
