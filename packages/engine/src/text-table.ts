import { type Field, formatLiteral, isNumeric, type LiteralValue, typeName } from '@windrow/core';

/** Characters that a table is drawn with. */
interface Lines {
  readonly top: readonly [string, string, string] | undefined;
  readonly header: readonly [string, string, string];
  readonly bottom: readonly [string, string, string] | undefined;
  readonly horizontal: string;
  readonly vertical: string;
}

type StyleName = 'box' | 'table' | 'markdown';

const STYLES: Readonly<Record<StyleName, Lines>> = {
  box: {
    top: ['┌', '┬', '┐'],
    header: ['├', '┼', '┤'],
    bottom: ['└', '┴', '┘'],
    horizontal: '─',
    vertical: '│',
  },
  table: {
    top: ['+', '+', '+'],
    header: ['+', '+', '+'],
    bottom: ['+', '+', '+'],
    horizontal: '-',
    vertical: '|',
  },
  markdown: {
    top: undefined,
    header: ['|', '|', '|'],
    bottom: undefined,
    horizontal: '-',
    vertical: '|',
  },
};

export interface TextTableOptions {
  /** Default 'box'. */
  readonly style?: StyleName;
  /** Rows shown, half from the head and half from the tail; 0 shows all. Default 40. */
  readonly maxRows?: number;
  /** Terminal columns; columns in the middle are left out beyond. 0: no limit. Default 0. */
  readonly maxWidth?: number;
  /** Show a second header line with the types. Default true for box. */
  readonly types?: boolean;
  /** Rows that the result had beyond `rows`, when only head and tail were kept. */
  readonly omittedRows?: number;
}

/** Where the terminal is too narrow, longer cells are cut. */
const MAX_CELL_WIDTH = 60;

/**
 * A result as a drawn table: numbers right-aligned, NULL shown as such, control characters escaped.
 *
 * Rows are literals, one array a row. A result without columns is no text.
 */
export function textTable(
  fields: readonly Field[],
  rows: readonly (readonly LiteralValue[])[],
  options: TextTableOptions = {},
): string {
  if (fields.length === 0) return '';
  const style = options.style ?? 'box';
  const lines: Lines = STYLES[style];
  const withTypes = options.types ?? style === 'box';
  const { shown, head, omitted } = pick(rows, options);
  const maxWidth = options.maxWidth ?? 0;
  let columns = fields.map(
    (field, index): DrawnColumn => ({
      name: escapeCell(field.name, style),
      type: withTypes ? typeName(field.type).toLowerCase() : '',
      cells: shown.map((row) => escapeCell(formatLiteral(row[index] ?? null, field.type), style)),
      right: isNumeric(field.type),
    }),
  );
  let widths = columns.map(widthOf);
  if (maxWidth > 0 && tableWidth(widths) > maxWidth) {
    columns = columns.map(clipped);
    widths = columns.map(widthOf);
  }
  const kept = fit(widths, maxWidth);
  const line = (texts: readonly string[], align: 'center' | 'cell'): string => {
    const cells = kept.map((index) => {
      if (index < 0) return ' … ';
      const right = columns[index]?.right ?? false;
      const side =
        align === 'center' ? (style === 'box' ? 'center' : 'left') : right ? 'right' : 'left';
      return ` ${pad(texts[index] ?? '', widths[index] ?? 1, side)} `;
    });
    return `${lines.vertical}${cells.join(lines.vertical)}${lines.vertical}\n`;
  };
  const rule = ([left, middle, right]: readonly [string, string, string]): string => {
    const parts = kept.map((index) =>
      lines.horizontal.repeat(index < 0 ? 3 : (widths[index] ?? 1) + 2),
    );
    return `${left}${parts.join(middle)}${right}\n`;
  };
  let text = lines.top === undefined ? '' : rule(lines.top);
  text += line(
    columns.map((column) => column.name),
    'center',
  );
  if (withTypes) {
    text += line(
      columns.map((column) => column.type),
      'center',
    );
  }
  text += style === 'markdown' ? markdownRule(kept, widths, columns) : rule(lines.header);
  shown.forEach((_, row) => {
    if (omitted > 0 && row === head)
      text += line(
        columns.map(() => '·'),
        'center',
      );
    text += line(
      columns.map((column) => column.cells[row] ?? ''),
      'cell',
    );
  });
  if (lines.bottom !== undefined) text += rule(lines.bottom);
  if (omitted > 0)
    text += `${rows.length + (options.omittedRows ?? 0)} rows, ${shown.length} shown\n`;
  return text;
}

function pick(
  rows: readonly (readonly LiteralValue[])[],
  options: TextTableOptions,
): { shown: readonly (readonly LiteralValue[])[]; head: number; omitted: number } {
  const maxRows = options.maxRows ?? 40;
  const missing = options.omittedRows ?? 0;
  if (maxRows === 0 || rows.length + missing <= maxRows) {
    return { shown: rows, head: rows.length, omitted: 0 };
  }
  const head = Math.ceil(maxRows / 2);
  const tail = Math.min(rows.length - head, maxRows - head);
  const shown = [...rows.slice(0, head), ...rows.slice(rows.length - tail)];
  return { shown, head, omitted: rows.length + missing - shown.length };
}

interface DrawnColumn {
  readonly name: string;
  readonly type: string;
  readonly cells: readonly string[];
  /** Numbers stand at the right. */
  readonly right: boolean;
}

const widthOf = ({ name, type, cells }: DrawnColumn): number =>
  [name, type, ...cells].reduce((width, text) => Math.max(width, displayWidth(text)), 1);

const tableWidth = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width + 3, 1);

const clipped = (column: DrawnColumn): DrawnColumn => ({
  ...column,
  name: clip(column.name),
  cells: column.cells.map(clip),
});

const CONTROL: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeCell(text: string, style: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
  const visible = text.replace(/[\u0000-\u001f\u007f]/g, (c) => {
    return CONTROL[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return style === 'markdown' ? visible.replaceAll('|', '\\|') : visible;
}

function clip(text: string): string {
  if (text.length <= MAX_CELL_WIDTH) return text;
  return `${text.slice(0, MAX_CELL_WIDTH - 1)}…`;
}

/** Indices of the columns that fit, with −1 where some are left out; the outer ones stay longest. */
function fit(widths: readonly number[], maxWidth: number): number[] {
  const all = widths.map((_, index) => index);
  const total = (indices: readonly number[]): number =>
    indices.reduce((sum, index) => sum + (index < 0 ? 4 : (widths[index] ?? 1) + 3), 1);
  if (maxWidth <= 0 || total(all) <= maxWidth) return all;
  let left = Math.ceil(widths.length / 2);
  let right = left;
  const kept = (): number[] => [...all.slice(0, left), -1, ...all.slice(right)];
  while (total(kept()) > maxWidth && left + widths.length - right > 1) {
    if (left > widths.length - right) left -= 1;
    else right += 1;
  }
  return kept();
}

function markdownRule(
  kept: readonly number[],
  widths: readonly number[],
  columns: readonly { readonly right: boolean }[],
): string {
  const parts = kept.map((index) => {
    if (index < 0) return '---';
    const dashes = '-'.repeat((widths[index] ?? 1) + 1);
    return columns[index]?.right ? `${dashes}:` : `${dashes}-`;
  });
  return `|${parts.join('|')}|\n`;
}

function pad(text: string, width: number, side: 'left' | 'right' | 'center'): string {
  const room = Math.max(0, width - displayWidth(text));
  if (side === 'left') return text + ' '.repeat(room);
  if (side === 'right') return ' '.repeat(room) + text;
  const before = Math.floor(room / 2);
  return ' '.repeat(before) + text + ' '.repeat(room - before);
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Terminal columns of a text: East Asian wide characters and emoji take two. */
export function displayWidth(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is that of plain ASCII
  if (/^[\u0000-\u007f]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}
