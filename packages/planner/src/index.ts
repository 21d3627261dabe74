export * from './column-ids.ts';
export * from './explain/print-expr.ts';
export * from './explain/print-literal.ts';
export * from './logical.ts';
export * from './physical.ts';
export * from './plan-tree.ts';
