import type { AstNode } from './ast/node.ts';

/** A tree without its spans, to compare with. */
export function withoutSpans(node: AstNode | readonly AstNode[]): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value: unknown) =>
      key === 'span' || key === 'operatorSpan' ? undefined : value,
    ),
  );
}
