import type { Identifier, QualifiedName } from '../ast/name.ts';
import type { TypeField, TypeName } from '../ast/type-name.ts';
import { type PrintRules, words } from './printer.ts';

/** Print rules for names and types. */
export const NAME_RULES: PrintRules<Identifier | QualifiedName | TypeName | TypeField> = {
  identifier: (node, printer) => printer.name(node),
  qualifiedName: ({ parts }, printer) => printer.path(parts),
  namedType: ({ name, modifiers }, printer) =>
    printer.print(name) + (printer.brackets(modifiers) ?? ''),
  listType: ({ element }, printer) => `${printer.print(element)}[]`,
  arrayType: ({ element, size }, printer) => `${printer.print(element)}[${size}]`,
  structType: ({ fields }, printer) =>
    fields.length === 0 ? 'STRUCT<>' : `STRUCT(${printer.list(fields)})`,
  mapType: ({ key, value }, printer) => `MAP(${printer.print(key)}, ${printer.print(value)})`,
  unionType: ({ members }, printer) => `UNION(${printer.list(members)})`,
  enumType: ({ values }, printer) =>
    `ENUM(${values.map((value) => printer.string(value)).join(', ')})`,
  intervalType: ({ from, to }) =>
    words('INTERVAL', from.toUpperCase(), to !== null && `TO ${to.toUpperCase()}`),
  typeField: ({ name, type, notNull, comment }, printer) =>
    words(
      name !== null && printer.label(name),
      printer.print(type),
      notNull && 'NOT NULL',
      printer.optionalString('COMMENT', comment),
    ),
};
