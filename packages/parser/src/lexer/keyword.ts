/**
 * Every word that the grammar asks for, in lower case. Being listed here reserves nothing: whether a
 * word may also be a name is said by {@link isReserved} and by the place where it stands.
 */
// biome-ignore format: a word list is read in lines.
export const KEYWORDS = [
  'abort', 'action', 'add', 'after', 'aggregate', 'all', 'alter', 'always', 'analyze', 'and',
  'anti', 'any', 'array', 'as', 'asc', 'asof', 'asymmetric', 'at', 'attach', 'begin', 'bernoulli',
  'between', 'bit', 'both', 'bucket', 'buckets', 'by', 'byte', 'cache', 'call', 'cascade', 'case',
  'cast', 'catalogs', 'char', 'character', 'check', 'checkpoint', 'clear', 'cluster', 'clustered',
  'collate', 'column', 'columns', 'comment', 'commit', 'committed', 'compute', 'conflict',
  'constraint', 'copy', 'create', 'cross', 'cube', 'current', 'current_catalog',
  'current_database', 'current_date', 'current_schema', 'current_time', 'current_timestamp',
  'current_user', 'cycle', 'data', 'database', 'databases', 'date', 'day', 'deallocate', 'dec',
  'decimal', 'declare', 'default', 'deferrable', 'define', 'delete', 'delimited', 'desc',
  'describe', 'detach', 'distinct', 'distribute', 'div', 'do', 'double', 'drop', 'else', 'empty',
  'end', 'enum', 'error', 'escape', 'except', 'exclude', 'exec', 'execute', 'exists', 'explain',
  'export', 'extend', 'extended', 'extension', 'external', 'extract', 'false', 'fetch', 'fill',
  'filter', 'first', 'float', 'following', 'for', 'force', 'foreign', 'format', 'formatted',
  'from', 'full', 'function', 'functions', 'generated', 'glob', 'global', 'grant', 'group',
  'grouping', 'groups', 'having', 'hour', 'identity', 'if', 'ignore', 'ilike', 'immediate',
  'import', 'in', 'include', 'increment', 'index', 'inner', 'input', 'insert', 'install',
  'interpolate', 'intersect', 'interval', 'into', 'invoker', 'is', 'isnull', 'isolation', 'join',
  'key', 'kill', 'lambda', 'language', 'last', 'lateral', 'lazy', 'leading', 'left', 'level',
  'like', 'limit', 'list', 'load', 'local', 'localtime', 'localtimestamp', 'location', 'logical',
  'macro', 'map', 'match', 'match_recognize', 'matched', 'materialized', 'maxvalue', 'measures',
  'merge', 'minus', 'minute', 'minvalue', 'mod', 'month', 'name', 'nan', 'natural', 'next', 'no',
  'not', 'nothing', 'notnull', 'null', 'nulls', 'numeric', 'of', 'offset', 'omit', 'on', 'one',
  'only', 'option', 'options', 'or', 'order', 'ordinality', 'others', 'out', 'outer', 'output',
  'over', 'overlay', 'overwrite', 'partition', 'partitioned', 'partitions', 'past', 'pattern',
  'per', 'percent', 'permute', 'pivot', 'placing', 'policy', 'position', 'positional', 'pragma',
  'preceding', 'precision', 'prepare', 'primary', 'qualify', 'query', 'range', 'read',
  'recursive', 'references', 'refresh', 'regexp', 'release', 'rename', 'repeatable', 'replace',
  'reservoir', 'reset', 'respect', 'restart', 'restrict', 'return', 'returning', 'returns',
  'revoke', 'right', 'rlike', 'role', 'rollback', 'rollup', 'row', 'rows', 'sample', 'savepoint',
  'schema', 'schemas', 'second', 'secret', 'select', 'semi', 'sequence', 'serializable',
  'session', 'set', 'sets', 'settings', 'show', 'similar', 'skip', 'snapshot', 'some', 'sort',
  'sorted', 'start', 'statistics', 'stats', 'step', 'stored', 'struct', 'subset', 'substring',
  'summarize', 'symmetric', 'system', 'table', 'tables', 'tablesample', 'tblproperties', 'temp',
  'temporary', 'terminated', 'then', 'ties', 'time', 'timestamp', 'timestamptz', 'timetz', 'to', 'tolerance', 'totals',
  'trailing', 'transaction', 'transform', 'trigger', 'trim', 'true', 'truncate', 'try_cast',
  'type', 'unbounded', 'uncache', 'uncommitted', 'union', 'unique', 'unknown', 'unlock',
  'unmatched', 'unpivot', 'update', 'use', 'user', 'using', 'vacuum', 'value', 'values',
  'varchar', 'variable', 'varying', 'verbose', 'version', 'view', 'views', 'virtual', 'when',
  'where', 'window', 'with', 'within', 'without', 'work', 'write', 'year', 'zone',
] as const;

/** A word of the grammar, in lower case. */
export type Keyword = (typeof KEYWORDS)[number];

/**
 * Words that cannot be the name of a column, table or function without quotes, because a list, a
 * clause or an operator would be cut short in the wrong place. All others are free.
 */
// biome-ignore format: a word list is read in lines.
const RESERVED: ReadonlySet<string> = new Set<Keyword>([
  'all', 'and', 'as', 'asc', 'between', 'case', 'cast', 'collate', 'create', 'cross', 'default',
  'desc', 'distinct', 'else', 'end', 'except', 'false', 'fetch', 'for', 'from', 'group', 'having',
  'ilike', 'in', 'inner', 'intersect', 'into', 'is', 'join', 'lateral', 'like', 'limit',
  'natural', 'not', 'null', 'offset', 'on', 'or', 'order', 'pivot', 'qualify', 'returning', 'select',
  'table', 'then', 'true', 'try_cast', 'union', 'unpivot', 'using', 'when', 'where', 'window', 'with',
]);

/** Does the word need quotes to be a name? `word` in lower case. */
export function isReserved(word: string): boolean {
  return RESERVED.has(word);
}

// An open hash table over the letters, so that the lexer finds keywords without making a string.
const TABLE_SIZE = 2048;
const TABLE = buildTable();

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 11) ^ (hash >>> 22)) & (TABLE_SIZE - 1);
}

function buildTable(): readonly (Keyword | undefined)[] {
  const table: (Keyword | undefined)[] = new Array(TABLE_SIZE).fill(undefined);
  for (const keyword of KEYWORDS) {
    let hash = 0;
    for (let i = 0; i < keyword.length; i++)
      hash = (Math.imul(hash, 31) + (keyword.charCodeAt(i) | 32)) | 0;
    let slot = slotOf(hash);
    while (table[slot] !== undefined) slot = (slot + 1) & (TABLE_SIZE - 1);
    table[slot] = keyword;
  }
  return table;
}

/**
 * The keyword at `[start, end)` of the text in any case, or ''. `hash` is the rolling hash
 * `h * 31 + (code | 32)` over the word.
 */
export function keywordAt(text: string, start: number, end: number, hash: number): Keyword | '' {
  for (let slot = slotOf(hash); ; slot = (slot + 1) & (TABLE_SIZE - 1)) {
    const keyword = TABLE[slot];
    if (keyword === undefined) return '';
    if (keyword.length === end - start && equalsWord(text, start, keyword)) return keyword;
  }
}

function equalsWord(text: string, start: number, keyword: string): boolean {
  for (let i = 0; i < keyword.length; i++) {
    const code = text.charCodeAt(start + i);
    const wanted = keyword.charCodeAt(i);
    // Setting bit 5 makes ASCII letters lower case; nothing else becomes a letter by it.
    if (code !== wanted && (code | 32) !== wanted) return false;
  }
  return true;
}
