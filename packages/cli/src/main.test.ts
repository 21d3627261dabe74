import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const launcher = fileURLToPath(new URL('../../windrow/bin/windrow.js', import.meta.url));

test('the installed command prints its version', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [launcher, '--version']);
  expect(stdout).toMatch(/^windrow \d+\.\d+\.\d+\n$/);
});
