import type { Expression } from '../ast/expression.ts';
import type { Sample } from '../ast/select.ts';
import type { Cursor } from './cursor.ts';
import { Precedence } from './precedence.ts';

const METHODS: ReadonlySet<'bernoulli' | 'system' | 'reservoir'> = new Set([
  'bernoulli',
  'system',
  'reservoir',
]);

type Size = Pick<Sample, 'size' | 'unit' | 'buckets'>;

/**
 * What follows TABLESAMPLE and USING SAMPLE: `10%`, `(10 ROWS)`, `BERNOULLI(10)`,
 * `10 ROWS (reservoir, 42)`, each with `REPEATABLE (seed)`. A bare number is a share for BERNOULLI
 * and SYSTEM, else a number of rows.
 */
export function sample(cursor: Cursor): Sample {
  const startIndex = cursor.index;
  let method: Sample['method'] = cursor.atAny(METHODS) ?? null;
  let seed: Expression | null = null;
  let size: Size;
  if (method !== null) {
    cursor.skip();
    size = inParentheses(cursor, () => sampleSize(cursor, method));
  } else {
    size =
      cursor.tag === '('
        ? inParentheses(cursor, () => sampleSize(cursor, null))
        : sampleSize(cursor, null);
    if (cursor.tag === '(' && METHODS.has(cursor.tagAhead(1) as 'system')) {
      const open = cursor.index;
      cursor.skip();
      method = cursor.expectAny(METHODS, 'BERNOULLI, SYSTEM or RESERVOIR');
      seed = cursor.accept(',') ? cursor.grammar.expression(cursor) : null;
      cursor.expectClose(')', open);
    }
  }
  if (seed === null && cursor.accept('repeatable'))
    seed = inParentheses(cursor, () => cursor.grammar.expression(cursor));
  return { kind: 'sample', method, ...size, seed, span: cursor.span(startIndex) };
}

function inParentheses<T>(cursor: Cursor, item: () => T): T {
  const open = cursor.index;
  cursor.expect('(');
  cursor.enter();
  const result = item();
  cursor.leave();
  cursor.expectClose(')', open);
  return result;
}

function sampleSize(cursor: Cursor, method: Sample['method']): Size {
  if (cursor.accept('bucket')) {
    const size = cursor.grammar.expression(cursor);
    cursor.expectWords('out', 'of');
    return { size, unit: 'rows', buckets: cursor.grammar.expression(cursor) };
  }
  // 10% (bernoulli) is no remainder.
  const size = cursor.grammar.expression(cursor, Precedence.multiplicative);
  if (cursor.accept('%') || cursor.accept('percent'))
    return { size, unit: 'percent', buckets: null };
  const isRows = cursor.accept('rows') || (method !== 'bernoulli' && method !== 'system');
  return { size, unit: isRows ? 'rows' : 'percent', buckets: null };
}
