import {
  BIGINT,
  BOOLEAN,
  JSON_TYPE,
  type LiteralValue,
  list,
  type ResolvedSignature,
  type ScalarFunction,
  type ScalarOverload,
  type Signature,
  type SqlType,
  setValidAt,
  UBIGINT,
  VARCHAR,
  type VectorEvaluate,
} from '@windrow/core';
import { example, scalar } from '../define.ts';
import { invalidArgument } from '../errors.ts';
import { jsOverload } from '../vector/overload.ts';
import {
  type Argument,
  BOOL,
  INT64,
  isArgumentValid,
  LITERAL,
  rowwise,
  TEXT,
} from '../vector/rows.ts';
import {
  documentOf,
  elementsOf,
  isJson,
  type JsonSlice,
  jsonOf,
  kindOf,
  membersOf,
  plainTextOf,
} from './document.ts';
import { type JsonPath, jsonPath, valuesAt } from './path.ts';
import { jsonText, objectText, plainText } from './to-json.ts';

const SOURCE = 'RFC 8259; paths after RFC 9535 and RFC 6901; DuckDB';

const isDocument = (type: SqlType | undefined): boolean =>
  type?.kind === 'varchar' || type?.kind === 'json' || type?.kind === 'null';

const textOrJson = (type: SqlType): SqlType => (type.kind === 'json' ? JSON_TYPE : VARCHAR);

/** (document, path): the path is text, a number, or a list of texts. */
function withPath(returns: SqlType): Signature {
  return {
    display: '(JSON, path) → value, or a list for a wildcard or several paths',
    resolve([document, path, ...rest], [, constant]): ResolvedSignature | undefined {
      if (document === undefined || path === undefined || rest.length > 0) return undefined;
      if (!isDocument(document)) return undefined;
      const args = (type: SqlType, isMany: boolean): ResolvedSignature => ({
        args: [textOrJson(document), type],
        returns: isMany ? list(returns) : returns,
      });
      if (path.kind === 'list') return args(list(VARCHAR), true);
      if (/^u?int(8|16|32|64)$/.test(path.kind)) return args(BIGINT, false);
      if (path.kind !== 'varchar' && path.kind !== 'null') return undefined;
      return args(VARCHAR, typeof constant === 'string' && jsonPath(constant).isWild);
    },
  };
}

/** What a path finds, one value, or the values of a wildcard or of several paths. */
const extract =
  (pick: (text: string, value: JsonSlice) => string | null): VectorEvaluate =>
  (context, args, result) => {
    const at = (text: string, root: JsonSlice, path: JsonPath): (string | null)[] =>
      valuesAt(text, root, path).map((value) => pick(text, value));
    const one = (text: string, path: string | number): string | null => {
      const found = jsonPath(path);
      if (found.isWild) throw invalidArgument('a path with a wildcard has to be a constant');
      return at(text, documentOf(text), found)[0] ?? null;
    };
    if (result.type.kind !== 'list') {
      const isIndex = args[1]?.type.kind === 'int64';
      const run = isIndex
        ? rowwise([TEXT, INT64], TEXT, (text, index) => one(text, Number(index)))
        : rowwise([TEXT, TEXT], TEXT, one);
      run(context, args, result);
      return;
    }
    rowwise([TEXT, LITERAL], LITERAL, (text, paths): LiteralValue => {
      const root = documentOf(text);
      if (typeof paths === 'string') return at(text, root, jsonPath(paths));
      return (paths as readonly (string | null)[]).map((path) =>
        path === null ? null : (at(text, root, jsonPath(path))[0] ?? null),
      );
    })(context, args, result);
  };

/** A question about the document, or about the value at a path in it. */
function about(
  returns: SqlType,
  display: string,
  answer: (text: string, value: JsonSlice) => LiteralValue,
): readonly ScalarOverload[] {
  const signature = (arity: number): Signature => ({
    display: arity === 1 ? `(JSON) → ${display}` : `(JSON, path) → ${display}`,
    resolve(args) {
      const [document, path] = args;
      if (args.length !== arity || document === undefined || !isDocument(document))
        return undefined;
      if (arity === 2 && path?.kind !== 'varchar' && path?.kind !== 'null') return undefined;
      return { args: [textOrJson(document), VARCHAR].slice(0, arity), returns };
    },
  });
  const flags = { raises: true, returnsNull: true };
  const root = rowwise([TEXT], LITERAL, (text) => answer(text, documentOf(text)));
  const below = rowwise([TEXT, TEXT], LITERAL, (text, path) => {
    const [value] = valuesAt(text, documentOf(text), jsonPath(path));
    return value === undefined ? null : answer(text, value);
  });
  return [jsOverload(signature(1), root, flags), jsOverload(signature(2), below, flags)];
}

const oneDocument = (returns: SqlType, display: string): Signature => ({
  display,
  resolve: ([document, ...rest]) =>
    document === undefined || rest.length > 0 || !isDocument(document)
      ? undefined
      : { args: [textOrJson(document)], returns },
});

/** Any arguments, as they are; `check` says whether their number will do. */
const anyValues = (display: string, check: (count: number) => boolean): Signature => ({
  display,
  resolve: (args) => (check(args.length) ? { args, returns: JSON_TYPE } : undefined),
});

/** Makes JSON of the values of each row; NULL is JSON's null. */
const combine =
  (make: (values: readonly LiteralValue[], types: readonly SqlType[]) => string): VectorEvaluate =>
  (context, args, result) => {
    const { memory } = context;
    const columns = args as readonly Argument[];
    const readers = columns.map((column) => LITERAL.reader(memory, column));
    const types = columns.map(({ type }) => type);
    const write = TEXT.writer(context, result);
    for (let row = 0; row < result.length; row++) {
      const values = columns.map((column, i) =>
        isArgumentValid(memory, column, row) ? readers[i]!(row) : null,
      );
      setValidAt(memory, result.validity, row, true);
      write(row, make(values, types));
    }
  };

const elementCount = (text: string, value: JsonSlice): bigint => {
  let count = 0n;
  for (const _ of elementsOf(text, value)) count += 1n;
  return count;
};

interface JsonFunctionOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly overloads: readonly ScalarOverload[];
  readonly nulls?: 'handles';
}

const jsonFunction = ({ summary, examples, ...rest }: JsonFunctionOptions): ScalarFunction =>
  scalar({
    ...rest,
    category: 'JSON',
    doc: {
      summary,
      examples: examples.map(([sql, result]) => example(sql, result)),
      source: SOURCE,
    },
  });

const PATH_FLAGS = { raises: true, returnsNull: true };

/** Reading and making JSON. */
export const jsonFunctions: readonly ScalarFunction[] = [
  jsonFunction({
    name: 'json_extract',
    aliases: ['json_extract_path'],
    summary:
      'The JSON at a path such as `$.a[0]`, a pointer `/a/0`, a key or an index (`->`); a wildcard or several paths give a list.',
    examples: [
      [`json_extract('{"a": [1, 2]}', '$.a')`, '[1,2]'],
      [`'{"a": [1, 2]}'::JSON -> 'a' -> -1`, '2'],
      [`json_extract('{"a": [{"b": 1}, {"b": 2}]}', '$.a[*].b')`, '[1, 2]'],
    ],
    overloads: [jsOverload(withPath(JSON_TYPE), extract(jsonOf), PATH_FLAGS)],
  }),
  jsonFunction({
    name: 'json_extract_string',
    aliases: ['json_extract_path_text', 'get_json_object'],
    summary: 'As json_extract, as text (`->>`): what a string says; NULL for JSON’s null.',
    examples: [[`'{"a": "x"}'::JSON ->> 'a'`, 'x']],
    overloads: [jsOverload(withPath(VARCHAR), extract(plainTextOf), PATH_FLAGS)],
  }),
  jsonFunction({
    name: 'json_exists',
    summary: 'Does the path lead to a value?',
    examples: [[`json_exists('{"a": null}', '$.a')`, 'true']],
    overloads: [
      jsOverload(
        {
          display: '(JSON, path) → BOOLEAN',
          resolve: ([document, path, ...rest]) =>
            document !== undefined &&
            isDocument(document) &&
            rest.length === 0 &&
            (path?.kind === 'varchar' || path?.kind === 'null')
              ? { args: [textOrJson(document), VARCHAR], returns: BOOLEAN }
              : undefined,
        },
        rowwise(
          [TEXT, TEXT],
          BOOL,
          (text, path) => valuesAt(text, documentOf(text), jsonPath(path)).length > 0,
        ),
        { raises: true },
      ),
    ],
  }),
  jsonFunction({
    name: 'json_type',
    summary:
      'The kind of a value: NULL, BOOLEAN, BIGINT, UBIGINT, DOUBLE, VARCHAR, ARRAY or OBJECT.',
    examples: [[`json_type('{"a": [1]}', '$.a')`, 'ARRAY']],
    overloads: about(VARCHAR, 'VARCHAR', kindOf),
  }),
  jsonFunction({
    name: 'json_valid',
    summary: 'Is the text JSON?',
    examples: [[`json_valid('{"a": 1')`, 'false']],
    overloads: [
      jsOverload(oneDocument(BOOLEAN, '(VARCHAR) → BOOLEAN'), rowwise([TEXT], BOOL, isJson)),
    ],
  }),
  jsonFunction({
    name: 'json_array_length',
    summary: 'The number of elements of an array; 0 for other values.',
    examples: [[`json_array_length('{"a": [1, 2]}', '$.a')`, '2']],
    overloads: about(UBIGINT, 'UBIGINT', elementCount),
  }),
  jsonFunction({
    name: 'json_keys',
    summary: 'The names of an object’s members, in the order of the text; none for other values.',
    examples: [[`json_keys('{"b": 1, "a": 2}')`, '[b, a]']],
    overloads: about(list(VARCHAR), 'VARCHAR[]', (text, value) =>
      Array.from(membersOf(text, value), ({ key }) => key),
    ),
  }),
  jsonFunction({
    name: 'json',
    summary: 'The text as JSON without blanks; an error when it is none.',
    examples: [[`json('{"a" : [1, 2]}')`, '{"a":[1,2]}']],
    overloads: [
      jsOverload(
        oneDocument(JSON_TYPE, '(VARCHAR) → JSON'),
        rowwise([TEXT], TEXT, (text) => jsonOf(text, documentOf(text))),
        { raises: true },
      ),
    ],
  }),
  jsonFunction({
    name: 'to_json',
    aliases: ['json_quote', 'row_to_json', 'array_to_json'],
    summary: 'A value as JSON; NULL, NaN and infinities are null.',
    examples: [
      [`to_json({'a': 1, 'b': ['x', NULL]})`, '{"a":1,"b":["x",null]}'],
      [`to_json(DATE '2024-02-29')`, '"2024-02-29"'],
    ],
    nulls: 'handles',
    overloads: [
      jsOverload(
        anyValues('(ANY) → JSON', (count) => count === 1),
        combine(([value], [type]) => jsonText(value!, type!)),
      ),
    ],
  }),
  jsonFunction({
    name: 'json_array',
    summary: 'An array of the arguments.',
    examples: [[`json_array(1, 'a', NULL)`, '[1,"a",null]']],
    nulls: 'handles',
    overloads: [
      jsOverload(
        anyValues('(ANY, …) → JSON', () => true),
        combine((values, types) => `[${values.map((v, i) => jsonText(v, types[i]!)).join(',')}]`),
      ),
    ],
  }),
  jsonFunction({
    name: 'json_object',
    summary: 'An object of keys and values, in turn.',
    examples: [[`json_object('a', 1, 'b', [true])`, '{"a":1,"b":[true]}']],
    nulls: 'handles',
    overloads: [
      jsOverload(
        anyValues('(key, value, …) → JSON', (count) => count % 2 === 0),
        combine((values, types) =>
          objectText(
            values.flatMap((key, i) => {
              if (i % 2 === 1) return [];
              if (key === null) throw invalidArgument('a key of json_object must not be NULL');
              return [
                [plainText(key, types[i]!), jsonText(values[i + 1]!, types[i + 1]!)] as const,
              ];
            }),
          ),
        ),
        { raises: true },
      ),
    ],
  }),
];
