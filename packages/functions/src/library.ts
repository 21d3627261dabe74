import type { FunctionDefinition } from '@windrow/core';
import { operators } from './operators/index.ts';

/** Every function that comes with the engine, category by category. */
export const library: readonly FunctionDefinition[] = [...operators];
