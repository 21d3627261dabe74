import {
  type Address,
  type EvalContext,
  isValidAt,
  type LiteralValue,
  type PhysicalType,
  physicalType,
  type ResultVector,
  readText,
  readValue,
  type ScalarFunction,
  type SharedMemory,
  SqlError,
  type SqlType,
  setValidAt,
  textBytes,
  typeName,
  type VectorEvaluate,
  writeText,
  writeValue,
} from '@windrow/core';
import { literalOf, rowValue, type Value } from './values.ts';

/** How a scalar user function is called and what it returns. */
export interface ScalarFunctionOptions {
  /** SQL type names of the arguments. */
  readonly args: readonly string[];
  readonly returns: string;
  /** row: called with one value per argument; vector: with one array per argument. Default 'row'. */
  readonly mode?: 'row' | 'vector';
  /** skip (default): a NULL argument gives NULL without a call; pass: the function sees null. */
  readonly nulls?: 'skip' | 'pass';
  /** false: called once per row, never folded. Default true. */
  readonly deterministic?: boolean;
}

/** A plain function; its arguments are what {@link Value} says for the declared types. */
// biome-ignore lint/suspicious/noExplicitAny: the argument types are declared in SQL, not in TypeScript
export type UserFunction = (...args: any[]) => unknown;

/** Name and types of a user function. */
export interface UserSignature {
  readonly name: string;
  readonly args: readonly SqlType[];
  readonly returns: SqlType;
}

/** What the registry needs besides the caller's options. */
export interface UserFunctionSpec extends UserSignature {
  readonly options: ScalarFunctionOptions;
}

type Argument = Parameters<VectorEvaluate>[1][number];

/** The definition under which the engine calls a user function. It runs on the main thread. */
export function userFunction(spec: UserFunctionSpec, apply: UserFunction): ScalarFunction {
  const { name, args, returns, options } = spec;
  const call = guarded(name, apply);
  const evaluate = options.mode === 'vector' ? vectorLoop(spec, call) : rowLoop(spec, call);
  return {
    kind: 'scalar',
    name,
    aliases: [],
    category: 'user',
    doc: {
      summary: `User function of (${args.map(typeName).join(', ')}) returning ${typeName(returns)}.`,
      examples: [],
      source: 'registered by the program',
    },
    volatility: options.deterministic === false ? 'volatile' : 'immutable',
    nulls: options.nulls === 'pass' ? 'handles' : 'propagate',
    overloads: [
      {
        signature: { args, returns },
        implementation: { kind: 'js', evaluate, mainThreadOnly: true },
        raises: true,
      },
    ],
  };
}

/** What the function throws becomes 38000, with the cause. */
export function guarded(name: string, apply: UserFunction): UserFunction {
  return (...args) => {
    try {
      return apply(...args);
    } catch (cause) {
      throw userError(name, cause);
    }
  };
}

function userError(name: string, cause: unknown): SqlError {
  if (cause instanceof SqlError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SqlError('execution', `user function "${name}" failed: ${reason}`, {
    sqlState: '38000',
    cause,
  });
}

/** How one value of a physical type is read and written in the source of a generated loop. */
const ACCESS: Partial<Record<PhysicalType, { view: string; shift: number }>> = {
  i8: { view: 'i8', shift: 0 },
  u8: { view: 'u8', shift: 0 },
  i16: { view: 'i16', shift: 1 },
  u16: { view: 'u16', shift: 1 },
  i32: { view: 'i32', shift: 2 },
  u32: { view: 'u32', shift: 2 },
  f32: { view: 'f32', shift: 2 },
  f64: { view: 'f64', shift: 3 },
  i64: { view: 'i64', shift: 3 },
  u64: { view: 'u64', shift: 3 },
};

/** Types whose JavaScript value is the number in the vector. */
const isPlain = (type: SqlType): boolean =>
  type.kind !== 'date' &&
  type.kind !== 'time' &&
  type.kind !== 'timestamp' &&
  type.kind !== 'decimal' &&
  type.kind !== 'enum' &&
  type.kind !== 'null' &&
  ACCESS[physicalType(type)] !== undefined;

/** Everything the source of a row loop may name. */
export interface LoopTools {
  readonly readText: (address: number, bytes: number) => string;
  readonly readOther: (type: SqlType, address: Address) => Value;
  readonly writeOther: (type: SqlType, value: unknown, address: Address) => void;
  readonly isValid: (validity: Address, row: number) => boolean;
  readonly setNull: (validity: Address, row: number) => void;
}

type RowLoop = (
  memory: SharedMemory,
  apply: UserFunction,
  tools: LoopTools,
  types: readonly SqlType[],
  values: readonly Address[],
  validities: readonly Address[],
  result: ResultVector,
) => void;

/**
 * A loop compiled for this function alone: a loop shared between functions turns megamorphic and takes
 * 2.5 times as long. Constant arguments are read with stride 0.
 */
function rowLoop(spec: UserFunctionSpec, apply: UserFunction): VectorEvaluate {
  const loops = new Map<string, RowLoop>();
  return (context, args, result) => {
    const shape = args.map((arg) => (arg.kind === 'constant' ? 'c' : 'f')).join('');
    let loop = loops.get(shape);
    if (loop === undefined) {
      loop = compileRowLoop(spec, args);
      loops.set(shape, loop);
    }
    const validities = args.map((arg) => (arg.kind === 'flat' ? arg.validity : 0));
    const addresses = args.map((arg) => arg.values);
    loop(context.memory, apply, toolsOf(spec, context), spec.args, addresses, validities, result);
  };
}

function compileRowLoop(spec: UserFunctionSpec, args: readonly Argument[]): RowLoop {
  const passesNulls = spec.options.nulls === 'pass';
  const lines = [
    'const { u8, i8, u16, i16, i32, u32, f32, f64, i64, u64 } = memory;',
    'const { length, values: out, validity: outValidity } = result;',
  ];
  spec.args.forEach((_, k) => {
    lines.push(`const v${k} = values[${k}], n${k} = validities[${k}], t${k} = types[${k}];`);
  });
  lines.push('for (let row = 0; row < length; row++) {');
  if (!passesNulls) {
    lines.push('  if (((u8[outValidity + (row >>> 3)] >>> (row & 7)) & 1) === 0) continue;');
  }
  const names = spec.args.map((type, k) => {
    const arg = args[k];
    const row = arg?.kind === 'constant' ? '0' : 'row';
    const read = readSource(type, k, row);
    if (!passesNulls) return read;
    if (arg?.kind === 'constant') return arg.isNull ? 'null' : read;
    return `(n${k} !== 0 && !tools.isValid(n${k}, row) ? null : ${read})`;
  });
  lines.push(`  const value = apply(${names.join(', ')});`);
  lines.push(
    '  if (value === null || value === undefined) { tools.setNull(outValidity, row); continue; }',
  );
  lines.push(`  ${writeSource(spec.returns)}`);
  lines.push('}');
  const parameters = ['memory', 'apply', 'tools', 'types', 'values', 'validities', 'result'];
  return new Function(...parameters, lines.join('\n')) as RowLoop;
}

/** Source that reads row `row` of argument `k` from its values `v<k>`. */
export function readSource(type: SqlType, k: number, row: string): string {
  const physical = physicalType(type);
  if (physical === 'bool') return `(u8[v${k} + ${row}] !== 0)`;
  if (type.kind === 'varchar') {
    return `tools.readText(u32[(v${k} >>> 2) + 2 * ${row}], u32[(v${k} >>> 2) + 2 * ${row} + 1])`;
  }
  const access = ACCESS[physical];
  if (access !== undefined && isPlain(type)) {
    return `${access.view}[(v${k} >>> ${access.shift}) + ${row}]`;
  }
  return `tools.readOther(t${k}, v${k} + ${row} * ${widthOf(physical)})`;
}

/** Source that writes `value` to row `row` of the result's values `out`. */
export function writeSource(type: SqlType): string {
  const physical = physicalType(type);
  if (physical === 'bool') return 'u8[out + row] = value ? 1 : 0;';
  const other = `tools.writeOther(result.type, value, out + row * ${widthOf(physical)});`;
  if (physical === 'f64' || physical === 'f32') {
    const { view, shift } = ACCESS[physical] ?? { view: 'f64', shift: 3 };
    return `if (typeof value === 'number') ${view}[(out >>> ${shift}) + row] = value; else ${other}`;
  }
  if (physical === 'i32' && type.kind === 'int32') {
    return `if ((value | 0) === value) i32[(out >>> 2) + row] = value; else ${other}`;
  }
  return other;
}

const WIDE: readonly PhysicalType[] = ['i128', 'interval', 'uuid'];

const widthOf = (physical: PhysicalType): number => {
  if (physical === 'bool') return 1;
  if (physical === 'ref') return 8;
  return WIDE.includes(physical) ? 16 : 1 << (ACCESS[physical]?.shift ?? 3);
};

/** What the source of a loop cannot do inline. */
export function toolsOf(spec: UserSignature, context: EvalContext): LoopTools {
  const { memory, arena } = context;
  return {
    readText: (address, bytes) => readText(memory, address, bytes),
    readOther: (type, address) => rowValue(readValue(memory, type, address), type, {}),
    writeOther: (type, value, address) => {
      if (type.kind === 'varchar' && typeof value === 'string') {
        const bytes = textBytes(value);
        const text = arena.allocate(bytes);
        writeText(memory, text, value, bytes);
        memory.u32[address >>> 2] = text;
        memory.u32[(address >>> 2) + 1] = bytes;
        return;
      }
      writeValue(arena, type, returnedLiteral(spec, value), address);
    },
    isValid: (validity, row) => isValidAt(memory, validity, row),
    setNull: (validity, row) => setValidAt(memory, validity, row, false),
  };
}

/** The returned value as a literal of the declared type. @throws SqlError 42804 when it does not fit. */
export function returnedLiteral(spec: UserSignature, value: unknown): LiteralValue {
  const { name, returns } = spec;
  const misfit = (): SqlError =>
    new SqlError(
      'type',
      `user function "${name}" returned ${describe(value)}, declared as ${typeName(returns)}`,
      {
        sqlState: '42804',
      },
    );
  switch (returns.kind) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'int64':
    case 'uint64':
    case 'hugeint':
      return integerWithin(returns, value, misfit);
    case 'decimal':
      return scaled(value, returns.scale, misfit);
    case 'date':
      if (value instanceof Date) return Math.floor(value.getTime() / 86_400_000);
      throw misfit();
    case 'timestamp':
      if (value instanceof Date) return BigInt(value.getTime()) * 1000n;
      throw misfit();
    case 'float32':
    case 'float64':
      if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
      throw misfit();
    default: {
      const literal = literalOf(value as Value, `user function "${name}"`);
      if (literal.type.kind === returns.kind) return literal.value;
      throw misfit();
    }
  }
}

const INTEGER_BITS: Partial<Record<SqlType['kind'], bigint>> = {
  int8: 8n,
  uint8: 8n,
  int16: 16n,
  uint16: 16n,
  int32: 32n,
  uint32: 32n,
  int64: 64n,
  uint64: 64n,
  hugeint: 128n,
};

function integerWithin(type: SqlType, value: unknown, misfit: () => SqlError): bigint {
  const isWhole =
    typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  if (!isWhole) throw misfit();
  const integer = BigInt(value);
  const bits = INTEGER_BITS[type.kind] ?? 64n;
  const isUnsigned = type.kind.startsWith('u');
  const low = isUnsigned ? 0n : -(1n << (bits - 1n));
  const high = isUnsigned ? 1n << bits : 1n << (bits - 1n);
  if (integer < low || integer >= high) throw misfit();
  return integer;
}

/** Unscaled digits of a decimal given as text, number or bigint; more digits than the scale do not fit. */
function scaled(value: unknown, scale: number, misfit: () => SqlError): bigint {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(String(value));
  const [, sign = '', whole = '', fraction = ''] = match ?? [];
  if (match === null || fraction.length > scale) throw misfit();
  const digits = BigInt(whole + fraction.padEnd(scale, '0'));
  return sign === '-' ? -digits : digits;
}

function describe(value: unknown): string {
  const text = typeof value === 'bigint' ? `${value}n` : String(value);
  return `${text.length > 80 ? `${text.slice(0, 80)}…` : text} (${typeof value})`;
}

/**
 * Vector mode: one call a batch. Fixed-width arguments that are plain numbers arrive as typed arrays
 * copied out of shared memory, everything else as arrays of values; NULL is null in both (typed arrays
 * are given only without NULLs).
 */
function vectorLoop(spec: UserFunctionSpec, apply: UserFunction): VectorEvaluate {
  return (context, args, result) => {
    const { memory } = context;
    const tools = toolsOf(spec, context);
    const columns = args.map((arg, k) =>
      columnOf(memory, arg, spec.args[k] ?? arg.type, result.length),
    );
    const returned = apply(...columns, result.length) as ArrayLike<unknown>;
    if (typeof returned !== 'object' || returned === null || returned.length !== result.length) {
      throw userError(spec.name, new Error(`it must return an array of ${result.length} values`));
    }
    const width = widthOf(physicalType(result.type));
    for (let row = 0; row < result.length; row++) {
      if (!isValidAt(memory, result.validity, row)) continue;
      const value = returned[row];
      const address = result.values + row * width;
      if (value === null || value === undefined) setValidAt(memory, result.validity, row, false);
      else if (physicalType(result.type) === 'f64' && typeof value === 'number')
        memory.f64[address >>> 3] = value;
      else tools.writeOther(result.type, value, address);
    }
  };
}

function columnOf(
  memory: SharedMemory,
  arg: Argument,
  type: SqlType,
  length: number,
): ArrayLike<unknown> {
  const physical = physicalType(type);
  const access = ACCESS[physical];
  if (arg.kind === 'flat' && arg.validity === 0 && access !== undefined && isPlain(type)) {
    const start = arg.values >>> access.shift;
    const view = memory[access.view as 'f64'];
    return view.slice(start, start + length);
  }
  const width = widthOf(physical);
  return Array.from({ length }, (_, row) => {
    if (arg.kind === 'constant') {
      return arg.isNull ? null : rowValue(readValue(memory, type, arg.values), type, {});
    }
    if (arg.validity !== 0 && !isValidAt(memory, arg.validity, row)) return null;
    return rowValue(readValue(memory, type, arg.values + row * width), type, {});
  });
}
