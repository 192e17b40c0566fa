import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHeadedTables, type TableForm } from '../../src/parse/headed-table.ts';

const DISKS: TableForm<'disks'> = { name: 'disks', headings: ['ID', 'SIZE', 'STATE', 'NAME'] };
const SLEDS: TableForm<'sleds'> = { name: 'sleds', headings: ['SERIAL', 'IP', 'ID'], phrases: ['BP AVAIL'] };
const REGIONS: TableForm<'regions'> = { name: 'regions', headings: ['id', 'dataset_id'] };
const DATASETS: TableForm<'datasets'> = { name: 'datasets', headings: ['ID', 'TIME_DELETED', 'ADDRESS'] };

function rowsOf(text: string, form: TableForm): readonly Record<string, string>[] {
  return readHeadedTables(text, [form]).flatMap((line) =>
    line.kind === 'row' ? [Object.fromEntries(line.cells)] : [],
  );
}

describe('readHeadedTables', () => {
  it('cuts a plain table where its headings stand, with blanks in values and empty ones', () => {
    const text =
      'ID  SIZE   TYPE     STATE    NAME   ATTACHED_TO \n' +
      'a-1 10 GiB crucible attached boot-1 i-1         \n' +
      'a-2 1 TiB           detached data   -\n';
    expect(rowsOf(text, DISKS)).toEqual([
      { ID: 'a-1', SIZE: '10 GiB', TYPE: 'crucible', STATE: 'attached', NAME: 'boot-1', ATTACHED_TO: 'i-1' },
      { ID: 'a-2', SIZE: '1 TiB', TYPE: '', STATE: 'detached', NAME: 'data', ATTACHED_TO: '-' },
    ]);
  });

  it('reads a table with blanks on both sides, also without the first one of its headings', () => {
    const heading = ' SERIAL       IP                POLICY      BP AVAIL   ID  ';
    const row = ' BRM42220057  [fd00::1]:12345   in service  available  c7-1';
    const expected = { SERIAL: 'BRM42220057', IP: '[fd00::1]:12345', 'BP AVAIL': 'available', ID: 'c7-1' };
    expect(rowsOf(`${heading}\n${row}\n`, SLEDS)).toEqual([expect.objectContaining(expected)]);
    expect(rowsOf(`${heading.trim()}\r\n${row}\r\n`, SLEDS)).toEqual([expect.objectContaining(expected)]);
  });

  it('reads tables with rules, with blanks on both sides of a value or on the right only', () => {
    const regions =
      ' id   | dataset_id | read_only \n------+------------+-----------\n r-9  | d-9        | false     \n';
    expect(rowsOf(regions, REGIONS)).toEqual([{ id: 'r-9', dataset_id: 'd-9', read_only: 'false' }]);
    const datasets =
      'ID   |TIME_DELETED |ADDRESS          \n-----+-------------+-----------------\nd-9  |             |[fd00::9]:32345 \n';
    expect(rowsOf(datasets, DATASETS)).toEqual([{ ID: 'd-9', TIME_DELETED: '', ADDRESS: '[fd00::9]:32345' }]);
  });

  it('tells notes, other lines and rows that were moved or cut from rows', () => {
    const text =
      'note: using database URL x\n$ omdb db sleds\nSERIAL      IP   ID\nBRM42220057 fd00 a\nBRM42220058 fd00\nWARN: found 500 items (the limit)\nBRM4222005799 fd00 b\n';
    const lines = readHeadedTables(text, [SLEDS]).map((line) =>
      line.kind === 'row' ? [line.line, 'row', line.lacks] : [line.line, line.kind],
    );
    expect(lines).toEqual([
      [1, 'note'],
      [2, 'text'],
      [3, 'headings'],
      [4, 'row', []],
      [5, 'row', ['ID']],
      [6, 'note'],
      [7, 'text'],
    ]);
  });

  it('goes on with the next table where headings of another form stand, without an empty line between', () => {
    const text = 'SERIAL IP ID\nB1     x  1 \nid  | dataset_id\nr-9 | d-9\n';
    const kinds = readHeadedTables(text, [SLEDS, REGIONS]).map((line) =>
      'form' in line ? line.form : line.kind,
    );
    expect(kinds).toEqual(['sleds', 'sleds', 'regions', 'regions']);
  });

  it('gives back what a table of any values was drawn from, in every style', () => {
    const value = fc.stringMatching(/^(?:[a-z0-9[\]:.-]+(?: [a-z0-9]+)?)?$/, { maxLength: 14 });
    const row = fc.tuple(
      value.filter((text) => text !== ''),
      value,
      value.filter((text) => text !== ''),
    );
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 5 }),
        fc.constantFrom('plain', 'padded', 'ruled'),
        (rows, style) => {
          const headings = ['ID', 'TIME_DELETED', 'ADDRESS'];
          const widths = headings.map((heading, i) =>
            Math.max(heading.length, ...rows.map((each) => each[i]?.length ?? 0)),
          );
          const drawn = (cells: readonly string[]): string => {
            const padded = cells.map((cell, i) => cell.padEnd(widths[i] ?? 0));
            if (style === 'plain') return `${padded.join(' ')} `;
            return style === 'padded' ? ` ${padded.join('  ')} ` : padded.join(' |');
          };
          const text = [headings, ...rows].map((each) => `${drawn(each)}\n`).join('');
          expect(rowsOf(text, { ...DATASETS, headings: ['ID', 'ADDRESS'] })).toEqual(
            rows.map(([id, deleted, address]) => ({ ID: id, TIME_DELETED: deleted, ADDRESS: address })),
          );
        },
      ),
    );
  });
});
