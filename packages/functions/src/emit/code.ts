import type { CodeBuilder, Local, WasmOperation, WasmType } from '@windrow/core';

/**
 * A piece of generated code in prefix form, leaving one value: a local, a literal, an operation over
 * pieces, or a function that writes the code itself. A literal takes the type that its operation wants.
 *
 * @example `['i32.and', ['i32.xor', a, sum], ['i32.xor', b, sum]]`
 */
export type Code = Local | number | bigint | (() => void) | readonly [WasmOperation, ...Code[]];

/** Writes the code; `as` is the type of a literal that stands alone. */
export function push(b: CodeBuilder, code: Code, as: WasmType = 'i32'): void {
  if (typeof code === 'function') code();
  else if (typeof code === 'number' || typeof code === 'bigint') pushLiteral(b, code, as);
  else if (!isOperation(code)) b.get(code);
  else {
    const [operation, ...operands] = code;
    operands.forEach((operand, i) => {
      const isCondition = operation === 'select' && i === 2;
      push(b, operand, isCondition ? 'i32' : operandType(operation, as));
    });
    b.op(operation);
  }
}

const isOperation = (
  code: Local | readonly [WasmOperation, ...Code[]],
): code is readonly [WasmOperation, ...Code[]] => Array.isArray(code);

function pushLiteral(b: CodeBuilder, value: number | bigint, as: WasmType): void {
  if (as === 'i64') b.i64(BigInt(value));
  else if (as === 'f64') b.f64(Number(value));
  else if (as === 'f32') b.f32(Number(value));
  else b.i32(Number(value));
}

/** `i64.extend_i32_s` takes an i32, `i64.add` i64s, `select` what the surroundings want. */
function operandType(operation: WasmOperation, as: WasmType): WasmType {
  if (operation === 'select' || operation === 'drop') return as;
  const converted = /_(i32|i64|f32|f64)(_[su])?$/.exec(operation)?.[1];
  return (converted ?? operation.slice(0, 3)) as WasmType;
}

/** A fresh local that holds what the code leaves. */
export function bind(b: CodeBuilder, type: WasmType, code: Code): Local {
  const local = b.local(type);
  push(b, code, type);
  b.set(local);
  return local;
}

/** Runs `then` where the condition (i32) holds. */
export function when(b: CodeBuilder, condition: Code, then: () => void): void {
  push(b, condition);
  b.if([], then);
}
