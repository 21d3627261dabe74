// Puts the `windrow` command and its worker into few files: reading some 800 modules one by one took
// most of the time from the command to its first row. The library stays as it is, module by module.
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { root } from './paths.mjs';

const packages = `${root}packages/`;
// Beside the package's other modules, because bundled code finds its files relative to `dist/`.
const outdir = `${packages}windrow/dist/`;
for (const name of readdirSync(outdir)) {
  if (name.startsWith('chunk-')) rmSync(`${outdir}${name}`);
}
await build({
  entryPoints: {
    command: `${packages}windrow/dist/bin.js`,
    worker: `${packages}engine/dist/worker.js`,
  },
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: 'chunk-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifyWhitespace: true,
  // What starts threads, and what is loaded by `require` when it is needed, stays outside.
  external: ['piscina', 'parquet-wasm'],
  banner: {
    js: '// Contains apache-arrow, flatbuffers (Apache-2.0), re2js (MIT) and tslib (0BSD).',
  },
  // The packages call themselves free of side effects, but entries are run for theirs.
  ignoreAnnotations: true,
  logLevel: 'warning',
});
copyFileSync(`${packages}kernels/dist/kernels.wasm`, `${outdir}kernels.wasm`);
