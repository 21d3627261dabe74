import { type Expr, type FunctionRegistry, visitExpr } from '@windrow/core';

/** Does one of the expressions call a function that exists on the main thread only? */
export function needsMainThread(functions: FunctionRegistry, exprs: Iterable<Expr>): boolean {
  for (const expr of exprs) {
    let found = false;
    visitExpr(expr, (node) => {
      if (node.kind === 'call') {
        const implementation = functions.scalar(node.function)?.overloads[node.overload]
          ?.implementation;
        found ||= implementation?.kind === 'js' && implementation.mainThreadOnly === true;
      }
      return !found;
    });
    if (found) return true;
  }
  return false;
}

/** Is the aggregate itself a function that exists on the main thread only? */
export function aggregatesOnMainThread(
  functions: FunctionRegistry,
  call: { readonly function: string; readonly overload: number },
): boolean {
  const implementation = functions.aggregate(call.function)?.overloads[call.overload]
    ?.implementation;
  return implementation?.kind === 'segments' && implementation.mainThreadOnly === true;
}
