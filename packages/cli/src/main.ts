import { readFile } from 'node:fs/promises';

/**
 * Runs the `windrow` command.
 *
 * @param args - The words after the command's name.
 * @returns The exit status: 0 on success, 2 when the arguments make no sense.
 */
export async function main(args: readonly string[]): Promise<number> {
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(manifest) as { readonly version: string };
    process.stdout.write(`windrow ${version}\n`);
    return 0;
  }
  process.stderr.write('usage: windrow --version\n');
  return 2;
}
