import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/drawing/display-width.ts';
import { fitColumns } from '../../src/drawing/fit-columns.ts';
import { hiddenLines } from '../../src/drawing/hidden-columns.ts';
import { tableLines } from '../../src/drawing/table-layout.ts';
import { fleetRow, SLED_COLUMNS } from '../../src/fleet/merge.ts';
import { roleOf, type Cell, type Column, type Row } from '../../src/model/column.ts';
import { PROBES } from '../../src/probes/index.ts';
import { runs } from '../support/sized.ts';
import { makeSled } from '../support/sleds.ts';

const PROBE_COLUMNS = PROBES.filter(({ shape }) => shape === 'rows').map(({ columns }) => columns);

/** Of a table of many identities. */
const TRACED = PROBES.find(({ name }) => name === 'trace-vol')!.columns;

const zone = (n: number): string =>
  `oxz_propolis-server_${String(n).padStart(8, 'a')}-d933-49fa-b38e-fc4607933d50`;

/** A cell as a probe's column may have it, and as a sled that nobody foresaw may fill it. */
function cellOf(column: Column): fc.Arbitrary<Cell> {
  const strange = fc.string({ unit: 'grapheme', maxLength: 60 });
  switch (column.kind) {
    case 'zone':
      return fc.oneof(
        fc.nat(99).map(zone),
        strange.map((text) => `z${text}`),
      );
    case 'id':
      return fc.option(fc.uuid());
    case 'state':
      return fc.option(fc.constantFrom('active', 'faulted', 'live_repair_ready', 'a_state_of_tomorrow'));
    case 'health':
      return fc.option(fc.constantFrom('ok', 'degraded', 'no_report'));
    case 'count':
      return column.name === 'pid' ? fc.integer({ min: 1, max: 9_999_999_999 }) : fc.option(fc.nat());
    case 'text':
    case 'json':
      return fc.option(strange);
    case 'note':
      return fc.option(fc.string({ maxLength: 200 }));
  }
}

const tables = fc.constantFrom(...PROBE_COLUMNS).chain((columns) => {
  const row = fc.tuple(
    fc.nat(31),
    fc.boolean(),
    fc.record(Object.fromEntries(columns.map((column) => [column.name, cellOf(column)]))),
  );
  return fc.record({
    columns: fc.constant([...SLED_COLUMNS, ...columns].filter(({ narrow }) => narrow === true)),
    rows: fc.array(
      row.map(([n, hasCubby, cells]): Row => {
        const sled = hasCubby ? makeSled(n) : makeSled(n, { cubby: null });
        return fleetRow(sled, cells);
      }),
      { minLength: 1, maxLength: 6 },
    ),
  });
});

/** Every column that no heading, note or line of hidden ones speaks of. */
function unsaid(columns: readonly Column[], rows: readonly Row[], width: number): readonly string[] {
  const { shown, below, hidden } = fitColumns(columns, rows, { width });
  const isSaid = ({ name }: Column): boolean =>
    shown.some(({ of }) => of.some((each) => each.name === name)) ||
    below.some((each) => each.name === name) ||
    hidden.some((each) => namesOf(each.name).includes(name));
  return columns.filter((column) => !isSaid(column)).map(({ name }) => name);
}

/** `ds[0-2]` is ds0, ds1 and ds2. */
function namesOf(name: string): readonly string[] {
  const stem = /^(.*)\[0-2\]$/.exec(name)?.[1];
  return stem === undefined ? name.split(', ') : [0, 1, 2].map((n) => `${stem}${n}`);
}

describe('a table of any probe, on a terminal of any width from 60 columns', () => {
  it('is never wider than it, names sled, zone and PID in each row, and hides nothing unsaid', () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 60, max: 300 }), ({ columns, rows }, width) => {
        const { table, hidden } = tableLines(columns, rows, { width });
        for (const line of [...table, ...hidden]) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        const { shown } = fitColumns(columns, rows, { width });
        const identities = columns.filter((column) => roleOf(column) === 'identity');
        for (const { name } of identities) {
          expect(shown.some(({ of }) => of.some((each) => each.name === name))).toBe(true);
        }
        for (const [i, row] of rows.entries()) {
          const line = table.filter((each) => !each.startsWith('    '))[i + 1] ?? '';
          const sled =
            typeof row['cubby'] === 'number' ? String(row['cubby']) : String(row['sled']).slice(-4);
          expect(line).toContain(sled);
          if ('pid' in row) expect(line).toContain(String(row['pid']));
          const id = /_([0-9a-f]{8})-d933/.exec(String(row['zone']))?.[1];
          if (id !== undefined) expect(line).toContain(id);
        }
        expect(unsaid(columns, rows, width)).toEqual([]);
      }),
      runs(30, 5000),
    );
  });

  it('cuts every identity short before it hides one', () => {
    const columns = [...SLED_COLUMNS.filter(({ narrow }) => narrow === true), ...TRACED];
    const cells = {
      zone: 'a zone of no number',
      pid: 9_999_999_999,
      volume: '00000000-0000-1000-8000-000000000000',
    };
    const row = fleetRow(makeSled(0, { cubby: null }), {
      ...cells,
      type: 'of many words',
      start: 1,
      done: 1,
    });
    const { shown } = fitColumns(columns, [row, { ...row, type: 'of others still' }], { width: 60 });
    expect(shown.map(({ of }) => of[0].name)).toEqual(['rack', 'zone', 'pid', 'volume', 'type']);
    const texts = shown.map(({ text }) => text(row));
    expect(texts).toEqual(['3/BRM4…20000', 'a zone…umber', '9999999999', '00000000', 'of ma…ords']);
  });

  it('hides nothing unsaid on narrower ones either, down to 1', () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 60 }), ({ columns, rows }, width) => {
        expect(unsaid(columns, rows, width)).toEqual([]);
        expect(tableLines(columns, rows, { width }).table.length).toBeGreaterThan(rows.length);
      }),
      runs(20, 2000),
    );
  });
});

const column = (name: string, kind: Column['kind'], more: Partial<Column> = {}): Column => ({
  name,
  heading: name.toUpperCase(),
  kind,
  help: name,
  ...more,
});

const three = (name: string): readonly Column[] =>
  [0, 1, 2].map((n) =>
    column(`${name}_${n}`, 'count', {
      heading: `${name.toUpperCase()}${n}`,
      each: { name, heading: name.toUpperCase() },
    }),
  );

const COLUMNS: readonly Column[] = [
  ...SLED_COLUMNS.filter(({ narrow }) => narrow === true),
  column('zone', 'zone'),
  column('pid', 'count', { role: 'identity' }),
  column('volume_id', 'id'),
  column('ds0', 'state'),
  ...three('lrc'),
  column('jobs', 'count'),
  column('zero', 'count'),
  column('same', 'count'),
  column('none', 'text'),
  column('note', 'note'),
];

const ROWS: readonly Row[] = [1, 2].map((n) =>
  fleetRow(makeSled(n), {
    zone: zone(n),
    pid: 28_000 + n,
    volume_id: `3f2b000${n}-7d14-4c7a-9a51-0d6c9f6b1a22`,
    ds0: n === 1 ? 'live_repair' : 'active',
    lrc_0: 0,
    lrc_1: n === 1 ? 968 : 0,
    lrc_2: 0,
    jobs: n,
    zero: 0,
    same: 7,
    none: null,
    note: n === 1 ? 'was faulted' : null,
  }),
);

describe('the rule of tables', () => {
  const headings = (width: number, rows = ROWS): string =>
    fitColumns(COLUMNS, rows, { width })
      .shown.map(({ heading }) => heading)
      .join(' ');

  it('writes shorter first, then hides what says nothing, then ids, then counters from the right', () => {
    const all = 'VOLUME_ID DS0 LRC0 LRC1 LRC2 JOBS ZERO SAME NONE NOTE';
    expect(headings(300)).toBe(`RACK SERIAL CUBBY ZONE PID ${all}`);
    expect(headings(170)).toBe(`SLED SERIAL ZONE PID ${all}`);
    expect(headings(110)).toBe(`SLED ZONE PID ${all}`);
    expect(headings(93)).toBe('SLED ZONE PID VOLUME_ID DS0 LRC JOBS ZERO SAME NONE NOTE');
    expect(headings(88)).toBe('SLED ZONE PID VOLUME_ID DS0 LRC JOBS ZERO SAME NOTE');
    expect(headings(80)).toBe('SLED ZONE PID VOLUME_ID DS0 LRC JOBS SAME NOTE');
    expect(headings(74)).toBe('SLED ZONE PID VOLUME_ID DS0 LRC JOBS NOTE');
    expect(headings(60)).toBe('SLED ZONE PID VOLUME_ID DS0 LRC JOBS');
    expect(headings(45)).toBe('SLED ZONE PID DS0 LRC JOBS');
    expect(headings(37)).toBe('SLED ZONE PID DS0 LRC');
    expect(headings(30)).toBe('SLED ZONE PID DS0');
    expect(headings(22)).toBe('SLED ZONE PID');
    expect(headings(1)).toBe('S');
  });

  it('shows codes, three counters as one, and a note below its row', () => {
    expect(tableLines(COLUMNS, ROWS, { width: 60, fullFormat: '-o wide' })).toEqual({
      table: [
        'SLED  ZONE        PID  VOLUME_ID  DS0  LRC      JOBS',
        '3/1   aaaaaaa1  28001  3f2b0001   LR   0/968/0     1',
        '    was faulted',
        '3/2   aaaaaaa2  28002  3f2b0002   ACT  0/0/0       2',
      ],
      hidden: [
        '(columns hidden to fit the terminal: serial; 0 in every row:',
        '  zero; 7 in every row: same; empty: none; --width 195 or -o',
        '  wide shows them)',
      ],
    });
  });

  it('takes a single row for no proof that a column is the same in every row', () => {
    expect(headings(66, ROWS.slice(0, 1))).toContain('SAME');
    expect(headings(66)).not.toContain('SAME');
  });

  it('leaves columns as they are called where the reader named them', () => {
    const { shown } = fitColumns(COLUMNS, ROWS, { width: 70, named: true });
    expect(shown.map(({ heading }) => heading).join(' ')).toMatch(/^RACK CUBBY ZONE/);
  });

  it('shows all of it where there is no limit, and on 10,000 columns', () => {
    for (const width of [null, 10_000]) {
      const fitted = fitColumns(COLUMNS, ROWS, { width });
      expect([fitted.shown.length, fitted.hidden]).toEqual([COLUMNS.length, []]);
    }
  });

  it('cuts a long name inside, where names differ least, with a mark that the terminal has', () => {
    const rows = [fleetRow(makeSled(1), { ...ROWS[0], zone: `lab-machine-${'x'.repeat(60)}-disk7` })];
    const { table } = tableLines(COLUMNS, rows, { width: 80, cutMark: '~' });
    expect(table[1]).toMatch(/lab-machine-x*~x*-disk7/);
  });
});

describe('the line of hidden columns', () => {
  it('is not there where nothing is hidden', () => {
    expect(hiddenLines([], { width: 80, shownBy: '--width 200' })).toEqual([]);
  });
});
