/** What {@link parseNaively} finds: rows of fields (null: an unquoted empty field), or a bad record. */
export type NaiveResult =
  | { readonly kind: 'rows'; readonly rows: readonly (readonly (string | null)[])[] }
  | { readonly kind: 'bad' };

interface NaiveDialect {
  readonly delimiter: string;
  readonly quote: string;
  readonly fieldCount: number;
}

/**
 * Delimiter-separated text parsed character by character, for tests: the definition that the scanner is
 * held against.
 */
export function parseNaively(text: string, dialect: NaiveDialect): NaiveResult {
  const rows: (string | null)[][] = [];
  let at = 0;
  const isLineEnd = () => text[at] === '\n' || text[at] === '\r';
  const skipLineEnd = () => {
    at += text.startsWith('\r\n', at) ? 2 : 1;
  };
  while (at < text.length) {
    if (isLineEnd() && dialect.fieldCount > 1) {
      skipLineEnd();
      continue;
    }
    const row: (string | null)[] = [];
    for (;;) {
      const field = parseField();
      if (field === undefined) return { kind: 'bad' };
      row.push(field);
      if (text[at] !== dialect.delimiter) break;
      at += 1;
    }
    if (at < text.length) skipLineEnd();
    if (row.length === dialect.fieldCount + 1 && row.at(-1) === null) row.pop();
    if (row.length !== dialect.fieldCount) return { kind: 'bad' };
    rows.push(row);
  }
  return { kind: 'rows', rows };

  /** undefined: the quotes are wrong. */
  function parseField(): string | null | undefined {
    let value = '';
    if (text[at] !== dialect.quote) {
      while (at < text.length && !isLineEnd() && text[at] !== dialect.delimiter)
        value += text[at++];
      return value === '' ? null : value;
    }
    at += 1;
    for (;;) {
      if (at >= text.length) return undefined;
      if (text.startsWith(dialect.quote.repeat(2), at)) {
        value += dialect.quote;
        at += 2;
      } else if (text[at] === dialect.quote) {
        at += 1;
        break;
      } else {
        value += text[at++];
      }
    }
    while (text[at] === ' ') at += 1;
    return at >= text.length || isLineEnd() || text[at] === dialect.delimiter ? value : undefined;
  }
}
