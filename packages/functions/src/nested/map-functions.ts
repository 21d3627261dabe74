import {
  BIGINT,
  BOOLEAN,
  commonType,
  formatLiteral,
  type LiteralValue,
  list,
  type MapValue,
  type ScalarFunction,
  type ScalarOverload,
  type Signature,
  type SqlType,
  type VectorEvaluate,
} from '@windrow/core';
import { example, scalar } from '../define.ts';
import { invalidArgument } from '../errors.ts';
import { withoutLiteralTypes } from '../resolve.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, LITERAL, rowwise } from '../vector/rows.ts';
import { compareValues } from './compare-values.ts';

type MapType = SqlType & { readonly kind: 'map' };

const keyTypeOf = (arg: Argument | undefined): SqlType =>
  arg?.type.kind === 'map' ? arg.type.key : BIGINT;

/** `map(keys, values)`: lists of one length, no key twice and none NULL. */
const mapOfLists: ScalarOverload = jsOverload(
  {
    display: '(K[], V[]) → MAP(K, V)',
    resolve([keys, values, ...rest]) {
      if (rest.length > 0 || keys?.kind !== 'list' || values?.kind !== 'list') return undefined;
      return {
        args: [keys, values],
        returns: { kind: 'map', key: keys.element, value: values.element },
      };
    },
  },
  (context, args, result) => {
    const { key } = result.type as MapType;
    rowwise([LITERAL, LITERAL], LITERAL, (keys, values) =>
      mapOf(key, keys as readonly LiteralValue[], values as readonly LiteralValue[]),
    )(context, args, result);
  },
  { raises: true },
);

function mapOf(
  keyType: SqlType,
  keys: readonly LiteralValue[],
  values: readonly LiteralValue[],
): MapValue {
  if (keys.length !== values.length)
    throw invalidArgument(`a map of ${keys.length} keys cannot have ${values.length} values`);
  if (keys.includes(null)) throw invalidArgument('a key of a map cannot be NULL');
  const sorted = [...keys].sort((a, b) => compareValues(keyType, a, b));
  const twice = sorted.find(
    (key, i) => i > 0 && compareValues(keyType, key, sorted[i - 1] ?? null) === 0,
  );
  if (twice !== undefined)
    throw invalidArgument(`a map has the key ${formatLiteral(twice, keyType)} twice`);
  return { map: keys.map((key, i) => [key, values[i] ?? null]) };
}

const ofMap = (display: string, returns: (map: MapType) => SqlType): Signature => ({
  display,
  resolve: ([map, ...rest]) =>
    rest.length === 0 && map?.kind === 'map' ? { args: [map], returns: returns(map) } : undefined,
});

/** (map, key) with the key in the map's type. */
const mapAndKey = (display: string, returns: (map: MapType) => SqlType): Signature => ({
  display,
  resolve(args, constants) {
    const [map, key, ...rest] = withoutLiteralTypes(args, constants);
    if (rest.length > 0 || map?.kind !== 'map' || key === undefined) return undefined;
    const common = commonType(map.key, key);
    if (common === undefined) return undefined;
    const type: MapType = { ...map, key: common };
    return { args: [type, common], returns: returns(type) };
  },
});

const lookUp =
  <T extends LiteralValue>(answer: (value: LiteralValue | undefined) => T | null): VectorEvaluate =>
  (context, args, result) => {
    const keyType = keyTypeOf(args[0]);
    rowwise([LITERAL, LITERAL], LITERAL, (map, key) => {
      const entry = (map as MapValue).map.find(([k]) => compareValues(keyType, k, key) === 0);
      return answer(entry?.[1]);
    })(context, args, result);
  };

const ofEntries = (compute: (entries: MapValue['map']) => LiteralValue): VectorEvaluate =>
  rowwise([LITERAL], LITERAL, (map) => compute((map as MapValue).map));

interface MapFunctionOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly overload: ScalarOverload;
}

const mapFunction = (options: MapFunctionOptions): ScalarFunction =>
  scalar({
    name: options.name,
    aliases: options.aliases ?? [],
    category: 'maps',
    doc: {
      summary: options.summary,
      examples: options.examples.map(([sql, result]) => example(sql, result)),
      source: 'DuckDB',
    },
    overloads: [options.overload],
  });

/** Functions of maps. */
export const mapFunctions: readonly ScalarFunction[] = [
  mapFunction({
    name: 'map',
    aliases: ['map_from_arrays'],
    summary: 'The map of a list of keys and a list of values.',
    examples: [["map(['a', 'b'], [1, 2])", '{a=1, b=2}']],
    overload: mapOfLists,
  }),
  mapFunction({
    name: 'map_extract',
    aliases: ['element_at'],
    summary: 'A list of the value of a key; empty when the map has no such key.',
    examples: [["map_extract(map(['a'], [1]), 'a')", '[1]']],
    overload: jsOverload(
      mapAndKey('(MAP(K, V), K) → V[]', (map) => list(map.value)),
      lookUp((value) => (value === undefined ? [] : [value])),
    ),
  }),
  mapFunction({
    name: 'map_extract_value',
    summary: 'The value of a key; NULL when the map has no such key.',
    examples: [["map_extract_value(map(['a'], [1]), 'b')", 'NULL']],
    overload: jsOverload(
      mapAndKey('(MAP(K, V), K) → V', (map) => map.value),
      lookUp((value) => value ?? null),
      { returnsNull: true },
    ),
  }),
  mapFunction({
    name: 'map_contains_key',
    aliases: ['map_contains'],
    summary: 'Has the map the key?',
    examples: [["map_contains_key(map(['a'], [1]), 'a')", 'true']],
    overload: jsOverload(
      mapAndKey('(MAP(K, V), K) → BOOLEAN', () => BOOLEAN),
      lookUp((value) => value !== undefined),
    ),
  }),
  mapFunction({
    name: 'map_keys',
    summary: 'The keys, in the order of the map.',
    examples: [["map_keys(map(['a', 'b'], [1, 2]))", '[a, b]']],
    overload: jsOverload(
      ofMap('(MAP(K, V)) → K[]', (map) => list(map.key)),
      ofEntries((entries) => entries.map(([key]) => key)),
    ),
  }),
  mapFunction({
    name: 'map_values',
    summary: 'The values, in the order of the map.',
    examples: [["map_values(map(['a', 'b'], [1, 2]))", '[1, 2]']],
    overload: jsOverload(
      ofMap('(MAP(K, V)) → V[]', (map) => list(map.value)),
      ofEntries((entries) => entries.map(([, value]) => value)),
    ),
  }),
  mapFunction({
    name: 'cardinality',
    summary: 'Number of entries of a map.',
    examples: [["cardinality(map(['a', 'b'], [1, 2]))", '2']],
    overload: jsOverload(
      ofMap('(MAP(K, V)) → BIGINT', () => BIGINT),
      ofEntries((entries) => BigInt(entries.length)),
    ),
  }),
];
