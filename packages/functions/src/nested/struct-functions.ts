import {
  BIGINT,
  didYouMean,
  INTEGER,
  type LiteralValue,
  type ScalarFunction,
  type Signature,
  SqlError,
  type StructField,
  type StructValue,
  VARCHAR,
  type VectorEvaluate,
} from '@windrow/core';
import { example, scalar } from '../define.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, isArgumentValid, LITERAL, rowwise, TEXT } from '../vector/rows.ts';

type Fields = readonly { readonly name: string }[];

/** Index of the field, by name without case. @throws SqlError `bind` 42703 */
function fieldIndex(fields: Fields, name: string): number {
  const index = fields.findIndex((field) => field.name.toLowerCase() === name.toLowerCase());
  if (index < 0) {
    const names = fields.map((field) => field.name);
    throw new SqlError('bind', `the struct has no field "${name}"`, {
      sqlState: '42703',
      hint: didYouMean(name, names) ?? `Its fields are ${names.join(', ')}.`,
    });
  }
  return index;
}

/** The field's name is a literal: it decides the type. */
const byName: Signature = {
  display: '(STRUCT, VARCHAR) → T',
  resolve([struct, key, ...rest], [, name]) {
    if (rest.length > 0 || struct?.kind !== 'struct' || key?.kind !== 'varchar') return undefined;
    if (typeof name !== 'string') return undefined;
    const field = struct.fields[fieldIndex(struct.fields, name)];
    return field && { args: [struct, VARCHAR], returns: field.type };
  },
};

const byPosition: Signature = {
  display: '(STRUCT, BIGINT) → T',
  resolve([struct, , ...rest], [, position]) {
    const isNumber = typeof position === 'number' || typeof position === 'bigint';
    if (rest.length > 0 || struct?.kind !== 'struct' || !isNumber) return undefined;
    const field = struct.fields[Number(position) - 1];
    return field && { args: [struct, BIGINT], returns: field.type };
  },
};

const extractByName: VectorEvaluate = (context, args, result) => {
  const type = (args[0] as Argument).type;
  const fields: Fields = type.kind === 'struct' ? type.fields : [];
  const compute = (struct: LiteralValue, name: string): LiteralValue =>
    (struct as StructValue).struct[fieldIndex(fields, name)] ?? null;
  rowwise([LITERAL, TEXT], LITERAL, compute)(context, args, result);
};

/** Each value after its name; names are literals, that of a row's field is empty. */
const packFields: Signature = {
  display: '(name, T, …) → STRUCT',
  resolve(args, constants) {
    if (args.length === 0 || args.length % 2 !== 0) return undefined;
    const fields: StructField[] = [];
    for (let i = 0; i < args.length; i += 2) {
      const [name, type] = [constants[i], args[i + 1]];
      if (typeof name !== 'string' || type === undefined) return undefined;
      fields.push({ name, type: type.kind === 'null' ? INTEGER : type });
    }
    return {
      args: fields.flatMap(({ type }) => [VARCHAR, type]),
      returns: { kind: 'struct', fields },
    };
  },
};

const pack: VectorEvaluate = (context, args, result) => {
  const { memory } = context;
  const columns = args
    .filter((_, i) => i % 2 === 1)
    .map((column) => ({ column, read: LITERAL.reader(memory, column) }));
  const write = LITERAL.writer(context, result);
  for (let row = 0; row < result.length; row++) {
    const struct = columns.map(({ column, read }) =>
      isArgumentValid(memory, column, row) ? read(row) : null,
    );
    write(row, { struct });
  }
};

/** Functions of structs. */
export const structFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'struct_pack',
    category: 'structs',
    doc: {
      summary: 'The struct of named values.',
      examples: [
        example("{'a': 1, 'b': NULL}", "{'a': 1, 'b': NULL}"),
        example('struct_pack(a := 1, b := 2).b', '2'),
      ],
      source: 'DuckDB',
    },
    nulls: 'handles',
    overloads: [jsOverload(packFields, pack)],
  }),
  scalar({
    name: 'struct_extract',
    category: 'structs',
    doc: {
      summary: 'A field of a struct, by its name or its position from 1.',
      examples: [
        example("struct_extract(date_part(['year', 'month'], DATE '2024-02-29'), 'month')", '2'),
      ],
      source: 'DuckDB',
    },
    overloads: [
      jsOverload(byName, extractByName, { returnsNull: true }),
      jsOverload(
        byPosition,
        rowwise(
          [LITERAL, LITERAL],
          LITERAL,
          (struct, position) => (struct as StructValue).struct[Number(position) - 1] ?? null,
        ),
        { returnsNull: true },
      ),
    ],
  }),
];
