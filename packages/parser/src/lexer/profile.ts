/**
 * The lexical side of a dialect, as data: the lexer, the parser and the printer read these
 * properties and branch on nothing else.
 */
export interface LexerProfile {
  readonly name: 'ansi' | 'spark';
  /** The character around a quoted identifier; doubled inside, it stands for itself. */
  readonly identifierQuote: '"' | '`';
  /** Is `"x"` a string? */
  readonly doubleQuotedStrings: boolean;
  /** Do plain strings know `\n`, `\'` and the like? */
  readonly backslashEscapes: boolean;
  /** Do strings beside each other join on one line too, or only across a line break? */
  readonly joinStringsOnOneLine: boolean;
  /** `$$…$$` and `$tag$…$tag$`. */
  readonly dollarQuotes: boolean;
  /** `r'…'`: a string without escapes. */
  readonly rawStrings: boolean;
  /** `1L`, `1.5BD`. */
  readonly numberSuffixes: boolean;
  /** `^` is bitwise XOR between `&` and `|`, not power; `!` in front is NOT. */
  readonly caretIsXor: boolean;
  /** At the start of a SELECT item, is a tight `a:b` a JSON path (else an alias in front)? */
  readonly leadingJsonPath: boolean;
  /** `a JOIN b` without a condition is a cross join. */
  readonly joinWithoutCondition: boolean;
}

/** PostgreSQL's rules: `"x"` is an identifier, a backslash an ordinary character. */
export const ANSI: LexerProfile = {
  name: 'ansi',
  identifierQuote: '"',
  doubleQuotedStrings: false,
  backslashEscapes: false,
  joinStringsOnOneLine: false,
  dollarQuotes: true,
  rawStrings: false,
  numberSuffixes: false,
  caretIsXor: false,
  leadingJsonPath: false,
  joinWithoutCondition: false,
};

/** Spark's rules: backticks around identifiers, `"x"` a string, backslash escapes. */
export const SPARK: LexerProfile = {
  name: 'spark',
  identifierQuote: '`',
  doubleQuotedStrings: true,
  backslashEscapes: true,
  joinStringsOnOneLine: true,
  dollarQuotes: false,
  rawStrings: true,
  numberSuffixes: true,
  caretIsXor: true,
  leadingJsonPath: true,
  joinWithoutCondition: true,
};
