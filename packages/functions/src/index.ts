export { createRegistry, type MutableFunctionRegistry, type RegistryOptions } from './registry.ts';
export { VERSION_TEXT } from './system/index.ts';
