export type { BitmapKernels } from './bitmap.ts';
export type { GatherKernels } from './gather.ts';
export { type KernelExports, kernelModule, kernels } from './module.ts';
export { PHYSICAL_TYPE_CODES } from './physical.ts';
