import { styleText } from 'node:util';
import { describe, expect, it } from 'vitest';
import { drawGrid } from '../../src/drawing/grid.ts';

describe('drawGrid', () => {
  it('aligns columns over all rows, however many there are', () => {
    const rows = Array.from({ length: 500 }, (_, n) => [
      `name-${n}`,
      String(n * n),
      n === 499 ? 'the widest of all' : 'x',
    ]);
    const lines = drawGrid(rows, ['left', 'right', 'left']).trimEnd().split('\n');
    expect(lines).toHaveLength(500);
    expect(lines[0]).toBe('name-0         0  x');
    expect(lines[499]).toBe('name-499  249001  the widest of all');
    expect(new Set(lines.map((line) => line.search(/(x|the widest of all)$/))).size).toBe(1);
  });

  it('does not count colors as width, and cuts nothing', () => {
    const red = (text: string) => styleText('red', text, { validateStream: false });
    expect(
      drawGrid(
        [
          [red('ab'), '1'],
          ['abcd', '22'],
        ],
        ['left', 'right'],
      ),
    ).toBe(`${red('ab')}     1\nabcd  22\n`);
  });

  it('cuts no wide characters, and aligns what stands behind them', () => {
    const lines = drawGrid(
      [
        ['日本語', 'a'],
        ['e\u0301', 'b'],
        ['ab', 'c'],
      ],
      ['left', 'left'],
    );
    expect(lines).toBe('日本語  a\ne\u0301       b\nab      c\n');
  });

  it('lays out the same text in every place where it stands, and empty cells too', () => {
    const rows = [
      ['a', '', 'x'],
      ['', '', 'a'],
      ['long', '1', 'a'],
    ];
    expect(drawGrid(rows, ['left', 'right', 'left'])).toBe('a        x\n         a\nlong  1  a\n');
  });

  it('keeps a row on one line, whatever a cell holds', () => {
    expect(
      drawGrid(
        [
          ['a\nb', 'x'],
          ['c', 'y'],
        ],
        ['left', 'left'],
      ),
    ).toBe('a?b  x\nc    y\n');
  });

  it('draws nothing of nothing', () => {
    expect(drawGrid([], ['left'])).toBe('');
  });
});
