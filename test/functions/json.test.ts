import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateSql, textOf } from './sql.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

describe('JSON functions', () => {
  it.each([
    [`'[1,2]'::JSON -> 1`, '2'],
    [`'[1,2]' -> '$[#-1]'`, '2'],
    [`'[1,2]' -> 5`, 'NULL'],
    [`'{"a": null}' -> 'a'`, 'null'],
    [`'{"a": null}' ->> 'a'`, 'NULL'],
    [`'{"a": 1}' -> 'b'`, 'NULL'],
    [`'{"a": {"x": 1, "y":  "z z"}}' -> 'a'`, '{"x":1,"y":"z z"}'],
    [`'{"a": "q\\"\\u00e9"}' ->> 'a'`, 'q"é'],
    [`json_extract('{"a/b": 1, "a": {"b": 2}}', '/a/b')`, '2'],
    [`json_extract('{"a/b": 1}', '/a~1b')`, '1'],
    [`json_extract('{"a.b": 1}', '$."a.b"')`, '1'],
    [`json_extract('{"a.b": 1}', 'a.b')`, '1'],
    [`json_extract('{"a":{"a":3}}', '$..a')`, `['{"a":3}', 3]`],
    [`json_extract('{"b":1,"a":2}', '$.*')`, '[1, 2]'],
    [`json_extract('{"a":1,"b":2}', ['$.b', '$.c'])`, '[2, NULL]'],
    [`json_extract('123456789012345678901234567890', '$')`, '123456789012345678901234567890'],
    [`json_extract(NULL, 'a')`, 'NULL'],
    [`json_type('-1')`, 'BIGINT'],
    [`json_type('18446744073709551615')`, 'UBIGINT'],
    [`json_type('1e5')`, 'DOUBLE'],
    [`json_type('{}', '$.a')`, 'NULL'],
    [`json_array_length('{"a":1}')`, '0'],
    [`json_keys('[1]')`, '[]'],
    [`json_valid('[1, ]')`, 'false'],
    [`to_json('nan'::DOUBLE)`, 'null'],
    [`to_json(MAP {'k': 1.5})`, '{"k":1.5}'],
    [`to_json('{"a":1}'::JSON)`, '{"a":1}'],
    ['to_json(NULL)', 'null'],
    ['json_array()', '[]'],
  ])('%s is %s', (sql, text) => {
    expect(textOf(sql)).toBe(text);
  });

  it.each([
    [`json_extract('{"a":', '$.a')`, '22032'],
    [`json_extract('{"a": 1}', '$.')`, '22023'],
    [`json_extract('{}', '$a')`, '22023'],
    [`json('{"a":1,}')`, '22032'],
    ['json_object(NULL, 1)', '22023'],
  ])('%s fails', (sql, sqlState) => {
    expect(() => evaluateSql(sql)).toThrow(expect.objectContaining({ sqlState }));
  });

  it('finds what a walk over the parsed document finds', () => {
    const step = fc.oneof(fc.constantFrom('a', 'b', 'c d', 'é'), fc.integer({ min: 0, max: 3 }));
    const { document } = fc.letrec<{ document: unknown }>((tie) => ({
      document: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, 1.5, -7, 'text', 'x"y\\', ''),
        fc.array(tie('document'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c d', 'é'), tie('document'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(
        document,
        fc.array(step, { maxLength: 3 }),
        fc.boolean(),
        (value, steps, blanks) => {
          const text = JSON.stringify(value, null, blanks ? 2 : 0);
          const path = steps.map((s) => (typeof s === 'number' ? `[${s}]` : `."${s}"`)).join('');
          const found = steps.reduce<unknown>((at, s) => {
            if (typeof s === 'number') return Array.isArray(at) ? at[s] : undefined;
            const isObject = typeof at === 'object' && at !== null && !Array.isArray(at);
            return isObject ? (at as Record<string, unknown>)[s] : undefined;
          }, value);
          const sql = `json_extract(${quoted(text)}, ${quoted(`$${path}`)})`;
          expect(textOf(sql)).toBe(found === undefined ? 'NULL' : JSON.stringify(found));
        },
      ),
      { numRuns: 200 },
    );
  });
});
