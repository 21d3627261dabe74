import { BIGINT, SharedMemory, type WasmOperation, type WasmType } from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import type { FunctionBuilder } from './function-builder.ts';
import { ModuleBuilder } from './module-builder.ts';
import { cachedModule, cachedModuleCount } from './module-cache.ts';
import { LOADS, STORES } from './opcodes.ts';

const memory = SharedMemory.create();

/** A module of one function, run with an argument block at 65536 and a count. */
function run(write: (b: FunctionBuilder) => void, count = 0): number {
  const module = new ModuleBuilder();
  write(module.function('run', ['i32', 'i32']));
  const { bytes } = module.encode();
  expect(WebAssembly.validate(new Uint8Array(bytes))).toBe(true);
  const compiled = cachedModule(memory, `test ${Math.random()}`, () => module);
  return compiled.functions['run']!(65536, count);
}

describe('numbers', () => {
  it('are written as LEB128', () => {
    const encode = (write: (w: ByteWriter) => void): number[] => {
      const writer = new ByteWriter();
      write(writer);
      return [...writer.bytes];
    };
    expect(encode((w) => w.unsigned(624485))).toEqual([0xe5, 0x8e, 0x26]);
    expect(encode((w) => w.unsigned(0xffffffff))).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
    expect(encode((w) => w.signed(-123456))).toEqual([0xc0, 0xbb, 0x78]);
    expect(encode((w) => w.signed(64))).toEqual([0xc0, 0x00]);
    expect(encode((w) => w.signed64(-1n))).toEqual([0x7f]);
    expect(encode((w) => w.signed64(2n ** 63n))).toEqual(encode((w) => w.signed64(-(2n ** 63n))));
  });

  it('arrive as they were meant', () => {
    fc.assert(
      fc.property(fc.integer(), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.double(), (i, l, d) => {
        expect(run((b) => b.i32(i))).toBe(i);
        run((b) => {
          b.get(b.parameters[0]!);
          b.i64(l);
          b.store('i64.store');
          b.get(b.parameters[0]!);
          b.f64(d);
          b.store('f64.store', 8);
          b.i32(0);
        });
        expect(memory.i64[65536 / 8]).toBe(l);
        expect(memory.f64[65544 / 8]).toBe(d);
      }),
      { numRuns: 50 },
    );
  });
});

describe('operations', () => {
  const integer = 'eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u clz ctz popcnt add sub mul';
  const more = 'div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr';
  const float =
    'eq ne lt gt le ge abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign';
  const unary = /eqz|clz|ctz|popcnt|abs|neg|ceil|floor|trunc|nearest|sqrt/;
  const comparison = /\.(eq|ne|lt|gt|le|ge|eqz)(_[su])?$/;
  const conversions = [
    'i32.wrap_i64 i64.extend_i32_s i64.extend_i32_u f64.convert_i32_s f64.convert_i32_u',
    'f64.convert_i64_s f64.convert_i64_u f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s',
    'f32.convert_i64_u f32.demote_f64 f64.promote_f32 i32.trunc_sat_f64_s i32.trunc_sat_f64_u',
    'i64.trunc_sat_f64_s i64.trunc_sat_f64_u i64.reinterpret_f64 f64.reinterpret_i64',
    'i32.reinterpret_f32 f32.reinterpret_i32',
  ].flatMap((line) => line.split(' '));
  const signExtensions = [
    'i32.extend8_s',
    'i32.extend16_s',
    'i64.extend8_s',
    'i64.extend16_s',
    'i64.extend32_s',
  ];
  const arithmetic = (['i32', 'i64', 'f32', 'f64'] as const).flatMap((type) =>
    (type.startsWith('i') ? `${integer} ${more}` : float)
      .split(' ')
      .map((name) => `${type}.${name}`),
  );

  /** Operand and result types, by the naming rules of the text format. */
  function signature(operation: string): { operands: WasmType[]; result: WasmType } {
    const own = operation.slice(0, 3) as WasmType;
    const from = /_(i32|i64|f32|f64)(_[su])?$/.exec(operation)?.[1] as WasmType | undefined;
    if (from !== undefined) return { operands: [from], result: own };
    const isUnary = unary.test(operation) || operation.includes('extend');
    const result = comparison.test(operation) ? 'i32' : own;
    return { operands: isUnary ? [own] : [own, own], result };
  }

  it.each([...arithmetic, ...conversions, ...signExtensions])('%s is valid', (operation) => {
    const { operands, result } = signature(operation);
    run((b) => {
      const out = b.local(result);
      for (const type of operands) {
        const operand = b.local(type);
        // Division by zero would trap.
        if (type === 'i32') b.i32(1);
        if (type === 'i64') b.i64(1n);
        if (type === 'i32' || type === 'i64') b.tee(operand);
        else b.get(operand);
      }
      b.op(operation as WasmOperation);
      b.set(out);
      b.i32(0);
    });
  });

  it('loads and stores of all widths are valid', () => {
    run((b) => {
      for (const load of Object.keys(LOADS) as (keyof typeof LOADS)[]) {
        b.get(b.parameters[0]!);
        b.load(load, 300);
        b.op('drop');
      }
      for (const store of Object.keys(STORES) as (keyof typeof STORES)[]) {
        b.get(b.parameters[0]!);
        b.get(b.local(store.slice(0, 3) as WasmType));
        b.store(store, 300);
      }
      b.i32(0);
    });
  });

  it('rejects what does not exist', () => {
    expect(() => run((b) => b.op('i32.sqrt' as WasmOperation))).toThrow('i32.sqrt');
  });
});

describe('control flow', () => {
  it('jumps to the block or loop it belongs to, from inside others', () => {
    const collatz = (b: FunctionBuilder): void => {
      const n = b.parameters[1]!;
      const steps = b.local('i32');
      b.block((exit) => {
        b.loop((again) => {
          b.get(n);
          b.i32(1);
          b.op('i32.eq');
          b.if([], () => exit());
          b.get(n);
          b.i32(1);
          b.op('i32.and');
          b.if(
            ['i32'],
            () => {
              b.get(n);
              b.i32(3);
              b.op('i32.mul');
              b.i32(1);
              b.op('i32.add');
            },
            () => {
              b.get(n);
              b.i32(1);
              b.op('i32.shr_u');
            },
          );
          b.set(n);
          b.get(steps);
          b.i32(1);
          b.op('i32.add');
          b.set(steps);
          again();
        });
      });
      b.get(steps);
    };
    expect(run(collatz, 27)).toBe(111);
  });

  it('leaves several values from an if', () => {
    const pick = (b: FunctionBuilder): void => {
      b.get(b.parameters[1]!);
      b.if(
        ['i64', 'i32'],
        () => {
          b.i64(5n);
          b.i32(6);
        },
        () => {
          b.i64(7n);
          b.i32(8);
        },
      );
      const second = b.local('i32');
      b.set(second);
      b.op('i32.wrap_i64');
      b.i32(10);
      b.op('i32.mul');
      b.get(second);
      b.op('i32.add');
    };
    expect(run(pick, 1)).toBe(56);
    expect(run(pick, 0)).toBe(78);
  });

  it('runs hoisted code once, before everything else', () => {
    const sum = (b: FunctionBuilder): void => {
      const total = b.local('i32');
      b.loop((_, againIf) => {
        const step = b.local('i32');
        b.hoist(() => {
          b.i32(7);
          b.set(step);
        });
        b.get(total);
        b.get(step);
        b.op('i32.add');
        b.tee(total);
        b.i32(21);
        b.op('i32.lt_s');
        againIf();
      });
      b.get(total);
    };
    expect(run(sum)).toBe(21);
  });
});

it('calls kernels, each imported once', () => {
  memory.u8.set([1, 0, 1, 1], 70000);
  const twice = (b: FunctionBuilder): void => {
    for (let i = 0; i < 2; i++) {
      b.i32(70000);
      b.i32(8);
      b.callKernel('bitmapCountSet', ['i32', 'i32'], ['i32']);
    }
    b.op('i32.add');
  };
  expect(run(twice)).toBe(2);
});

it('declares neighbouring locals of one type together', () => {
  const module = new ModuleBuilder();
  const b = module.function('run', ['i32', 'i32']);
  for (const type of ['i32', 'i32', 'i64', 'i64', 'i64', 'i32'] as const) b.local(type);
  b.i32(0);
  expect([...b.encode().subarray(0, 7)]).toEqual([3, 2, 0x7f, 3, 0x7e, 1, 0x7f]);
});

describe('raise', () => {
  it('leaves site and operands in the argument block and ends the function', () => {
    const module = new ModuleBuilder();
    const b = module.function('run', ['i32', 'i32']);
    const x = b.local('i64');
    b.i64(42n);
    b.set(x);
    b.node = 9;
    b.raise({ sqlState: '22003', message: '{0} is too much' }, [{ locals: [x], type: BIGINT }]);
    const compiled = cachedModule(memory, 'raise', () => module);
    expect(compiled.functions['run']!(65536, 0)).toBe(-1);
    expect(memory.u32[65536 / 4]).toBe(1);
    expect(memory.i64[(65536 + 32) / 8]).toBe(42n);
    expect(compiled.raises).toEqual([
      { site: { sqlState: '22003', message: '{0} is too much' }, operandTypes: [BIGINT], node: 9 },
    ]);
  });

  it('is refused to code that claims not to fail', () => {
    const b = new ModuleBuilder().function('run', ['i32', 'i32']);
    b.mayRaise = false;
    expect(() => b.raise({ sqlState: '22003', message: 'no' })).toThrow('says so');
  });
});

it('keeps a bounded number of modules, the ones used last', () => {
  const own = SharedMemory.create();
  let built = 0;
  const use = (shape: number): unknown =>
    cachedModule(own, `shape ${shape}`, () => {
      built += 1;
      const module = new ModuleBuilder();
      module.function('run', ['i32', 'i32']).i32(shape);
      return module;
    }).functions['run']!(0, 0);
  for (let shape = 0; shape < 512; shape++) use(shape);
  expect(use(0)).toBe(0);
  expect(built).toBe(512);
  use(512);
  expect(cachedModuleCount(own)).toBe(512);
  expect(use(0)).toBe(0);
  expect(built).toBe(513);
  expect(use(1)).toBe(1);
  expect(built).toBe(514);
});
