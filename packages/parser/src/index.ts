export type * from './ast.ts';
export type * from './ast-statements.ts';
