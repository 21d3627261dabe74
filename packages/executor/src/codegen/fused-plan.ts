import {
  isReference,
  type Literal,
  type LiteralValue,
  type ScalarImplementation,
  type Span,
  type SqlType,
  typeName,
  unreachable,
} from '@windrow/core';

/** What generated code computes per row: a directed acyclic graph, equal subtrees being one node. */
export type FusedNode = FusedInput | FusedLiteral | FusedCall | FusedConditional;

interface FusedNodeBase {
  /** Position in the plan's list of nodes. */
  readonly id: number;
  readonly type: SqlType;
  /** Can evaluating it fail? */
  readonly raises: boolean;
  /**
   * Its value may be computed whatever lies under a NULL, and it is valid exactly where all inputs below
   * it are. Validity then need not be followed row by row.
   */
  readonly strict: boolean;
  /** Rough number of instructions. */
  readonly cost: number;
}

/** A column or an intermediate vector; `input` is a position in the plan's inputs. */
export interface FusedInput extends FusedNodeBase {
  readonly kind: 'input';
  readonly input: number;
}

/** A constant, passed through the argument block so that its value is not part of the code. */
export interface FusedLiteral extends FusedNodeBase {
  readonly kind: 'literal';
  readonly literal: number;
  readonly isNull: boolean;
}

export interface FusedCall extends FusedNodeBase {
  readonly kind: 'call';
  readonly emit: Extract<ScalarImplementation, { kind: 'emit' }>['emit'];
  readonly handlesNulls: boolean;
  readonly returnsNull: boolean;
  /** Can the call itself fail, its arguments aside? */
  readonly callRaises: boolean;
  readonly args: readonly FusedNode[];
  readonly span: Span | undefined;
}

export interface FusedConditional extends FusedNodeBase {
  readonly kind: 'conditional';
  readonly operator: 'and' | 'or' | 'case' | 'coalesce';
  readonly operands: readonly FusedNode[];
}

/** A call's part in the plan; `name` identifies the implementation among all of one registry. */
export interface FusedCallDescription {
  readonly name: string;
  readonly emit: FusedCall['emit'];
  readonly handlesNulls: boolean;
  readonly returnsNull: boolean;
  readonly raises: boolean;
  /** Computed anew for each reference, even by equal calls. */
  readonly isVolatile: boolean;
  readonly type: SqlType;
  readonly span: Span | undefined;
}

/** An input of a loop; `register` is what the planner knows it by. */
export interface PlanInput {
  readonly register: number;
  readonly type: SqlType;
}

/** Without its own numbering; what is added last. */
type Unnumbered<T> = T extends FusedNode ? Omit<T, 'id'> : never;

const sum = (nodes: readonly FusedNode[]): number =>
  nodes.reduce((total, node) => total + node.cost, 0);

/** Above this, computing something that may not be needed costs more than a branch. */
const REFERENCE_CALL_COST = 40;

/**
 * Collects the nodes of one loop, its inputs and literals. Nodes are numbered as they are made, which
 * is a function of the shape; so code cached by shape can name nodes by number.
 */
export class FusedPlan {
  readonly nodes: FusedNode[] = [];
  readonly inputs: PlanInput[] = [];
  readonly literals: Literal[] = [];
  readonly #known = new Map<string, FusedNode>();
  readonly #shapes: string[] = [];

  /** Equal registers are one input. */
  input(register: number, type: SqlType): FusedNode {
    return this.#add(`r${register}`, `i:${typeName(type)}`, () => {
      const input = this.inputs.push({ register, type }) - 1;
      return { kind: 'input', input, type, raises: false, strict: true, cost: 1 };
    });
  }

  literal(literal: Literal): FusedNode {
    const { type } = literal;
    const isNull = literal.value === null;
    const shape = `${isNull ? 'n' : 'l'}:${typeName(type)}`;
    return this.#add(`${shape}=${literalKey(literal.value)}`, shape, () => {
      const slot = this.literals.push(literal) - 1;
      const base = { type, raises: false, strict: !isNull, cost: 0 };
      return { kind: 'literal', literal: slot, isNull, ...base };
    });
  }

  call(description: FusedCallDescription, args: readonly FusedNode[]): FusedNode {
    const { name, emit, handlesNulls, returnsNull, type, span } = description;
    const callRaises = description.raises;
    const flags = `${handlesNulls ? 'h' : ''}${returnsNull ? 'n' : ''}${callRaises ? '!' : ''}`;
    const shape = `${name}${flags}(${args.map((arg) => arg.id).join()}):${typeName(type)}`;
    const key = description.isVolatile ? `${shape}#${this.nodes.length}` : shape;
    return this.#add(key, shape, () => {
      const readsReference = args.some((arg) => isReference(arg.type));
      return {
        kind: 'call',
        emit,
        handlesNulls,
        returnsNull,
        callRaises,
        args,
        span,
        type,
        raises: callRaises || args.some((arg) => arg.raises),
        strict: !(handlesNulls || returnsNull || callRaises) && args.every((arg) => arg.strict),
        cost: 1 + sum(args) + (readsReference && !handlesNulls ? REFERENCE_CALL_COST : 0),
      };
    });
  }

  conditional(
    operator: FusedConditional['operator'],
    operands: readonly FusedNode[],
    type: SqlType,
  ): FusedNode {
    const shape = `${operator}(${operands.map((operand) => operand.id).join()}):${typeName(type)}`;
    return this.#add(shape, shape, () => {
      const raises = operands.some((operand) => operand.raises);
      const cost = operands.length + sum(operands);
      return { kind: 'conditional', operator, operands, type, raises, strict: false, cost };
    });
  }

  /** The structure of all nodes so far, literals' values left out. */
  get shape(): string {
    return this.#shapes.join(';');
  }

  #add(key: string, shape: string, make: () => Unnumbered<FusedNode>): FusedNode {
    let node = this.#known.get(key);
    if (node === undefined) {
      node = { ...make(), id: this.nodes.length } as FusedNode;
      this.nodes.push(node);
      this.#shapes.push(shape);
      this.#known.set(key, node);
    }
    return node;
  }
}

/** Equal for equal values of one type, −0 and NaN told apart. */
export function literalKey(value: LiteralValue): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    return part instanceof Uint8Array ? Array.from(part) : part;
  });
}

/** Computing a value of at most this cost is cheaper than jumping over it. */
export const EAGER_COST = 16;

/** May it be computed for rows that do not need it? */
export const isEager = (node: FusedNode): boolean => !node.raises && node.cost <= EAGER_COST;

/** For each node of a plan, by its number: can it be NULL, given which inputs can? */
export function nullableNodes(
  nodes: readonly FusedNode[],
  inputIsNullable: (input: number) => boolean,
): readonly boolean[] {
  const nullable: boolean[] = [];
  const isNullable = (node: FusedNode): boolean => nullable[node.id] === true;
  // Operands have smaller numbers than what they are operands of.
  for (const node of nodes) nullable.push(nodeIsNullable(node, isNullable, inputIsNullable));
  return nullable;
}

function nodeIsNullable(
  node: FusedNode,
  isNullable: (operand: FusedNode) => boolean,
  inputIsNullable: (input: number) => boolean,
): boolean {
  switch (node.kind) {
    case 'input':
      return inputIsNullable(node.input);
    case 'literal':
      return node.isNull;
    case 'call':
      return node.returnsNull || (!node.handlesNulls && node.args.some(isNullable));
    case 'conditional':
      switch (node.operator) {
        case 'and':
        case 'or':
          return node.operands.some(isNullable);
        case 'case':
          return branchesOf(node.operands).some(isNullable);
        case 'coalesce':
          return node.operands.every(isNullable);
        default:
          return unreachable(node.operator);
      }
    default:
      return unreachable(node);
  }
}

/** The results among the operands of a CASE, the else last. */
export const branchesOf = <T>(operands: readonly T[]): T[] =>
  operands.filter((_, i) => i % 2 === 1 || i === operands.length - 1);

/** Positions of the inputs that a node reads. */
export function inputsOf(node: FusedNode, into: Set<number> = new Set()): Set<number> {
  switch (node.kind) {
    case 'input':
      into.add(node.input);
      break;
    case 'literal':
      break;
    case 'call':
      for (const arg of node.args) inputsOf(arg, into);
      break;
    case 'conditional':
      for (const operand of node.operands) inputsOf(operand, into);
      break;
  }
  return into;
}
