/**
 * The architecture's arrows: each package, lowest first, and the packages that it may import.
 * Manifests, project references and dependency-cruiser are held to this table.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const arrows = {
  core: [],
  kernels: ['core'],
  parser: ['core'],
  planner: ['core', 'parser'],
  functions: ['core', 'kernels'],
  executor: ['core', 'planner', 'kernels'],
  sources: ['core', 'kernels'],
  engine: ['core', 'kernels', 'parser', 'planner', 'functions', 'executor', 'sources'],
  server: ['engine'],
  cli: ['engine', 'server'],
  windrow: ['engine', 'server', 'cli'],
};
