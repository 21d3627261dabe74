import { type CodeBuilder, DOUBLE, type EmitValue, type ScalarFunction } from '@windrow/core';
import type { KernelExports } from '@windrow/kernels';
import { emitted, example, scalar, signature } from '../define.ts';
import { type Code, push, when } from '../emit/code.ts';
import { kernelOf } from '../emit/kernel-call.ts';
import { first } from '../emit/value.ts';

const ELEMENTARY = 'IEEE 754-2019 §9.2; algorithms of musl (after FreeBSD msun)';

interface ElementaryOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly source?: string;
  /** Number of arguments, all DOUBLE. */
  readonly arity?: 0 | 1 | 2;
  /** Leaves the result, an f64. */
  readonly code: (b: CodeBuilder, x: Code, y: Code) => Code;
  /** Outside of its domain the function raises 22003. */
  readonly domain?: Domain;
}

interface Domain {
  /** Condition (i32): the argument lies outside. A NaN is inside: it gives NaN. */
  readonly outside: (x: Code) => Code;
  /** `sqrt of {0} is not defined: …` */
  readonly message: string;
}

/** A function of doubles to a double. */
function elementary(options: ElementaryOptions): ScalarFunction {
  const { arity = 1, domain } = options;
  const emit = (b: CodeBuilder, args: readonly EmitValue[]): void => {
    const [x, y] = args;
    const operands: readonly [Code, Code] = [
      x === undefined ? 0 : first(x),
      y === undefined ? 0 : first(y),
    ];
    if (domain !== undefined) {
      when(b, domain.outside(operands[0]), () =>
        b.raise({ sqlState: '22003', message: domain.message }, args),
      );
    }
    push(b, options.code(b, ...operands), 'f64');
  };
  return scalar({
    name: options.name,
    aliases: options.aliases ?? [],
    category: 'math',
    doc: {
      summary: options.summary,
      examples: options.examples.map(([sql, result]) => example(sql, result)),
      source: options.source ?? ELEMENTARY,
    },
    overloads: [
      emitted(signature(Array(arity).fill(DOUBLE), DOUBLE), emit, {
        raises: domain !== undefined,
      }),
    ],
  });
}

/** The code of a kernel over the first argument. */
const byKernel =
  (name: keyof KernelExports): ElementaryOptions['code'] =>
  (b, x) =>
    kernelOf(b, name, x);

const POSITIVE_ONLY = (name: string): Domain => ({
  outside: (x) => ['f64.le', x, 0],
  message: `${name} of {0} is not defined: the argument must be positive`,
});

const UNIT_INTERVAL = (name: string): Domain => ({
  outside: (x) => ['f64.gt', ['f64.abs', x], 1],
  message: `${name} of {0} is not defined: the argument must lie between -1 and 1`,
});

const FINITE = (name: string): Domain => ({
  outside: (x) => ['f64.eq', ['f64.abs', x], Number.POSITIVE_INFINITY],
  message: `${name} of {0} is not defined: the argument must be finite`,
});

/** Roots, powers, exponentials and logarithms. */
const powers: readonly ScalarFunction[] = [
  elementary({
    name: 'sqrt',
    summary: 'Square root.',
    examples: [['sqrt(2)', '1.4142135623730951']],
    code: (_b, x) => ['f64.sqrt', x],
    domain: {
      outside: (x) => ['f64.lt', x, 0],
      message: 'sqrt of {0} is not defined: the argument must not be negative',
    },
  }),
  elementary({
    name: 'cbrt',
    summary: 'Cube root, also of negative numbers.',
    examples: [['cbrt(-27)', '-3.0']],
    code: byKernel('mathCbrt'),
  }),
  elementary({
    name: 'exp',
    summary: 'e to the power of the argument.',
    examples: [['exp(1)', '2.718281828459045']],
    code: byKernel('mathExp'),
  }),
  elementary({
    name: 'expm1',
    summary: 'exp(x) - 1, exact for small x.',
    examples: [['expm1(1e-20)', '1e-20']],
    code: byKernel('mathExpm1'),
  }),
  elementary({
    name: 'ln',
    summary: 'Natural logarithm.',
    examples: [['ln(e())', '1.0']],
    code: byKernel('mathLog'),
    domain: POSITIVE_ONLY('ln'),
  }),
  elementary({
    name: 'log1p',
    summary: 'ln(1 + x), exact for small x.',
    examples: [['log1p(1e-20)', '1e-20']],
    code: byKernel('mathLog1p'),
    domain: {
      outside: (x) => ['f64.le', x, -1],
      message: 'log1p of {0} is not defined: the argument must be greater than -1',
    },
  }),
  elementary({
    name: 'log2',
    summary: 'Logarithm to base 2.',
    examples: [['log2(8)', '3.0']],
    code: byKernel('mathLog2'),
    domain: POSITIVE_ONLY('log2'),
  }),
  elementary({
    name: 'log10',
    summary: 'Logarithm to base 10.',
    examples: [['log10(1000)', '3.0']],
    code: byKernel('mathLog10'),
    domain: POSITIVE_ONLY('log10'),
  }),
  elementary({
    name: 'power',
    aliases: ['pow'],
    summary:
      'The first argument to the power of the second; a negative base needs an integer exponent.',
    examples: [
      ['power(2, 10)', '1024.0'],
      ['2 ** 0.5', '1.4142135623730951'],
      ['power(0, 0)', '1.0'],
    ],
    arity: 2,
    code: (b, x, y) => kernelOf(b, 'mathPow', x, y),
  }),
  elementary({
    name: 'hypot',
    summary: 'Length of the hypotenuse, √(x² + y²), without overflow in between.',
    examples: [['hypot(3, 4)', '5.0']],
    arity: 2,
    code: (b, x, y) => kernelOf(b, 'mathHypot', x, y),
  }),
  elementary({
    name: 'gamma',
    summary: 'The gamma function, (x - 1)! for positive integers.',
    examples: [['gamma(5)', '24.0']],
    source: 'Lanczos (1964), SIAM J. Numer. Anal. B 1; coefficients of Godfrey (2001), g = 607/128',
    code: byKernel('mathGamma'),
    domain: {
      outside: (x) => ['i32.and', ['f64.le', x, 0], ['f64.eq', ['f64.floor', x], x]],
      message: 'gamma of {0} is not defined: it has poles at zero and the negative integers',
    },
  }),
  elementary({
    name: 'lgamma',
    summary: 'Natural logarithm of the absolute value of the gamma function.',
    examples: [['lgamma(1)', '0.0']],
    source: 'Lanczos (1964), SIAM J. Numer. Anal. B 1; coefficients of Godfrey (2001), g = 607/128',
    code: byKernel('mathLogGamma'),
    domain: {
      outside: (x) => ['i32.and', ['f64.le', x, 0], ['f64.eq', ['f64.floor', x], x]],
      message:
        'lgamma of {0} is not defined: the gamma function has poles at zero and the negative integers',
    },
  }),
];

/** log(x) to base 10, log(b, x) to base b. */
const logarithm: ScalarFunction = scalar({
  name: 'log',
  category: 'math',
  doc: {
    summary: 'Logarithm to base 10; with two arguments the first one is the base.',
    examples: [example('log(100)', '2.0'), example('log(2, 8)', '3.0')],
    source: ELEMENTARY,
  },
  overloads: [
    emitted(
      signature([DOUBLE], DOUBLE),
      (b, args) => {
        const x = first(args[0]);
        const domain = POSITIVE_ONLY('log');
        when(b, domain.outside(x), () =>
          b.raise({ sqlState: '22003', message: domain.message }, args),
        );
        push(b, kernelOf(b, 'mathLog10', x));
      },
      { raises: true },
    ),
    emitted(
      signature([DOUBLE, DOUBLE], DOUBLE),
      (b, args) => {
        const [base, x] = [first(args[0]), first(args[1])];
        const isOutside: Code = ['i32.or', ['f64.le', base, 0], ['f64.le', x, 0]];
        when(b, ['i32.or', isOutside, ['f64.eq', base, 1]], () =>
          b.raise(
            {
              sqlState: '22003',
              message:
                'log of {1} to base {0} is not defined: both must be positive, and the base not 1',
            },
            args,
          ),
        );
        // log₂ is exact for powers of two, the most common base beside 10 and e.
        push(b, ['f64.div', kernelOf(b, 'mathLog2', x), kernelOf(b, 'mathLog2', base)]);
      },
      { raises: true },
    ),
  ],
});

const reciprocal =
  (name: keyof KernelExports): ElementaryOptions['code'] =>
  (b, x) => ['f64.div', 1, kernelOf(b, name, x)];

/** Angles, in radians. */
const trigonometry: readonly ScalarFunction[] = [
  elementary({
    name: 'sin',
    summary: 'Sine of an angle in radians.',
    examples: [['sin(0)', '0.0']],
    code: byKernel('mathSin'),
    domain: FINITE('sin'),
  }),
  elementary({
    name: 'cos',
    summary: 'Cosine of an angle in radians.',
    examples: [['cos(0)', '1.0']],
    code: byKernel('mathCos'),
    domain: FINITE('cos'),
  }),
  elementary({
    name: 'tan',
    summary: 'Tangent of an angle in radians.',
    examples: [['tan(0)', '0.0']],
    code: byKernel('mathTan'),
    domain: FINITE('tan'),
  }),
  elementary({
    name: 'cot',
    summary: 'Cotangent of an angle in radians.',
    examples: [['round(cot(pi() / 4), 10)', '1.0']],
    code: reciprocal('mathTan'),
    domain: FINITE('cot'),
  }),
  elementary({
    name: 'sec',
    summary: 'Secant of an angle in radians.',
    examples: [['sec(0)', '1.0']],
    code: reciprocal('mathCos'),
    domain: FINITE('sec'),
  }),
  elementary({
    name: 'csc',
    summary: 'Cosecant of an angle in radians.',
    examples: [['csc(pi() / 2)', '1.0']],
    code: reciprocal('mathSin'),
    domain: FINITE('csc'),
  }),
  elementary({
    name: 'asin',
    summary: 'Angle whose sine is the argument, between -π/2 and π/2.',
    examples: [['asin(1)', '1.5707963267948966']],
    code: byKernel('mathAsin'),
    domain: UNIT_INTERVAL('asin'),
  }),
  elementary({
    name: 'acos',
    summary: 'Angle whose cosine is the argument, between 0 and π.',
    examples: [['acos(1)', '0.0']],
    code: byKernel('mathAcos'),
    domain: UNIT_INTERVAL('acos'),
  }),
  elementary({
    name: 'atan',
    summary: 'Angle whose tangent is the argument, between -π/2 and π/2.',
    examples: [['atan(1)', '0.7853981633974483']],
    code: byKernel('mathAtan'),
  }),
  elementary({
    name: 'atan2',
    summary: 'Angle of the point (x, y), given as atan2(y, x), between -π and π.',
    examples: [['atan2(1, -1)', '2.356194490192345']],
    arity: 2,
    code: (b, y, x) => kernelOf(b, 'mathAtan2', y, x),
  }),
  elementary({
    name: 'sinh',
    summary: 'Hyperbolic sine.',
    examples: [['sinh(0)', '0.0']],
    code: byKernel('mathSinh'),
  }),
  elementary({
    name: 'cosh',
    summary: 'Hyperbolic cosine.',
    examples: [['cosh(0)', '1.0']],
    code: byKernel('mathCosh'),
  }),
  elementary({
    name: 'tanh',
    summary: 'Hyperbolic tangent.',
    examples: [['tanh(0)', '0.0']],
    code: byKernel('mathTanh'),
  }),
  elementary({
    name: 'asinh',
    summary: 'Inverse of the hyperbolic sine.',
    examples: [['asinh(0)', '0.0']],
    code: byKernel('mathAsinh'),
  }),
  elementary({
    name: 'acosh',
    summary: 'Inverse of the hyperbolic cosine.',
    examples: [['acosh(1)', '0.0']],
    code: byKernel('mathAcosh'),
    domain: {
      outside: (x) => ['f64.lt', x, 1],
      message: 'acosh of {0} is not defined: the argument must be at least 1',
    },
  }),
  elementary({
    name: 'atanh',
    summary: 'Inverse of the hyperbolic tangent.',
    examples: [['atanh(0)', '0.0']],
    code: byKernel('mathAtanh'),
    domain: UNIT_INTERVAL('atanh'),
  }),
  elementary({
    name: 'degrees',
    summary: 'Radians as degrees.',
    examples: [['degrees(pi())', '180.0']],
    code: (_b, x) => ['f64.mul', x, 180 / Math.PI],
  }),
  elementary({
    name: 'radians',
    summary: 'Degrees as radians.',
    examples: [['radians(180)', '3.141592653589793']],
    code: (_b, x) => ['f64.mul', x, Math.PI / 180],
  }),
];

const constant = (name: string, value: number, summary: string, result: string): ScalarFunction =>
  elementary({
    name,
    summary,
    examples: [[`${name}()`, result]],
    arity: 0,
    code: () => value,
  });

const constants: readonly ScalarFunction[] = [
  constant('pi', Math.PI, 'Circumference of a circle by its diameter.', '3.141592653589793'),
  constant('e', Math.E, 'Base of the natural logarithm.', '2.718281828459045'),
  constant('infinity', Number.POSITIVE_INFINITY, 'The positive infinity of DOUBLE.', 'inf'),
  constant('nan', Number.NaN, 'The NaN of DOUBLE.', 'nan'),
];

const nextAfter: ScalarFunction = elementary({
  name: 'nextafter',
  summary: 'The next double after the first argument in the direction of the second.',
  examples: [['nextafter(1::DOUBLE, 2::DOUBLE)', '1.0000000000000002']],
  arity: 2,
  code: (b, x, y) => kernelOf(b, 'mathNextAfter', x, y),
});

/** Functions of real numbers, computed in DOUBLE. */
export const elementaryFunctions: readonly ScalarFunction[] = [
  ...powers,
  logarithm,
  ...trigonometry,
  ...constants,
  nextAfter,
];
