import {
  type CastImplementation,
  isNested,
  isValidAt,
  SqlError,
  type SqlType,
  setValidAt,
  type VectorEvaluate,
} from '@windrow/core';
import { type Argument, LITERAL } from '../vector/rows.ts';
import { castLiteral } from './literal.ts';

/** Casts to and among nested types, value by value; undefined for pairs that do not convert. */
export function nestedCast(
  from: SqlType,
  to: SqlType,
  options: { readonly try: boolean; readonly canCast: (from: SqlType, to: SqlType) => boolean },
): CastImplementation | undefined {
  if (!isNested(to) || !converts(from, to, options.canCast)) return undefined;
  return {
    implementation: { kind: 'js', evaluate: evaluate(to, options.try) },
    raises: !options.try,
    returnsNull: options.try,
  };
}

/** Are all parts of one castable to those of the other? */
function converts(
  from: SqlType,
  to: SqlType,
  canCast: (from: SqlType, to: SqlType) => boolean,
): boolean {
  if (from.kind === 'varchar') return true;
  if (
    (from.kind === 'list' || from.kind === 'array') &&
    (to.kind === 'list' || to.kind === 'array')
  )
    return canCast(from.element, to.element);
  if (from.kind === 'map' && to.kind === 'map')
    return canCast(from.key, to.key) && canCast(from.value, to.value);
  if (from.kind !== 'struct' || to.kind !== 'struct') return false;
  return to.fields.every((field) => {
    const source = from.fields.find(({ name }) => name.toLowerCase() === field.name.toLowerCase());
    return source === undefined || canCast(source.type, field.type);
  });
}

/** A value that does not fit is NULL as a whole in the try form. */
const evaluate =
  (to: SqlType, isTry: boolean): VectorEvaluate =>
  (context, [arg], result) => {
    const { memory, session } = context;
    const column = arg as Argument;
    const read = LITERAL.reader(memory, column);
    const write = LITERAL.writer(context, result);
    for (let row = 0; row < result.length; row++) {
      if (!isValidAt(memory, result.validity, row)) continue;
      try {
        write(row, castLiteral(read(row), column.type, to, session));
      } catch (error) {
        const isData = error instanceof SqlError && error.sqlState.startsWith('22');
        if (!isTry || !isData) throw error;
        setValidAt(memory, result.validity, row, false);
      }
    }
  };
