import { parseArgs } from 'node:util';
import { isMode, MODES, type Mode } from './writers.ts';

/** What to run, in the order given: text of `-c`, files of `-f`. */
export type Input =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string };

export interface ShellOptions {
  readonly inputs: readonly Input[];
  readonly mode: Mode;
  readonly keepGoing: boolean;
  readonly jsonErrors: boolean;
  readonly readRc: boolean;
  readonly threads: number | undefined;
  readonly memoryLimit: string | undefined;
  readonly params: Readonly<Record<string, string>>;
}

export type Command =
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'shell'; readonly options: ShellOptions }
  | {
      readonly kind: 'serve';
      readonly port: number;
      readonly host: string;
      readonly options: ShellOptions;
    };

/** A mistake in the command line: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const DEFINITIONS = {
  command: { type: 'string', short: 'c', multiple: true },
  file: { type: 'string', short: 'f', multiple: true },
  mode: { type: 'string', default: 'box' },
  param: { type: 'string', multiple: true },
  threads: { type: 'string' },
  'memory-limit': { type: 'string' },
  'keep-going': { type: 'boolean', default: false },
  'error-format': { type: 'string', default: 'text' },
  'no-rc': { type: 'boolean', default: false },
  port: { type: 'string' },
  host: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'V', default: false },
} as const;

/** @throws UsageError for what makes no sense. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals, tokens } = parse(args);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const inputs: Input[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option' || token.value === undefined) continue;
    if (token.name === 'command') inputs.push({ kind: 'text', text: token.value });
    if (token.name === 'file') inputs.push({ kind: 'file', path: token.value });
  }
  const options: ShellOptions = {
    inputs,
    mode: modeOf(values.mode),
    keepGoing: values['keep-going'],
    jsonErrors: oneOf('--error-format', values['error-format'], ['text', 'json']) === 'json',
    readRc: !values['no-rc'],
    threads: values.threads === undefined ? undefined : integer('--threads', values.threads, 1),
    memoryLimit: values['memory-limit'],
    params: Object.fromEntries((values.param ?? []).map(assignment)),
  };
  if (positionals[0] === 'serve' && positionals.length === 1) {
    const port = integer('--port', values.port ?? '8080', 0);
    return { kind: 'serve', port, host: values.host ?? '127.0.0.1', options };
  }
  if (positionals.length > 0) throw new UsageError(`unknown command "${positionals.join(' ')}"`);
  return { kind: 'shell', options };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: DEFINITIONS,
      allowPositionals: true,
      tokens: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function modeOf(name: string): Mode {
  if (isMode(name)) return name;
  throw new UsageError(`unknown mode "${name}"; there are ${MODES.join(', ')}`);
}

function oneOf(flag: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new UsageError(`${flag} takes ${allowed.join(' or ')}, not "${value}"`);
}

function integer(flag: string, value: string, minimum: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= minimum) return number;
  throw new UsageError(`${flag} takes an integer of at least ${minimum}, not "${value}"`);
}

function assignment(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--param takes name=value, not "${text}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}

export const HELP: string = `usage: windrow [options]            SQL shell, or the statements of -c, -f or standard input
       windrow serve [--port N]     HTTP endpoint for Trino clients

  -c, --command SQL      run statements; may be given several times
  -f, --file FILE        run a file
      --mode MODE        ${MODES.join(', ')}
      --param NAME=VALUE bind :NAME
      --keep-going       go on after an error
      --error-format F   text or json
      --threads N        worker threads (default: one a core)
      --memory-limit M   such as 512MB
      --no-rc            do not read ~/.windrowrc
      --port N, --host H where serve listens (default 127.0.0.1:8080)
  -h, --help  -V, --version
`;
