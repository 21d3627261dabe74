// Builds everything that is out of date: kernels.wasm by asc, all packages by `tsc -b`, then the command's
// bundle.
import { statSync } from 'node:fs';
import { newestChange, nodeTool, run } from './files.mjs';
import { root } from './paths.mjs';

const kernels = `${root}packages/kernels/`;
const wasmTime = statSync(`${kernels}dist/kernels.wasm`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const compilerOptions = [`${kernels}asconfig.json`, `${root}pnpm-lock.yaml`];
if (newestChange([`${kernels}assembly`, ...compilerOptions]) > wasmTime) {
  const arguments_ = ['assembly/index.ts', '--config', 'asconfig.json'];
  nodeTool('assemblyscript', 'asc', arguments_, { cwd: kernels });
}
nodeTool('typescript', 'tsc', ['-b']);
run(process.execPath, ['scripts/bundle.mjs']);
