import fc from 'fast-check';
import { loadModule, parseSync } from 'libpg-query';
import { beforeAll, expect, test } from 'vitest';
import type { Expression } from './ast/expression.ts';
import type { BinaryOperator } from './ast/operator.ts';
import { parseExpression } from './parse.ts';

// PostgreSQL's own parser as oracle: random chains of the operators whose precedence both have must
// group the same way. Not among them: unary `~` (looser there), `!`, `//`, `**`, and COLLATE or AT TIME
// ZONE behind a sign (tighter than the sign here, looser there).

beforeAll(loadModule);

// --- Generation ----------------------------------------------------------------------------------

const BINARY_OPERATORS = [
  'or',
  'and',
  '=',
  '<>',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'is distinct from',
  'is not distinct from',
  'like',
  'not like',
  'ilike',
  'not ilike',
  'similar to',
  '||',
  '->',
  '->>',
  '<<',
  '>>',
  '&',
  '|',
  '@>',
  '<@',
  '&&',
  '~',
  '~*',
  '!~',
  '!~*',
  '^@',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
];

const TESTS = [
  'is null',
  'is not null',
  'isnull',
  'notnull',
  'is true',
  'is not true',
  'is false',
  'is unknown',
  'is not unknown',
];

const atom = fc.constantFrom(
  'a',
  'b',
  'c',
  't.x',
  '1',
  '23',
  '4.5',
  "'s'",
  'null',
  'true',
  'a[1]',
  'f(a, b)',
);
const arithmetic = fc
  .array(fc.tuple(fc.constantFrom('+', '-', '*', '||'), atom), { maxLength: 2 })
  .chain((rest) => atom.map((first) => [first, ...rest.flat()].join(' ')));

const { chain } = fc.letrec<{ chain: string; term: string; primary: string; step: string }>(
  (tie) => ({
    primary: fc.oneof(
      { weight: 6, arbitrary: atom },
      { weight: 2, arbitrary: tie('chain').map((inner) => `( ${inner} )`) },
      fc.tuple(tie('chain'), tie('chain')).map(([x, y]) => `case when ${x} then ${y} else 0 end`),
      tie('chain').map((inner) => `cast( ${inner} as int )`),
      fc.tuple(tie('chain'), tie('chain')).map(([x, y]) => `g( ${x} , ${y} )`),
    ),
    term: fc.oneof(
      { weight: 5, arbitrary: tie('primary') },
      fc
        .tuple(fc.constantFrom('-', '+', 'not', '- -', 'not not'), tie('primary'))
        .map((p) => p.join(' ')),
      fc
        .tuple(tie('primary'), fc.constantFrom('::int', '::text', '::int::text'))
        .map((p) => p.join(' ')),
      fc
        .tuple(tie('primary'), fc.constantFrom('collate "c"', "at time zone 'z'"))
        .map((p) => p.join(' ')),
    ),
    step: fc.oneof(
      {
        weight: 8,
        arbitrary: fc
          .tuple(fc.constantFrom(...BINARY_OPERATORS), tie('term'))
          .map((p) => p.join(' ')),
      },
      fc.constantFrom(...TESTS),
      fc
        .tuple(fc.constantFrom('between', 'not between'), arithmetic, arithmetic)
        .map(([word, low, high]) => `${word} ${low} and ${high}`),
      fc
        .tuple(fc.constantFrom('in', 'not in'), tie('chain'), atom)
        .map(([word, x, y]) => `${word} ( ${x} , ${y} )`),
      tie('term').map((pattern) => `like ${pattern} escape 'e'`),
    ),
    chain: fc
      .tuple(tie('term'), fc.array(tie('step'), { maxLength: 5 }))
      .map(([first, rest]) => [first, ...rest].join(' ')),
  }),
);

// --- Our tree as text ----------------------------------------------------------------------------

const BINARY_NAMES: Partial<Record<BinaryOperator, string>> = { power: '^' };

function ours(node: Expression): string {
  switch (node.kind) {
    case 'nullLiteral':
      return 'null';
    case 'booleanLiteral':
      return String(node.value);
    case 'numberLiteral':
      return node.text;
    case 'stringLiteral':
      return `'${node.value}'`;
    case 'columnReference':
      return node.path.map(({ name }) => name).join('.');
    case 'unary': {
      const operand = ours(node.operand);
      // PostgreSQL folds the sign into a number.
      if (node.operator === '-' && /^-?[\d.]+$/.test(operand))
        return operand.startsWith('-') ? operand.slice(1) : `-${operand}`;
      return `(${node.operator} ${operand})`;
    }
    case 'binary':
      return `(${BINARY_NAMES[node.operator] ?? node.operator} ${ours(node.left)} ${ours(node.right)})`;
    case 'logical': {
      // PostgreSQL flattens a chain on the left through parentheses too.
      const [first, ...rest] = node.operands;
      const head =
        first?.kind === 'logical' && first.operator === node.operator
          ? ours(first).slice(1, -1)
          : `${node.operator} ${ours(first!)}`;
      return `(${[head, ...rest.map(ours)].join(' ')})`;
    }
    case 'distinctFrom':
      return `(${node.negated ? 'not-distinct' : 'distinct'} ${ours(node.left)} ${ours(node.right)})`;
    case 'truthTest':
      return `(is-${node.negated ? 'not-' : ''}${node.test} ${ours(node.operand)})`;
    case 'between':
      return `(${node.negated ? 'not-' : ''}between ${[node.operand, node.low, node.high].map(ours).join(' ')})`;
    case 'inList':
      return `(${node.negated ? 'not-' : ''}in ${[node.operand, ...node.items].map(ours).join(' ')})`;
    case 'like': {
      const operands = [
        node.operand,
        node.patterns[0],
        ...(node.escape === null ? [] : [node.escape]),
      ];
      return `(${node.negated ? 'not-' : ''}${node.operator} ${operands.map(ours).join(' ')})`;
    }
    case 'case': {
      const branches = node.branches.flatMap(({ when, then }) => [when, then]);
      return `(case ${[...branches, node.otherwise!].map(ours).join(' ')})`;
    }
    case 'cast': {
      const name = node.type.kind === 'namedType' ? node.type.name.parts[0].name : '?';
      return `(cast ${ours(node.operand)} ${name})`;
    }
    case 'call':
      return `(call ${node.name.parts[0].name} ${node.arguments.map(({ value }) => ours(value)).join(' ')})`;
    case 'index':
      return `(index ${ours(node.base)} ${ours(node.index)})`;
    case 'collate':
      return `(collate ${ours(node.operand)})`;
    case 'atTimeZone':
      return `(timezone ${ours(node.zone)} ${ours(node.operand)})`;
    default:
      throw new Error(`unexpected node ${node.kind}`);
  }
}

// --- PostgreSQL's tree as text -------------------------------------------------------------------

interface PgNode {
  readonly [key: string]: unknown;
}

function theirs(node: unknown): string {
  const [kind, fields] = Object.entries(node as Record<string, PgNode>)[0]!;
  const list = (value: unknown): string[] => ((value as PgNode[] | undefined) ?? []).map(theirs);
  switch (kind) {
    case 'A_Const':
      return constant(fields);
    case 'ColumnRef':
      return names(fields['fields']).join('.');
    case 'BoolExpr': {
      const operator = String(fields['boolop']).replace('_EXPR', '').toLowerCase();
      return `(${operator} ${list(fields['args']).join(' ')})`;
    }
    case 'NullTest':
      return `(is-${fields['nulltesttype'] === 'IS_NULL' ? '' : 'not-'}null ${theirs(fields['arg'])})`;
    case 'BooleanTest': {
      const test = String(fields['booltesttype']).toLowerCase().replaceAll('_', '-');
      return `(${test} ${theirs(fields['arg'])})`;
    }
    case 'A_Expr':
      return operator(fields);
    case 'CaseExpr': {
      const branches = (fields['args'] as PgNode[]).flatMap((when) => {
        const { expr, result } = when['CaseWhen'] as PgNode;
        return [theirs(expr), theirs(result)];
      });
      return `(case ${[...branches, theirs(fields['defresult'])].join(' ')})`;
    }
    case 'TypeCast': {
      const name = names((fields['typeName'] as PgNode)['names']).at(-1);
      return `(cast ${theirs(fields['arg'])} ${name === 'int4' ? 'int' : name})`;
    }
    case 'FuncCall': {
      const name = names(fields['funcname']).at(-1);
      const values = list(fields['args']).join(' ');
      return name === 'timezone' ? `(timezone ${values})` : `(call ${name} ${values})`;
    }
    case 'A_Indirection': {
      const [index] = fields['indirection'] as PgNode[];
      return `(index ${theirs(fields['arg'])} ${theirs((index!['A_Indices'] as PgNode)['uidx'])})`;
    }
    case 'CollateClause':
      return `(collate ${theirs(fields['arg'])})`;
    default:
      throw new Error(`unexpected node ${kind}`);
  }
}

function names(list: unknown): string[] {
  return (list as { String: { sval: string } }[]).map((entry) => entry.String.sval);
}

function constant(fields: PgNode): string {
  if (fields['isnull'] === true) return 'null';
  if ('boolval' in fields) return String((fields['boolval'] as PgNode)['boolval'] ?? false);
  if ('sval' in fields) return `'${(fields['sval'] as PgNode)['sval'] ?? ''}'`;
  if ('fval' in fields) return String((fields['fval'] as PgNode)['fval']);
  return String((fields['ival'] as PgNode)['ival'] ?? 0);
}

function operator(fields: PgNode): string {
  const kind = String(fields['kind']).replace('AEXPR_', '');
  const [name] = names(fields['name']);
  const right = fields['rexpr'];
  const items = (): string =>
    (right as { List: { items: unknown[] } }).List.items.map(theirs).join(' ');
  if (fields['lexpr'] === undefined) return `(${name} ${theirs(right)})`;
  const left = theirs(fields['lexpr']);
  const negation = String(name).startsWith('!') || name === '<>' ? 'not-' : '';
  switch (kind) {
    case 'OP':
      return `(${name} ${left} ${theirs(right)})`;
    case 'DISTINCT':
      return `(distinct ${left} ${theirs(right)})`;
    case 'NOT_DISTINCT':
      return `(not-distinct ${left} ${theirs(right)})`;
    case 'IN':
      return `(${negation}in ${left} ${items()})`;
    case 'BETWEEN':
      return `(between ${left} ${items()})`;
    case 'NOT_BETWEEN':
      return `(not-between ${left} ${items()})`;
    case 'LIKE':
    case 'ILIKE':
    case 'SIMILAR':
      return `(${negation}${kind.toLowerCase()} ${left} ${pattern(right)})`;
    default:
      throw new Error(`unexpected operator ${kind}`);
  }
}

const ESCAPES: ReadonlySet<string> = new Set(['like_escape', 'similar_to_escape']);

/** `like_escape(pattern, e)` and `similar_to_escape(pattern)` stand for a pattern and its escape. */
function pattern(node: unknown): string {
  const called = (node as { FuncCall?: PgNode }).FuncCall;
  const isEscape = called !== undefined && ESCAPES.has(names(called['funcname']).at(-1)!);
  return isEscape ? (called['args'] as PgNode[]).map(theirs).join(' ') : theirs(node);
}

function parsedByPostgres(text: string): string | null {
  try {
    const { stmts } = parseSync(`select ${text}`) as { stmts: PgNode[] };
    const statement = stmts[0]!['stmt'] as {
      SelectStmt: { targetList: { ResTarget: { val: unknown } }[] };
    };
    return theirs(statement.SelectStmt.targetList[0]!.ResTarget.val);
  } catch (error) {
    // Not every chain is PostgreSQL's: comparisons, for one, do not chain there.
    if (error instanceof Error && error.message.includes('syntax error')) return null;
    throw error;
  }
}

test('10,000 random expressions group as in PostgreSQL', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(chain, (text) => {
      const wanted = parsedByPostgres(text);
      fc.pre(wanted !== null);
      expect(ours(parseExpression(text))).toBe(wanted);
    }),
    { numRuns: 10_000 },
  );
});
