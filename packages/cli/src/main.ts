import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { open, type Session } from '@windrow/engine';
import { serve } from '@windrow/server';
import { interact } from './interactive.ts';
import { type Command, HELP, parseCommand, type ShellOptions, UsageError } from './options.ts';
import { Shell } from './shell.ts';

/**
 * Runs the `windrow` command.
 *
 * @param args the words after the command's name
 * @returns the exit status: 0 success, 1 a statement failed, 2 wrong usage, 4 out of a budget, 130
 * interrupted
 */
export async function main(args: readonly string[]): Promise<number> {
  let command: Command;
  try {
    command = parseCommand(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${HELP}`);
    return 2;
  }
  switch (command.kind) {
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case 'version':
      process.stdout.write(`windrow ${await version()}\n`);
      return 0;
    case 'serve':
      return runServer(command);
    case 'shell':
      return runShell(command.options);
  }
}

async function version(): Promise<string> {
  const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

const openSession = ({ threads, memoryLimit }: ShellOptions): Promise<Session> =>
  open({
    ...(threads === undefined ? {} : { threads }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  });

async function runShell(options: ShellOptions): Promise<number> {
  // A reader that has seen enough (`| head`) is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  const db = await openSession(options);
  try {
    const shell = createShell(db, options);
    const isInteractive = options.inputs.length === 0 && process.stdin.isTTY;
    const outcome = isInteractive
      ? await runInteractive(shell, options)
      : await runInputs(shell, options);
    return outcome === 'quit' ? 0 : outcome;
  } finally {
    await db.close();
  }
}

function createShell(db: Session, options: ShellOptions): Shell {
  const isTerminal = process.stdout.isTTY === true;
  const state = {
    mode: options.mode,
    timer: false,
    maxRows: isTerminal ? 40 : 0,
    maxWidth: isTerminal ? process.stdout.columns : 0,
  };
  const io = {
    out: (text: string) => void process.stdout.write(text),
    error: (text: string) => void process.stderr.write(text),
    jsonErrors: options.jsonErrors,
  };
  return new Shell(db, state, io, options.params);
}

async function runInteractive(shell: Shell, options: ShellOptions): Promise<number | 'quit'> {
  const rc = join(homedir(), '.windrowrc');
  if (options.readRc && existsSync(rc)) await shell.runFile(rc, { keepGoing: true });
  shell.state.timer = true;
  process.stdout.write(`windrow ${await version()}  ".help" lists commands, ".quit" leaves\n`);
  return interact(shell, { input: process.stdin, output: process.stdout });
}

/** Runs `-c` and `-f` in their order, or standard input when there are none. */
async function runInputs(shell: Shell, options: ShellOptions): Promise<number | 'quit'> {
  const onSignal = (): void => {
    if (!shell.interrupt()) process.exit(130);
  };
  process.on('SIGINT', onSignal);
  try {
    if (options.inputs.length === 0) return await shell.run(await readStdin(), options);
    let status = 0;
    for (const input of options.inputs) {
      const outcome =
        input.kind === 'text'
          ? await shell.run(input.text, options)
          : await shell.runFile(input.path, options);
      if (outcome === 'quit') return 'quit';
      status ||= outcome;
      if (status !== 0 && !options.keepGoing) return status;
    }
    return status;
  } finally {
    process.off('SIGINT', onSignal);
  }
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Serves until interrupted. Statements of -c and -f run first, to make tables and views. */
async function runServer(command: Extract<Command, { kind: 'serve' }>): Promise<number> {
  const db = await openSession(command.options);
  try {
    if (command.options.inputs.length > 0) {
      const outcome = await runInputs(createShell(db, command.options), command.options);
      if (outcome !== 0) return outcome === 'quit' ? 0 : outcome;
    }
    const server = await serve(db, { port: command.port, host: command.host });
    process.stdout.write(`windrow serves ${server.url}\n`);
    const signal = await new Promise<NodeJS.Signals>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await server.close();
    return signal === 'SIGINT' ? 130 : 143;
  } finally {
    await db.close();
  }
}
