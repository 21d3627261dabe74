import type { Expr, Span } from '@windrow/core';
import {
  type CallExpression,
  type Expression,
  type Identifier,
  type Lambda,
  type ListComprehension,
  parseExpression,
} from '@windrow/parser';
import type { Binder } from './binder.ts';
import { bindError, unsupported } from './errors.ts';
import type { ExpressionScope } from './scope.ts';
import type { SyntaxNode } from './syntax.ts';

/*
 * Lambdas over lists are subqueries over the lists' elements: what they compute is planned, unnested and
 * vectorised as any subquery is, and may use columns from outside.
 */

const ELEMENTS = 'unnest("$list") WITH ORDINALITY AS "lambda"("$element", "$index")';
const ofKnownList = (value: string): string =>
  `CASE WHEN "$list" IS NULL THEN NULL ELSE ${value} END`;

/** What a function does with a list and a lambda; names with `$` stand for their parts. */
const TEMPLATES = {
  transform: ofKnownList(`ARRAY (SELECT "$body" FROM ${ELEMENTS} ORDER BY "$index")`),
  filter: ofKnownList(`ARRAY (SELECT "$element" FROM ${ELEMENTS} WHERE "$body" ORDER BY "$index")`),
  comprehension: ofKnownList(
    `ARRAY (SELECT "$body" FROM ${ELEMENTS} WHERE "$filter" ORDER BY "$index")`,
  ),
  any: ofKnownList(`(SELECT CASE WHEN coalesce(bool_or("$body"), false) THEN true
    WHEN bool_or(("$body") IS NULL) THEN NULL ELSE false END FROM ${ELEMENTS})`),
  all: ofKnownList(`(SELECT CASE WHEN NOT coalesce(bool_and("$body"), true) THEN false
    WHEN bool_or(("$body") IS NULL) THEN NULL ELSE true END FROM ${ELEMENTS})`),
} as const;

type Template = keyof typeof TEMPLATES;

const FUNCTIONS: ReadonlyMap<string, Template> = new Map<string, Template>([
  ['list_transform', 'transform'],
  ['list_apply', 'transform'],
  ['array_transform', 'transform'],
  ['array_apply', 'transform'],
  ['apply', 'transform'],
  ['transform', 'transform'],
  ['list_filter', 'filter'],
  ['array_filter', 'filter'],
  ['filter', 'filter'],
  ['exists', 'any'],
  ['any_match', 'any'],
  ['forall', 'all'],
  ['all_match', 'all'],
]);

/** A call with a lambda among its arguments; undefined: there is none. */
export function bindLambdaCall(
  binder: Binder,
  node: CallExpression,
  scope: ExpressionScope,
): Expr | undefined {
  if (!node.arguments.some(({ value }) => value.kind === 'lambda')) return undefined;
  const name = node.name.parts.at(-1)?.name ?? '';
  const template = FUNCTIONS.get(name.toLowerCase());
  if (template === undefined) {
    const known = 'list_transform, list_filter, any_match and all_match take one';
    throw unsupported(`a lambda as an argument of ${name}`, node.span, `${known}.`);
  }
  const [list, lambda, ...others] = node.arguments.map(({ value }) => value);
  if (list === undefined || lambda?.kind !== 'lambda' || others.length > 0)
    throw bindError('42883', `${name} takes a list and a lambda`, node.span);
  const { parameters, body } = lambda;
  return bindTemplate(binder, scope, {
    template,
    parameters,
    parts: { $list: list, $body: body },
    span: node.span,
  });
}

/** `[e FOR x IN list IF condition]`. */
export function bindListComprehension(
  binder: Binder,
  node: ListComprehension,
  scope: ExpressionScope,
): Expr {
  const { element, variables, source, filter, span } = node;
  return bindTemplate(binder, scope, {
    template: filter === null ? 'transform' : 'comprehension',
    parameters: variables,
    parts: { $list: source, $body: element, ...(filter === null ? {} : { $filter: filter }) },
    span,
  });
}

function bindTemplate(
  binder: Binder,
  scope: ExpressionScope,
  options: {
    readonly template: Template;
    readonly parameters: Lambda['parameters'];
    readonly parts: Readonly<Record<string, Expression>>;
    readonly span: Span;
  },
): Expr {
  const { template, parameters, parts, span } = options;
  const [element, index, third] = parameters;
  if (third !== undefined) {
    throw bindError(
      '42883',
      'a lambda over a list has one or two parameters',
      third.span,
      'They are the element and its position.',
    );
  }
  const names: Record<string, Identifier> = { $element: element };
  if (index !== undefined) names['$index'] = index;
  const tree = filled(parsed(template), { parts, names, span }) as Expression;
  return binder.expression(tree, scope);
}

const trees = new Map<Template, Expression>();

function parsed(template: Template): Expression {
  let tree = trees.get(template);
  if (tree === undefined) {
    tree = parseExpression(TEMPLATES[template]);
    trees.set(template, tree);
  }
  return tree;
}

interface Filling {
  readonly parts: Readonly<Record<string, Expression>>;
  readonly names: Readonly<Record<string, Identifier>>;
  /** What the template's own nodes are taken for. */
  readonly span: Span;
}

/** A copy of a template's tree with its parts and names in it. */
function filled(tree: unknown, filling: Filling): unknown {
  if (Array.isArray(tree)) return tree.map((item) => filled(item, filling));
  if (typeof tree !== 'object' || tree === null) return tree;
  const node = tree as SyntaxNode | Identifier;
  if (node.kind === 'identifier') return filling.names[node.name] ?? own(tree, filling);
  if (node.kind === 'columnReference') {
    const part = filling.parts[node.path[0].name];
    if (part !== undefined) return part;
  }
  return own(tree, filling);
}

const own = (tree: object, filling: Filling): unknown =>
  Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [
      key,
      key === 'span' || key === 'operatorSpan' ? filling.span : filled(value, filling),
    ]),
  );
