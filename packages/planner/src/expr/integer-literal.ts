import { type Literal, physicalType, type SqlType } from '@windrow/core';

/** An integer constant of an integer type, in the form that literals of that type have. */
export const integerLiteral = (value: number | bigint, type: SqlType): Literal => {
  const physical = physicalType(type);
  const isWide = physical === 'i64' || physical === 'u64' || physical === 'i128';
  return { kind: 'literal', value: isWide ? BigInt(value) : Number(value), type };
};
