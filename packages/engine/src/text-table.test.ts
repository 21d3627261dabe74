import { BIGINT, DOUBLE, type Field, VARCHAR } from '@windrow/core';
import { describe, expect, it } from 'vitest';
import { displayWidth, textTable } from './text-table.ts';

const fields: readonly Field[] = [
  { name: 'city', type: VARCHAR, nullable: true },
  { name: 'n', type: BIGINT, nullable: false },
  { name: 'share', type: DOUBLE, nullable: true },
];
const rows = [
  ['Köln', 12n, 0.5],
  ['東京', 3n, null],
  ['a\nb', -1n, Number.NaN],
];

describe('textTable', () => {
  it('draws a box with types, numbers to the right', () => {
    expect(textTable(fields, rows)).toBe(
      [
        '┌─────────┬────────┬────────┐',
        '│  city   │   n    │ share  │',
        '│ varchar │ bigint │ double │',
        '├─────────┼────────┼────────┤',
        '│ Köln    │     12 │    0.5 │',
        '│ 東京    │      3 │   NULL │',
        '│ a\\nb    │     -1 │    nan │',
        '└─────────┴────────┴────────┘',
        '',
      ].join('\n'),
    );
  });

  it('draws markdown', () => {
    expect(textTable(fields.slice(0, 2), [['a|b', 1n]], { style: 'markdown' })).toBe(
      '| city | n |\n|------|--:|\n| a\\|b | 1 |\n',
    );
  });

  it('shows head and tail of many rows', () => {
    const many = Array.from({ length: 100 }, (_, i) => [BigInt(i)]);
    const text = textTable(fields.slice(1, 2), many, { maxRows: 4 });
    expect(text).toContain('│      1 │\n│   ·    │\n│     98 │');
    expect(text.endsWith('100 rows, 4 shown\n')).toBe(true);
  });

  it('leaves out columns in the middle of a narrow terminal', () => {
    const text = textTable(fields, rows, { maxWidth: 26 });
    expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(26);
    expect(text).toContain('…');
  });
});
