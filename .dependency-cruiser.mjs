import { arrows } from './scripts/arrows.mjs';

const arrowRules = Object.entries(arrows).map(([name, allowed]) => ({
  name: `arrow-${name}`,
  comment: `${name} may import ${allowed.join(', ') || 'no other package'}: move what both need into a package below both.`,
  severity: 'error',
  from: { path: `^packages/${name}/src/` },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...arrowRules,
    {
      name: 'only-the-public-face',
      comment: 'Import a package by its name; add to its index.ts what another package needs.',
      severity: 'error',
      from: { path: '^(packages/[^/]+|test|bench|examples)/' },
      to: {
        path: '^packages/',
        pathNot: ['^packages/$1/', '^$1/', '^packages/[^/]+/(src|dist)/index[.]'],
      },
    },
    {
      name: 'no-cycle',
      comment: 'Two files that need each other are one thing, or need a third one below both.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'Declare the dependency in the package.json of the package that imports it.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-development-dependency',
      comment: 'What users run may not need a development dependency.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: '[.]test[.]|/testing/|/test-support' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/dist/', '^packages/kernels/assembly/'] },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['windrow-source', 'node', 'import', 'require', 'types', 'default'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
};
