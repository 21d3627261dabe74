import type { AlterAction } from '../ast/alter.ts';
import type { Identifier } from '../ast/name.ts';
import type { AstNode } from '../ast/node.ts';
import type {
  ColumnConstraint,
  CreateTable,
  CreateTableAs,
  ForeignKeyAction,
  TableConstraint,
  TableStorage,
} from '../ast/table-definition.ts';
import { Precedence } from '../grammar/precedence.ts';
import { type Printer, type PrintRules, words } from './printer.ts';

type Printed = Extract<
  AstNode,
  {
    kind:
      | 'createTable'
      | 'createTableAs'
      | 'columnDefinition'
      | ColumnConstraint['kind']
      | TableConstraint['kind']
      | 'foreignKeyTarget'
      | 'likeTable'
      | 'tableStorage'
      | 'option'
      | 'createView'
      | 'createSchema'
      | 'createSequence'
      | 'createType'
      | 'createIndex'
      | 'createMacro'
      | 'macroOverload'
      | 'macroParameter'
      | 'drop'
      | 'truncate'
      | 'alter'
      | AlterAction['kind']
      | 'commentOn';
  }
>;

/** Print rules for CREATE, DROP, ALTER and COMMENT ON. */
export const DEFINITION_RULES: PrintRules<Printed> = {
  createTable: (node, printer) => {
    const [only, ...others] = node.elements;
    const isLike = only?.kind === 'likeTable' && others.length === 0;
    return words(
      createTableHead(node, printer),
      isLike ? printer.print(only) : printer.brackets(node.elements),
      node.storage !== null && printer.print(node.storage),
    );
  },
  createTableAs: (node, printer) =>
    words(
      createTableHead(node, printer),
      printer.nameBrackets(node.columns),
      node.storage !== null && printer.print(node.storage),
      `AS ${printer.print(node.query)}`,
      !node.withData && 'WITH NO DATA',
    ),
  columnDefinition: ({ name, type, constraints }, printer) =>
    words(
      printer.name(name),
      type !== null && printer.print(type),
      ...constraints.map((constraint) => printer.print(constraint)),
    ),
  notNull: ({ name }, printer) => named(name, 'NOT NULL', printer),
  nullable: ({ name }, printer) => named(name, 'NULL', printer),
  columnDefault: ({ name, expression }, printer) =>
    named(name, `DEFAULT ${printer.operand(expression, Precedence.is)}`, printer),
  columnCheck: ({ name, condition }, printer) =>
    named(name, `CHECK (${printer.print(condition)})`, printer),
  columnPrimaryKey: ({ name }, printer) => named(name, 'PRIMARY KEY', printer),
  columnUnique: ({ name }, printer) => named(name, 'UNIQUE', printer),
  columnReferences: ({ name, references }, printer) =>
    named(name, printer.print(references), printer),
  generated: ({ name, expression, storage }, printer) =>
    named(
      name,
      words(`GENERATED ALWAYS AS (${printer.print(expression)})`, storage?.toUpperCase() ?? null),
      printer,
    ),
  columnCollation: ({ name, collation }, printer) =>
    named(name, `COLLATE ${printer.print(collation)}`, printer),
  columnComment: ({ name, comment }, printer) =>
    named(name, `COMMENT ${printer.string(comment)}`, printer),
  primaryKey: ({ name, columns }, printer) =>
    named(name, `PRIMARY KEY (${printer.names(columns)})`, printer),
  unique: ({ name, columns }, printer) =>
    named(name, `UNIQUE (${printer.names(columns)})`, printer),
  check: ({ name, condition }, printer) =>
    named(name, `CHECK (${printer.print(condition)})`, printer),
  foreignKey: ({ name, columns, references }, printer) =>
    named(name, `FOREIGN KEY (${printer.names(columns)}) ${printer.print(references)}`, printer),
  foreignKeyTarget: ({ table, columns, onDelete, onUpdate }, printer) =>
    words(
      `REFERENCES ${printer.print(table)}`,
      printer.nameBrackets(columns),
      onDelete !== null && `ON DELETE ${FOREIGN_KEY_ACTIONS[onDelete]}`,
      onUpdate !== null && `ON UPDATE ${FOREIGN_KEY_ACTIONS[onUpdate]}`,
    ),
  likeTable: ({ table }, printer) => `LIKE ${printer.print(table)}`,
  tableStorage: printStorage,
  option: ({ name, value }, printer) => {
    const isPlain = /^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*$/.test(name);
    const key = isPlain ? name.toUpperCase() : printer.string(name);
    if (value?.kind === 'row' && value.items.length > 1)
      return `${key} (${printer.list(value.items)})`;
    return words(key, value !== null && printSettingValue(value, printer));
  },

  createView: (node, printer) =>
    words(
      created(node),
      node.recursive && 'RECURSIVE',
      node.materialized && 'MATERIALIZED',
      existing('VIEW', node),
      printer.print(node.name),
      printer.nameBrackets(node.columns),
      printer.optionalString('COMMENT', node.comment),
      `AS ${printer.print(node.query)}`,
    ),
  createSchema: (node, printer) =>
    words(
      created(node),
      existing('SCHEMA', node),
      printer.print(node.name),
      printer.optionalString('LOCATION', node.location),
      printer.optionalString('COMMENT', node.comment),
    ),
  createSequence: (node, printer) =>
    words(
      created(node),
      existing('SEQUENCE', node),
      printer.print(node.name),
      printer.optional('INCREMENT BY', node.increment),
      printer.optional('MINVALUE', node.minValue),
      printer.optional('MAXVALUE', node.maxValue),
      printer.optional('START WITH', node.start),
      node.cycle !== null && (node.cycle ? 'CYCLE' : 'NO CYCLE'),
    ),
  createType: (node, printer) => {
    const { definition } = node;
    const text = printer.print(definition);
    return words(
      created(node),
      existing('TYPE', node),
      `${printer.print(node.name)} AS`,
      definition.kind === 'query' ? `ENUM (${text})` : text,
    );
  },
  createIndex: (node, printer) =>
    words(
      'CREATE',
      node.unique && 'UNIQUE',
      existing('INDEX', node),
      node.name !== null && printer.print(node.name),
      `ON ${printer.print(node.table)}`,
      node.method !== null && `USING ${printer.name(node.method)}`,
      printer.brackets(node.keys),
      node.options.length > 0 && `WITH ${printer.brackets(node.options)}`,
    ),
  createMacro: (node, printer) =>
    words(
      created(node),
      existing('MACRO', node),
      printer.print(node.name),
      printer.list(node.overloads),
    ),
  macroOverload: ({ parameters, returns, returnsTable, body }, printer) =>
    words(
      `(${printer.list(parameters)})`,
      printer.optional('RETURNS', returns),
      returnsTable.length > 0 && `RETURNS TABLE ${printer.brackets(returnsTable)}`,
      body.kind === 'query' ? 'AS TABLE' : 'AS',
      printer.print(body),
    ),
  macroParameter: ({ name, type, defaultValue }, printer) =>
    words(
      printer.name(name),
      type !== null && printer.print(type),
      printer.optional(':=', defaultValue),
    ),

  drop: ({ object, names, ifExists, behavior }, printer) =>
    words(
      `DROP ${OBJECTS[object]}`,
      ifExists && 'IF EXISTS',
      printer.list(names),
      behavior?.toUpperCase() ?? null,
    ),
  truncate: ({ table, behavior }, printer) =>
    words('TRUNCATE TABLE', printer.print(table), behavior?.toUpperCase() ?? null),
  commentOn: ({ object, name, comment }, printer) =>
    words(
      `COMMENT ON ${OBJECTS[object]} ${printer.print(name)} IS`,
      comment === null ? 'NULL' : printer.string(comment),
    ),
  alter: ({ object, name, ifExists, actions }, printer) =>
    words(
      `ALTER ${OBJECTS[object]}`,
      ifExists && 'IF EXISTS',
      printer.print(name),
      printer.list(actions),
    ),
  addColumn: ({ ifNotExists, parents, column }, printer) =>
    words(
      'ADD COLUMN',
      ifNotExists && 'IF NOT EXISTS',
      // A field of a struct follows the names of those around it.
      parents.map((parent) => `${printer.name(parent)}.`).join('') + printer.print(column),
    ),
  dropColumn: ({ ifExists, column, behavior }, printer) =>
    words(
      'DROP COLUMN',
      ifExists && 'IF EXISTS',
      printer.print(column),
      behavior?.toUpperCase() ?? null,
    ),
  renameColumn: ({ column, to }, printer) =>
    `RENAME COLUMN ${printer.print(column)} TO ${printer.name(to)}`,
  renameTo: ({ to }, printer) => `RENAME TO ${printer.name(to)}`,
  setDefault: ({ column, expression }, printer) =>
    `ALTER COLUMN ${printer.print(column)} SET DEFAULT ${printer.print(expression)}`,
  dropDefault: ({ column }, printer) => `ALTER COLUMN ${printer.print(column)} DROP DEFAULT`,
  setNotNull: ({ column }, printer) => `ALTER COLUMN ${printer.print(column)} SET NOT NULL`,
  dropNotNull: ({ column }, printer) => `ALTER COLUMN ${printer.print(column)} DROP NOT NULL`,
  setType: ({ column, type, using }, printer) =>
    words(
      `ALTER COLUMN ${printer.print(column)} TYPE ${printer.print(type)}`,
      printer.optional('USING', using),
    ),
  setColumnComment: ({ column, comment }, printer) =>
    `ALTER COLUMN ${printer.print(column)} COMMENT ${printer.string(comment)}`,
  addConstraint: ({ constraint }, printer) => `ADD ${printer.print(constraint)}`,
  dropConstraint: ({ ifExists, name, behavior }, printer) =>
    words(
      'DROP CONSTRAINT',
      ifExists && 'IF EXISTS',
      printer.name(name),
      behavior?.toUpperCase() ?? null,
    ),
  addPartition: ({ ifNotExists, values, location }, printer) =>
    words(
      'ADD',
      ifNotExists && 'IF NOT EXISTS',
      `PARTITION ${printer.brackets(values)}`,
      printer.optionalString('LOCATION', location),
    ),
  dropPartition: ({ ifExists, values }, printer) =>
    words('DROP', ifExists && 'IF EXISTS', `PARTITION ${printer.brackets(values)}`),
  setOptions: ({ options }, printer) => `SET (${printer.list(options)})`,
  setSchema: ({ schema }, printer) => `SET SCHEMA ${printer.name(schema)}`,
  setQuery: ({ query }, printer) => `AS ${printer.print(query)}`,
};

const FOREIGN_KEY_ACTIONS: Readonly<Record<ForeignKeyAction, string>> = {
  noAction: 'NO ACTION',
  restrict: 'RESTRICT',
  cascade: 'CASCADE',
  setNull: 'SET NULL',
  setDefault: 'SET DEFAULT',
};

const OBJECTS = {
  table: 'TABLE',
  view: 'VIEW',
  materializedView: 'MATERIALIZED VIEW',
  schema: 'SCHEMA',
  sequence: 'SEQUENCE',
  type: 'TYPE',
  index: 'INDEX',
  macro: 'MACRO',
  tableMacro: 'MACRO TABLE',
  function: 'FUNCTION',
  variable: 'VARIABLE',
  column: 'COLUMN',
} as const;

function created(node: { readonly orReplace: boolean; readonly temporary?: boolean }): string {
  return words('CREATE', node.orReplace && 'OR REPLACE', node.temporary === true && 'TEMPORARY');
}

function existing(object: string, { ifNotExists }: { readonly ifNotExists: boolean }): string {
  return words(object, ifNotExists && 'IF NOT EXISTS');
}

function createTableHead(node: CreateTable | CreateTableAs, printer: Printer): string {
  return words(
    created(node),
    node.external && 'EXTERNAL',
    existing('TABLE', node),
    printer.print(node.name),
  );
}

function named(name: Identifier | null, text: string, printer: Printer): string {
  return name === null ? text : `CONSTRAINT ${printer.name(name)} ${text}`;
}

function printStorage(node: TableStorage, printer: Printer): string {
  const { format, partitionedBy, clusteredBy, sortedBy, bucketCount, options } = node;
  return words(
    format !== null && `USING ${printer.name(format)}`,
    printer.optionalString('LOCATION', node.location),
    partitionedBy.length > 0 && `PARTITIONED BY ${printer.brackets(partitionedBy)}`,
    clusteredBy.length > 0 && `CLUSTERED BY ${printer.nameBrackets(clusteredBy)}`,
    sortedBy.length > 0 && `SORTED BY ${printer.brackets(sortedBy)}`,
    bucketCount !== null && `INTO ${bucketCount} BUCKETS`,
    options.length > 0 && `OPTIONS ${printer.brackets(options)}`,
    printer.optionalString('COMMENT', node.comment),
  );
}

/** A value of a setting or option: a bare word needs no quotes, reserved or not. */
export function printSettingValue(value: AstNode, printer: Printer): string {
  const isWord = value.kind === 'columnReference' && value.path.length === 1;
  return isWord ? printer.label(value.path[0]) : printer.print(value);
}
