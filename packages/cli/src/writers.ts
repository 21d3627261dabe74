import {
  delimitedCell,
  delimitedRow,
  displayWidth,
  type Field,
  jsonObject,
  type LiteralValue,
  sqlText,
  textTable,
} from '@windrow/engine';

/** Where text goes; false asks to wait until it has drained. */
export type Write = (text: string) => void;

/** Writes one result. Rows may come in any number of portions. */
export interface ResultWriter {
  rows(rows: readonly (readonly LiteralValue[])[]): void;
  end(): void;
}

export interface WriterSettings {
  /** Rows that drawn tables show, head and tail; 0: all. */
  readonly maxRows: number;
  /** Terminal columns; 0: no limit. */
  readonly maxWidth: number;
}

type OpenWriter = (
  fields: readonly Field[],
  write: Write,
  settings: WriterSettings,
) => ResultWriter;

/** A table needs the widths of all its cells: the head and a ring of the last rows are kept. */
const drawn =
  (style: 'box' | 'table' | 'markdown'): OpenWriter =>
  (fields, write, { maxRows, maxWidth }) => {
    const kept: (readonly LiteralValue[])[] = [];
    const headRows = Math.ceil(maxRows / 2);
    let dropped = 0;
    return {
      rows(rows) {
        for (const row of rows) kept.push(row);
        if (maxRows === 0 || kept.length <= 4 * maxRows) return;
        const excess = kept.length - 2 * maxRows;
        kept.splice(headRows, excess);
        dropped += excess;
      },
      end() {
        if (fields.length === 0) return;
        write(textTable(fields, kept, { style, maxRows, maxWidth, omittedRows: dropped }));
      },
    };
  };

const lines =
  (
    header: (fields: readonly Field[]) => string,
    row: (fields: readonly Field[], row: readonly LiteralValue[]) => string,
  ): OpenWriter =>
  (fields, write) => {
    if (fields.length > 0) write(header(fields));
    return {
      rows: (rows) => write(rows.map((cells) => `${row(fields, cells)}\n`).join('')),
      end() {},
    };
  };

const delimited = (delimiter: string): OpenWriter =>
  lines(
    (fields) => `${fields.map(({ name }) => delimitedCell(name, delimiter)).join(delimiter)}\n`,
    (fields, row) => delimitedRow(fields, row, delimiter),
  );

const json: OpenWriter = (fields, write) => {
  let first = true;
  write('[');
  return {
    rows(rows) {
      for (const row of rows) {
        write(`${first ? '\n' : ',\n'}${jsonObject(fields, row)}`);
        first = false;
      }
    },
    end: () => write(first ? ']\n' : '\n]\n'),
  };
};

const line: OpenWriter = (fields, write) => {
  const width = Math.max(0, ...fields.map(({ name }) => displayWidth(name)));
  const names = fields.map(({ name }) => ' '.repeat(width - displayWidth(name)) + name);
  let first = true;
  return {
    rows(rows) {
      for (const row of rows) {
        const cells = fields.map(
          (field, i) => `${names[i]} = ${cellText(field, row[i] ?? null)}\n`,
        );
        write(`${first ? '' : '\n'}${cells.join('')}`);
        first = false;
      }
    },
    end() {},
  };
};

const cellText = (field: Field, value: LiteralValue): string =>
  value === null ? 'NULL' : delimitedRow([field], [value], '\0').replace(/^"(.*)"$/s, '$1');

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const html: OpenWriter = (fields, write) => {
  write(`<table>\n<tr>${fields.map(({ name }) => `<th>${escapeHtml(name)}</th>`).join('')}</tr>\n`);
  return {
    rows(rows) {
      for (const row of rows) {
        const cells = fields.map((f, i) => `<td>${escapeHtml(cellText(f, row[i] ?? null))}</td>`);
        write(`<tr>${cells.join('')}</tr>\n`);
      }
    },
    end: () => write('</table>\n'),
  };
};

const insert: OpenWriter = lines(
  () => '',
  (fields, row) =>
    `INSERT INTO result VALUES (${fields.map((f, i) => sqlText(row[i] ?? null, f.type)).join(', ')});`,
);

/** How results are written. */
export type Mode =
  | 'box'
  | 'table'
  | 'markdown'
  | 'csv'
  | 'tsv'
  | 'json'
  | 'jsonl'
  | 'line'
  | 'html'
  | 'insert'
  | 'trash';

const WRITERS: Readonly<Record<Mode, OpenWriter>> = {
  box: drawn('box'),
  table: drawn('table'),
  markdown: drawn('markdown'),
  csv: delimited(','),
  tsv: delimited('\t'),
  json,
  jsonl: lines(() => '', jsonObject),
  line,
  html,
  insert,
  trash: () => ({ rows() {}, end() {} }),
};

export const MODES: readonly Mode[] = Object.keys(WRITERS) as Mode[];

export const isMode = (name: string): name is Mode => Object.hasOwn(WRITERS, name);

export const openWriter = (
  mode: Mode,
  fields: readonly Field[],
  write: Write,
  settings: WriterSettings,
): ResultWriter => WRITERS[mode](fields, write, settings);
