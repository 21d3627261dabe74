// Everything that is not a test: format and lint, types, package arrows, dead code, documents.
// Cheap ones first; the first failure ends it.
import { nodeTool, run } from './files.mjs';

const steps = {
  'format and lint': () =>
    nodeTool('@biomejs/biome', 'biome', ['check', '--error-on-warnings', '.']),
  types: () => run(process.execPath, ['scripts/bootstrap.mjs', 'build']),
  documents: () => {
    run(process.execPath, ['scripts/check-docs.mjs']);
    run(process.execPath, ['scripts/function-reference.mjs', '--check']);
  },
  'package arrows': () =>
    nodeTool('dependency-cruiser', 'dependency-cruiser', [
      '--config',
      '.dependency-cruiser.mjs',
      'packages',
      'test',
      'bench',
      'examples',
    ]),
  'dead code': () => nodeTool('knip', 'knip', ['--no-config-hints']),
  packages: () => run(process.execPath, ['scripts/check-packages.mjs']),
};

for (const [name, step] of Object.entries(steps)) {
  process.stdout.write(`check: ${name}\n`);
  step();
}
