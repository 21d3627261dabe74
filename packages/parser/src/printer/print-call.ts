import type { Argument, Expression } from '../ast/expression.ts';
import type { AstNode } from '../ast/node.ts';
import { takesLambda } from '../grammar/lambda.ts';
import { Precedence } from '../grammar/precedence.ts';
import { type Printer, type PrintRules, words } from './printer.ts';

type Printed = Extract<
  AstNode,
  {
    kind:
      | 'call'
      | 'argument'
      | 'columns'
      | 'star'
      | 'starFilter'
      | 'starRename'
      | 'starReplacement'
      | 'lambda'
      | 'list'
      | 'struct'
      | 'structField'
      | 'map'
      | 'mapEntry'
      | 'row'
      | 'listComprehension'
      | 'index'
      | 'slice'
      | 'fieldAccess'
      | 'jsonPath'
      | 'jsonKey'
      | 'jsonIndex'
      | 'jsonWildcard'
      | 'caseBranch'
      | 'intervalPart';
  }
>;

/** Print rules for calls, stars, collections and what reaches into them. */
export const CALL_RULES: PrintRules<Printed> = {
  call: (node, printer) => {
    const inside = words(
      node.distinct && 'DISTINCT',
      node.arguments
        .map((argument, position) => {
          const mayBeLambda = argument.name !== null || takesLambda(node.name, position);
          return printArgument(argument, mayBeLambda, printer);
        })
        .join(', '),
      printer.clause('ORDER BY', node.orderBy),
    );
    const name = printer.print(node.name);
    return words(
      `${name}(${inside})`,
      node.withinGroup.length > 0 && `WITHIN GROUP (ORDER BY ${printer.list(node.withinGroup)})`,
      node.filter !== null && `FILTER (WHERE ${printer.print(node.filter)})`,
      node.fromLast && 'FROM LAST',
      node.nullTreatment !== null && `${node.nullTreatment.toUpperCase()} NULLS`,
      printer.optional('OVER', node.over),
    );
  },
  argument: (node, printer) => printArgument(node, true, printer),
  columns: ({ of, selector, spliced }, printer) =>
    `${spliced ? '*' : ''}${of === null ? '' : `${printer.print(of)}.`}COLUMNS(${argumentValue(selector, true, printer)})`,
  star: ({ of, exclude, replace, rename, like }, printer) =>
    words(
      of === null ? '*' : `${starBase(of, printer)}.*`,
      exclude.length > 0 && `EXCLUDE (${printer.list(exclude)})`,
      replace.length > 0 && `REPLACE (${printer.list(replace)})`,
      rename.length > 0 && `RENAME (${printer.list(rename)})`,
      like !== null && printer.print(like),
    ),
  starReplacement: ({ expression, name }, printer) =>
    `${printer.print(expression)} AS ${name.parts.map((part) => printer.label(part)).join('.')}`,
  starRename: ({ from, to }, printer) => `${printer.print(from)} AS ${printer.label(to)}`,
  starFilter: ({ operator, negated, pattern, escape: escapeWith }, printer) => {
    const operand = (node: Expression): string =>
      apartFromCall(printer.operand(node, Precedence.pattern));
    return words(
      negated && 'NOT',
      operator === 'similar' ? 'SIMILAR TO' : operator.toUpperCase(),
      operand(pattern),
      escapeWith !== null && `ESCAPE ${operand(escapeWith)}`,
    );
  },
  lambda: ({ parameters, body }, printer) =>
    `lambda ${printer.names(parameters)}: ${printer.print(body)}`,

  list: ({ items }, printer) => `[${printer.list(items)}]`,
  struct: ({ fields }, printer) => `{${printer.list(fields)}}`,
  structField: ({ name, value }, printer) => {
    const key = name.quoted ? printer.string(name.name) : printer.label(name);
    return `${key}: ${printer.print(value)}`;
  },
  map: ({ entries }, printer) => `MAP {${printer.list(entries)}}`,
  mapEntry: ({ key, value }, printer) => `${printer.print(key)}: ${printer.print(value)}`,
  row: ({ items }, printer) => `ROW(${printer.list(items)})`,
  listComprehension: ({ element, variables, source, filter }, printer) =>
    `[${words(
      printer.print(element),
      `FOR ${printer.names(variables)}`,
      `IN ${printer.print(source)}`,
      printer.optional('IF', filter),
    )}]`,

  index: ({ base, index }, printer) => `${postfixBase(base, printer)}[${printer.print(index)}]`,
  slice: ({ base, lower, upper, step }, printer) => {
    const bound = (node: Expression | null): string => (node === null ? '' : printer.print(node));
    const upperText = upper === null && step !== null ? '-' : bound(upper);
    const stepText = step === null ? '' : `:${printer.print(step)}`;
    return `${postfixBase(base, printer)}[${bound(lower)}:${upperText}${stepText}]`;
  },
  fieldAccess: ({ base, field }, printer) => {
    const isName = base.kind === 'columnReference';
    const text = isName ? `(${printer.print(base)})` : postfixBase(base, printer);
    return `${text}.${printer.label(field)}`;
  },
  // The parentheses keep the colon apart from those of slices, keys and aliases.
  jsonPath: ({ base, steps }, printer) => {
    const path = steps.map((step) => printer.print(step)).join('');
    const isBracket = path.startsWith('[');
    return `(${postfixBase(base, printer)}:${isBracket ? path : path.slice(1)})`;
  },
  jsonKey: ({ name }, printer) => {
    const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
    return isPlain ? `.${name}` : `[${printer.string(name)}]`;
  },
  jsonIndex: ({ index }, printer) => `[${printer.print(index)}]`,
  jsonWildcard: () => '[*]',

  caseBranch: ({ when, then }, printer) =>
    `WHEN ${printer.print(when)} THEN ${printer.print(then)}`,
  intervalPart: ({ value, unit, to }, printer) => {
    const isPlain = value.kind === 'stringLiteral' || value.kind === 'numberLiteral';
    return words(
      isPlain ? printer.print(value) : `(${printer.print(value)})`,
      unit?.toUpperCase() ?? null,
      to !== null && `TO ${to.toUpperCase()}`,
    );
  },
};

function printArgument({ name, value }: Argument, mayBeLambda: boolean, printer: Printer): string {
  const text = argumentValue(value, mayBeLambda, printer);
  return words(name !== null && `${printer.label(name)} :=`, text);
}

/** Where a lambda may stand, `a -> b` needs parentheses to be the JSON operator. */
function argumentValue(value: Expression, mayBeLambda: boolean, printer: Printer): string {
  const text = printer.print(value);
  if (mayBeLambda && beginsWithArrow(value)) return `(${text})`;
  return value.kind === 'star' ? text : apartFromCall(text);
}

/** At the end of an argument IGNORE NULLS would be taken for the enclosing call's. */
export function apartFromCall(text: string): string {
  return /(?:IGNORE|RESPECT) NULLS$/.test(text) ? `(${text})` : text;
}

function beginsWithArrow(node: Expression): boolean {
  if (node.kind === 'binary') {
    const { left, operator } = node;
    const isName = left.kind === 'columnReference' && left.path.length === 1;
    return isName ? operator === '->' : beginsWithArrow(left);
  }
  switch (node.kind) {
    case 'logical':
      return beginsWithArrow(node.operands[0]!);
    case 'distinctFrom':
      return beginsWithArrow(node.left);
    case 'truthTest':
    case 'between':
    case 'inList':
    case 'inSubquery':
    case 'inCollection':
    case 'like':
    case 'quantifiedSubquery':
    case 'quantifiedList':
      return beginsWithArrow(node.operand);
    default:
      return false;
  }
}

function postfixBase(base: Expression, printer: Printer): string {
  const text = printer.operand(base, Precedence.postfix - 1);
  // array[1] is a list of one element.
  return /^array$/i.test(text) ? `(${text})` : text;
}

function starBase(of: Expression, printer: Printer): string {
  return of.kind === 'columnReference' ? printer.print(of) : postfixBase(of, printer);
}
