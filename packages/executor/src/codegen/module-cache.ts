import type { FunctionRegistry, SharedMemory } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { RaiseRecord } from './function-builder.ts';
import { KERNEL_MODULE, type ModuleBuilder } from './module-builder.ts';

/** A generated function: the argument block, then numbers as the function was built with. */
type GeneratedFunction = (block: number, ...rest: readonly number[]) => number;

/** A module in this thread's memory. */
export interface CompiledModule {
  readonly functions: Readonly<Record<string, GeneratedFunction>>;
  readonly raises: readonly RaiseRecord[];
}

/** Modules kept per memory and thread; the one unused for longest is dropped. */
const MAX_MODULES = 512;

const caches = new WeakMap<WebAssembly.Memory, Map<string, CompiledModule>>();

/**
 * The module of a shape: compiled when no module of this shape is at hand. The shape has to say
 * everything that `build` depends on. Cost of a miss: about half a millisecond.
 */
export function cachedModule(
  memory: SharedMemory,
  shape: string,
  build: () => ModuleBuilder,
): CompiledModule {
  let cache = caches.get(memory.memory);
  if (cache === undefined) {
    cache = new Map();
    caches.set(memory.memory, cache);
  }
  let compiled = cache.get(shape);
  if (compiled === undefined) {
    compiled = compile(memory, build());
    if (cache.size >= MAX_MODULES) cache.delete(cache.keys().next().value ?? '');
  } else {
    cache.delete(shape);
  }
  // A map keeps the order of insertion: the first key is the one used longest ago.
  cache.set(shape, compiled);
  return compiled;
}

let registryCount = 0;
const registryKeys = new WeakMap<FunctionRegistry, string>();

/** Tells registries apart in shapes: a name means an implementation within one registry only. */
export function registryKey(functions: FunctionRegistry): string {
  let key = registryKeys.get(functions);
  if (key === undefined) {
    registryCount += 1;
    key = `g${registryCount}`;
    registryKeys.set(functions, key);
  }
  return key;
}

/** Modules at hand for a memory, on this thread. */
export const cachedModuleCount = (memory: SharedMemory): number =>
  caches.get(memory.memory)?.size ?? 0;

function compile(memory: SharedMemory, builder: ModuleBuilder): CompiledModule {
  const { bytes, raises } = builder.encode();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)), {
    env: { memory: memory.memory },
    [KERNEL_MODULE]: kernels(memory) as unknown as WebAssembly.ModuleImports,
  });
  return { functions: instance.exports as unknown as CompiledModule['functions'], raises };
}
