// Builds everything that is out of date: kernels.wasm by asc, then all packages by `tsc -b`.
import { statSync } from 'node:fs';
import { newestChange, nodeTool } from './files.mjs';
import { root } from './paths.mjs';

const kernels = `${root}packages/kernels/`;
const wasmTime = statSync(`${kernels}dist/kernels.wasm`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const compilerOptions = [`${kernels}asconfig.json`, `${root}pnpm-lock.yaml`];
if (newestChange([`${kernels}assembly`, ...compilerOptions]) > wasmTime) {
  const arguments_ = ['assembly/index.ts', '--config', 'asconfig.json'];
  nodeTool('assemblyscript', 'asc', arguments_, { cwd: kernels });
}
nodeTool('typescript', 'tsc', ['-b']);
