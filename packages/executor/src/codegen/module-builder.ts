import { assert, type WasmType } from '@windrow/core';
import { ByteWriter } from './byte-writer.ts';
import { FunctionBuilder, type ModuleScope, type RaiseRecord } from './function-builder.ts';
import { TYPE_CODES } from './opcodes.ts';

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const TYPE_SECTION = 1;
const IMPORT_SECTION = 2;
const FUNCTION_SECTION = 3;
const EXPORT_SECTION = 7;
const CODE_SECTION = 10;
const FUNCTION_TYPE = 0x60;
const FUNCTION_KIND = 0x00;
const MEMORY_KIND = 0x02;
/** Limits flag of a shared memory with a maximum. */
const SHARED_LIMITS = 0x03;
const MEMORY_PAGES = 65535;

/** Module name of the imported kernels; the memory comes from `env`. */
export const KERNEL_MODULE = 'kernels';

/** The module as bytes, and what its raise sites mean. */
export interface EncodedModule {
  readonly bytes: Uint8Array;
  readonly raises: readonly RaiseRecord[];
}

/**
 * Encodes a module: functions over the shared memory `env.memory` that may call exports of
 * kernels.wasm. Imported functions come first in the index space, so calls to kernels can be encoded
 * before all of them are known.
 */
export class ModuleBuilder implements ModuleScope {
  readonly #types = new Map<string, number>();
  readonly #typeBytes = new ByteWriter();
  readonly #kernels = new Map<string, { readonly index: number; readonly type: number }>();
  readonly #functions: { name: string; type: number; builder: FunctionBuilder }[] = [];
  readonly #raises: RaiseRecord[] = [];

  /** A new exported function; its result is an i32. */
  function(name: string, parameters: readonly WasmType[]): FunctionBuilder {
    const builder = new FunctionBuilder(this, parameters);
    this.#functions.push({ name, type: this.typeIndex(parameters, ['i32']), builder });
    return builder;
  }

  typeIndex(parameters: readonly WasmType[], results: readonly WasmType[]): number {
    const key = `${parameters.join()}:${results.join()}`;
    let index = this.#types.get(key);
    if (index === undefined) {
      index = this.#types.size;
      this.#types.set(key, index);
      this.#typeBytes.byte(FUNCTION_TYPE);
      for (const types of [parameters, results]) {
        this.#typeBytes.unsigned(types.length);
        for (const type of types) this.#typeBytes.byte(TYPE_CODES[type]);
      }
    }
    return index;
  }

  importKernel(
    name: string,
    parameters: readonly WasmType[],
    results: readonly WasmType[],
  ): number {
    const type = this.typeIndex(parameters, results);
    let kernel = this.#kernels.get(name);
    if (kernel === undefined) {
      kernel = { index: this.#kernels.size, type };
      this.#kernels.set(name, kernel);
    }
    assert(kernel.type === type, `kernel ${name} is called with one signature`);
    return kernel.index;
  }

  addRaise(record: RaiseRecord): number {
    return this.#raises.push(record) - 1;
  }

  encode(): EncodedModule {
    // Bodies first: encoding one may still add types.
    const bodies = this.#functions.map(({ builder }) => builder.encode());
    const out = new ByteWriter();
    out.append(MAGIC_AND_VERSION);
    section(out, TYPE_SECTION, this.#types.size, (w) => w.append(this.#typeBytes.bytes));
    section(out, IMPORT_SECTION, this.#kernels.size + 1, (w) => this.#writeImports(w));
    section(out, FUNCTION_SECTION, bodies.length, (w) => {
      for (const { type } of this.#functions) w.unsigned(type);
    });
    section(out, EXPORT_SECTION, bodies.length, (w) => {
      this.#functions.forEach(({ name }, i) => {
        w.name(name);
        w.byte(FUNCTION_KIND);
        w.unsigned(this.#kernels.size + i);
      });
    });
    section(out, CODE_SECTION, bodies.length, (w) => {
      for (const body of bodies) w.sized(body);
    });
    return { bytes: out.bytes, raises: this.#raises };
  }

  #writeImports(w: ByteWriter): void {
    w.name('env');
    w.name('memory');
    w.byte(MEMORY_KIND);
    w.byte(SHARED_LIMITS);
    w.unsigned(MEMORY_PAGES);
    w.unsigned(MEMORY_PAGES);
    for (const [name, { type }] of this.#kernels) {
      w.name(KERNEL_MODULE);
      w.name(name);
      w.byte(FUNCTION_KIND);
      w.unsigned(type);
    }
  }
}

function section(
  out: ByteWriter,
  id: number,
  count: number,
  write: (content: ByteWriter) => void,
): void {
  const content = new ByteWriter();
  content.unsigned(count);
  write(content);
  out.byte(id);
  out.sized(content.bytes);
}
