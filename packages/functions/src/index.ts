export { createRegistry, type MutableFunctionRegistry, type RegistryOptions } from './registry.ts';
