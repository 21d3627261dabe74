import type { AlterAction } from './alter.ts';
import type { JsonPathStep, MapEntry, StructField } from './collection.ts';
import type { MacroOverload, MacroParameter } from './definition.ts';
import type {
  Argument,
  CaseBranch,
  Expression,
  StarFilter,
  StarRename,
  StarReplacement,
} from './expression.ts';
import type { DescribeStatement } from './inspection.ts';
import type { IntervalPart } from './literal.ts';
import type {
  AfterMatch,
  PatternDefinition,
  PatternSubset,
  RowPattern,
} from './match-recognize.ts';
import type { Identifier, QualifiedName } from './name.ts';
import type { PipeOperator } from './pipe.ts';
import type { PivotClause, PivotKey, PivotValues, UnpivotClause, UnpivotItem } from './pivot.ts';
import type {
  CommonTableExpression,
  Distribution,
  Interpolation,
  Limit,
  LimitBy,
  OrderBy,
  QueryBody,
  With,
} from './query.ts';
import type {
  Assignment,
  MergeAction,
  MergeClause,
  OnConflict,
  PartitionValue,
} from './row-change.ts';
import type {
  Distinct,
  GroupBy,
  GroupingElement,
  Hint,
  LateralView,
  NamedWindow,
  Sample,
  SelectItem,
  Transform,
} from './select.ts';
import type { ExecuteArgument } from './session.ts';
import type { CopyTable, Statement } from './statement.ts';
import type {
  ColumnConstraint,
  ForeignKeyTarget,
  Option,
  TableElement,
  TableStorage,
} from './table-definition.ts';
import type {
  AliasColumn,
  JoinConstraint,
  TableAlias,
  TableReference,
  TableVersion,
} from './table-reference.ts';
import type { TypeField, TypeName } from './type-name.ts';
import type {
  FrameBound,
  SortFill,
  SortItem,
  WindowFrame,
  WindowName,
  WindowSpecification,
} from './window.ts';

/** Any node of the syntax tree. */
export type AstNode =
  | Statement
  | Expression
  | TypeName
  | TypeField
  | TableReference
  | QueryBody
  | Identifier
  | QualifiedName
  // Parts of expressions
  | Argument
  | CaseBranch
  | IntervalPart
  | JsonPathStep
  | MapEntry
  | StarFilter
  | StarRename
  | StarReplacement
  | StructField
  // Parts of windows and sorts
  | FrameBound
  | NamedWindow
  | SortFill
  | SortItem
  | WindowFrame
  | WindowName
  | WindowSpecification
  // Parts of queries
  | CommonTableExpression
  | Distinct
  | Distribution
  | GroupBy
  | GroupingElement
  | Hint
  | Interpolation
  | LateralView
  | Limit
  | LimitBy
  | OrderBy
  | PipeOperator
  | Sample
  | SelectItem
  | Transform
  | With
  // Parts of table references
  | AfterMatch
  | AliasColumn
  | JoinConstraint
  | PatternDefinition
  | PatternSubset
  | PivotClause
  | PivotKey
  | PivotValues
  | RowPattern
  | TableAlias
  | TableVersion
  | UnpivotClause
  | UnpivotItem
  // Parts of statements
  | AlterAction
  | Assignment
  | ColumnConstraint
  | CopyTable
  | DescribeStatement['target']
  | ExecuteArgument
  | ForeignKeyTarget
  | MacroOverload
  | MacroParameter
  | MergeAction
  | MergeClause
  | OnConflict
  | Option
  | PartitionValue
  | TableElement
  | TableStorage;
