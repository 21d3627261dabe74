export * from './logical.ts';
export * from './physical.ts';
