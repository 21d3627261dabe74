import type { Local, WasmOperation, WasmType } from '@windrow/core';
import type { FunctionBuilder } from './function-builder.ts';

/*
 * Values of four neighbouring rows in SIMD registers. 32-bit values take one register, 64-bit values two;
 * `mask` is the result of a comparison, all ones or all zeros in each of four 32-bit lanes, and stands
 * for the i32 1 or 0 that scalar code has.
 */
export type LaneKind = 'i32' | 'f32' | 'mask' | 'i64' | 'f64';

/** Four rows' values; its code is written when its registers are first asked for. */
export class Lanes {
  readonly kind: LaneKind;
  /** The same in every turn of the loop: computed before it. */
  readonly isInvariant: boolean;
  readonly #b: FunctionBuilder;
  /** Leaves one register on the stack. */
  readonly #push: (register: number) => void;
  #registers: readonly Local[] | undefined;

  constructor(
    b: FunctionBuilder,
    kind: LaneKind,
    isInvariant: boolean,
    push: (register: number) => void,
  ) {
    this.#b = b;
    this.kind = kind;
    this.isInvariant = isInvariant;
    this.#push = push;
  }

  /** One or two v128 locals. */
  get registers(): readonly Local[] {
    this.#registers ??= Array.from({ length: registerCount(this.kind) }, (_, i) => {
      if (this.isInvariant) return this.#b.invariant('v128', () => this.#push(i));
      const local = this.#b.local('v128');
      this.#push(i);
      this.#b.set(local);
      return local;
    });
    return this.#registers;
  }

  /** Writes what the value is computed from, so that a hoisted or later part of it finds it done. */
  push(register = 0): void {
    this.#b.get(this.registers[register]!);
  }
}

const registerCount = (kind: LaneKind): number => (kind === 'i64' || kind === 'f64' ? 2 : 1);

/** Numbers of SIMD instructions in the specification. */
export const SIMD = {
  'v128.load': 0x00,
  'v128.store': 0x0b,
  'v128.const': 0x0c,
  'i8x16.shuffle': 0x0d,
  'i8x16.swizzle': 0x0e,
  'i32x4.splat': 0x11,
  'i64x2.splat': 0x12,
  'f32x4.splat': 0x13,
  'f64x2.splat': 0x14,
  'v128.not': 0x4d,
  'v128.and': 0x4e,
  'v128.or': 0x50,
  'v128.xor': 0x51,
  'v128.bitselect': 0x52,
  'v128.load32_zero': 0x5c,
  'v128.load64_zero': 0x5d,
  'i16x8.extend_low_i8x16_s': 0x87,
  'i16x8.extend_low_i8x16_u': 0x89,
  'i32x4.bitmask': 0xa4,
  'i32x4.extend_low_i16x8_s': 0xa7,
  'i32x4.extend_low_i16x8_u': 0xa9,
  'i32x4.ne': 0x38,
  'i32x4.add': 0xae,
  'i64x2.extend_low_i32x4_s': 0xc7,
  'i64x2.extend_high_i32x4_s': 0xc8,
  'i64x2.extend_low_i32x4_u': 0xc9,
  'i64x2.extend_high_i32x4_u': 0xca,
  'f64x2.convert_low_i32x4_s': 0xfe,
  'f64x2.convert_low_i32x4_u': 0xff,
  'f64x2.promote_low_f32x4': 0x5f,
} as const;

/** The lanes of both registers that hold low halves, as one register of four 32-bit lanes. */
const LOW_HALVES = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
/** The upper two 32-bit lanes, moved down. */
const UPPER_LANES = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];

const COMPARISONS: Readonly<Record<string, number>> = {
  'i32.eq': 0x37,
  'i32.ne': 0x38,
  'i32.lt_s': 0x39,
  'i32.lt_u': 0x3a,
  'i32.gt_s': 0x3b,
  'i32.gt_u': 0x3c,
  'i32.le_s': 0x3d,
  'i32.le_u': 0x3e,
  'i32.ge_s': 0x3f,
  'i32.ge_u': 0x40,
  'f32.eq': 0x41,
  'f32.ne': 0x42,
  'f32.lt': 0x43,
  'f32.gt': 0x44,
  'f32.le': 0x45,
  'f32.ge': 0x46,
  'f64.eq': 0x47,
  'f64.ne': 0x48,
  'f64.lt': 0x49,
  'f64.gt': 0x4a,
  'f64.le': 0x4b,
  'f64.ge': 0x4c,
  'i64.eq': 0xd6,
  'i64.ne': 0xd7,
  'i64.lt_s': 0xd8,
  'i64.gt_s': 0xd9,
  'i64.le_s': 0xda,
  'i64.ge_s': 0xdb,
};

const ARITHMETIC: Readonly<Record<string, number>> = {
  'i32.add': 0xae,
  'i32.sub': 0xb1,
  'i32.mul': 0xb5,
  'i32.and': SIMD['v128.and'],
  'i32.or': SIMD['v128.or'],
  'i32.xor': SIMD['v128.xor'],
  'i64.add': 0xce,
  'i64.sub': 0xd1,
  'i64.mul': 0xd5,
  'i64.and': SIMD['v128.and'],
  'i64.or': SIMD['v128.or'],
  'i64.xor': SIMD['v128.xor'],
  'f32.add': 0xe4,
  'f32.sub': 0xe5,
  'f32.mul': 0xe6,
  'f32.div': 0xe7,
  'f32.min': 0xe8,
  'f32.max': 0xe9,
  'f64.add': 0xf0,
  'f64.sub': 0xf1,
  'f64.mul': 0xf2,
  'f64.div': 0xf3,
  'f64.min': 0xf4,
  'f64.max': 0xf5,
};

const UNARY: Readonly<Record<string, number>> = {
  'f32.abs': 0xe0,
  'f32.neg': 0xe1,
  'f32.sqrt': 0xe3,
  'f32.ceil': 0x67,
  'f32.floor': 0x68,
  'f32.trunc': 0x69,
  'f32.nearest': 0x6a,
  'f64.abs': 0xec,
  'f64.neg': 0xed,
  'f64.sqrt': 0xef,
  'f64.ceil': 0x74,
  'f64.floor': 0x75,
  'f64.trunc': 0x7a,
  'f64.nearest': 0x94,
};

/** Operations that leave the number of 32-bit lanes and double their width. */
const WIDENING: Readonly<Record<string, readonly [kind: 'i64' | 'f64', code: number]>> = {
  'i64.extend_i32_s': ['i64', SIMD['i64x2.extend_low_i32x4_s']],
  'i64.extend_i32_u': ['i64', SIMD['i64x2.extend_low_i32x4_u']],
  'f64.convert_i32_s': ['f64', SIMD['f64x2.convert_low_i32x4_s']],
  'f64.convert_i32_u': ['f64', SIMD['f64x2.convert_low_i32x4_u']],
  'f64.promote_f32': ['f64', SIMD['f64x2.promote_low_f32x4']],
};

const SPLATS: Readonly<Record<Exclude<LaneKind, 'mask'>, number>> = {
  i32: SIMD['i32x4.splat'],
  f32: SIMD['f32x4.splat'],
  i64: SIMD['i64x2.splat'],
  f64: SIMD['f64x2.splat'],
};

const JUNCTIONS: readonly string[] = ['i32.and', 'i32.or', 'i32.xor'];

/** Builds four-row values from others, as the scalar operations would row by row. */
export class LaneOperations {
  readonly #b: FunctionBuilder;

  constructor(b: FunctionBuilder) {
    this.#b = b;
  }

  /** One scalar for all rows. */
  splat(kind: Exclude<LaneKind, 'mask'>, pushScalar: () => void): Lanes {
    const code = SPLATS[kind];
    return new Lanes(this.#b, kind, true, () => {
      pushScalar();
      this.#b.simd(code);
    });
  }

  /** The operation on all rows; undefined when there is no such code. Operands are in stack order. */
  apply(operation: WasmOperation, operands: readonly Lanes[]): Lanes | undefined {
    const [x, y] = operands;
    if (x === undefined) return undefined;
    if (operation === 'i32.eqz') return this.#negate(x);
    const widening = WIDENING[operation];
    if (widening !== undefined) return this.#widen(x, ...widening);
    const unary = UNARY[operation];
    if (unary !== undefined) return this.#each(x.kind, unary, [x]);
    if (y === undefined) return undefined;
    if (JUNCTIONS.includes(operation) && x.kind === 'mask' && y.kind === 'mask') {
      return this.#each('mask', ARITHMETIC[operation]!, [x, y]);
    }
    const pair = [this.#asNumber(x), this.#asNumber(y)];
    const arithmetic = ARITHMETIC[operation];
    if (arithmetic !== undefined) return this.#each(pair[0]!.kind, arithmetic, pair);
    const comparison = COMPARISONS[operation];
    return comparison === undefined ? undefined : this.#compare(comparison, pair);
  }

  /** `chosen` where the condition holds, else `otherwise`. */
  select(chosen: Lanes, otherwise: Lanes, condition: Lanes): Lanes {
    const mask = this.mask(condition);
    const [x, y] =
      chosen.kind === otherwise.kind
        ? [chosen, otherwise]
        : [this.#asNumber(chosen), this.#asNumber(otherwise)];
    const isInvariant = x.isInvariant && y.isInvariant && mask.isInvariant;
    const isWide = registerCount(x.kind) === 2;
    return new Lanes(this.#b, x.kind, isInvariant, (i) => {
      x.push(i);
      y.push(i);
      mask.push();
      if (isWide)
        this.#b.simd(
          i === 0 ? SIMD['i64x2.extend_low_i32x4_s'] : SIMD['i64x2.extend_high_i32x4_s'],
        );
      this.#b.simd(SIMD['v128.bitselect']);
    });
  }

  /** Truth as a mask: an i32 counts unless it is 0. */
  mask(value: Lanes): Lanes {
    if (value.kind === 'mask') return value;
    return new Lanes(this.#b, 'mask', value.isInvariant, () => {
      value.push();
      this.#pushConstant(0);
      this.#b.simd(SIMD['i32x4.ne']);
    });
  }

  /** `i32.eqz`: of a mask its complement, of a number the mask of zeros. */
  #negate(value: Lanes): Lanes {
    const mask = this.mask(value);
    return new Lanes(this.#b, 'mask', mask.isInvariant, () => {
      mask.push();
      this.#b.simd(SIMD['v128.not']);
    });
  }

  /** A mask as the i32 that scalar code would have. */
  #asNumber(value: Lanes): Lanes {
    if (value.kind !== 'mask') return value;
    return new Lanes(this.#b, 'i32', value.isInvariant, () => {
      value.push();
      this.#pushConstant(1);
      this.#b.simd(SIMD['v128.and']);
    });
  }

  #pushConstant(value: 0 | 1): void {
    const lane = [value, 0, 0, 0];
    this.#b.simd(SIMD['v128.const'], [...lane, ...lane, ...lane, ...lane]);
  }

  #each(kind: LaneKind, code: number, operands: readonly Lanes[]): Lanes {
    const isInvariant = operands.every((operand) => operand.isInvariant);
    return new Lanes(this.#b, kind, isInvariant, (i) => {
      for (const operand of operands) operand.push(i);
      this.#b.simd(code);
    });
  }

  #compare(code: number, operands: readonly Lanes[]): Lanes {
    const isInvariant = operands.every((operand) => operand.isInvariant);
    const pushPart = (i: number): void => {
      for (const operand of operands) operand.push(i);
      this.#b.simd(code);
    };
    return new Lanes(this.#b, 'mask', isInvariant, () => {
      pushPart(0);
      if (registerCount(operands[0]!.kind) === 1) return;
      pushPart(1);
      this.#b.simd(SIMD['i8x16.shuffle'], LOW_HALVES);
    });
  }

  #widen(value: Lanes, kind: 'i64' | 'f64', code: number): Lanes {
    const narrow = this.#asNumber(value);
    return new Lanes(this.#b, kind, narrow.isInvariant, (i) => {
      narrow.push();
      if (i === 1) {
        narrow.push();
        this.#b.simd(SIMD['i8x16.shuffle'], UPPER_LANES);
      }
      this.#b.simd(code);
    });
  }
}

/** The kind that holds a scalar type's values. */
export const laneKind = (type: WasmType): Exclude<LaneKind, 'mask'> | undefined =>
  type === 'v128' ? undefined : type;
