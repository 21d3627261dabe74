export { bindExpression, bindQuery, bindTypeName } from './bind/bind.ts';
export {
  type BindContext,
  type BindDialect,
  DEFAULT_BIND_DIALECT,
  SPARK_BIND_DIALECT,
  type WriteTarget,
} from './bind/context.ts';
export { bindInsert, bindTableDefinition, type TableDefinition } from './bind/write.ts';
export * from './column-ids.ts';
export * from './explain/explain.ts';
export * from './explain/print-expr.ts';
export * from './explain/print-literal.ts';
export * from './explain/print-logical.ts';
export * from './logical.ts';
export * from './optimize.ts';
export * from './physical.ts';
export * from './physical-tree.ts';
export * from './plan-context.ts';
export * from './plan-query.ts';
export * from './plan-tree.ts';
