import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/model/column.ts';
import type { ProbeSettings, ProbeSpec } from '../../src/model/probe.ts';
import { PROBES } from '../../src/probes/index.ts';
import { countTable } from '../../src/kinds/count-table.ts';
import { reportTable } from '../../src/kinds/report-table.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';

/** Tables as the scripts of version 0.1.0 printed them: its recordings are replayed for ever. */
const counts = countTable({
  name: 'counts',
  summary: 'counts',
  provider: 'upstairs',
  counted: [
    { column: 'read_in', probe: 'gw-read-start' },
    { column: 'read_out', probe: 'gw-read-done' },
  ],
  about: [],
  limit: 'pid',
  interval: 4,
  cost: 'nothing',
});

const status = reportTable({
  name: 'status',
  summary: 'reports',
  fields: ['ds', 'apply'],
  pid: 'optional',
  ratesOf: ['apply'],
});

const HEAD = 'ZONE PID R> R<';

function rowsOf(
  probe: ProbeSpec,
  lines: readonly string[],
  change: Partial<ProbeSettings> = {},
): readonly Row[] {
  const text = lines.map((line) => `${line}\n`).join('');
  const reading = probe.read(result(text), { ...SETTINGS, ...change });
  if (reading.status !== 'answer') throw new Error(reading.error.message);
  expect(reading.issues).toEqual([]);
  return reading.rows;
}

const cells = (rows: readonly Row[], ...names: readonly string[]) =>
  rows.map((row) => names.map((name) => row[name]));

describe('counts by interval', () => {
  /** Three intervals of 4 s: in the last one, z2 did nothing. */
  const three = [HEAD, 'z1 7 10 9', 'z2 8 1 1', HEAD, 'z1 7 20 21', 'z2 8 3 3', HEAD, 'z1 7 6 5'];

  it('are those of the last interval, and who did nothing in it is said to be idle', () => {
    const rows = rowsOf(counts, three, { seconds: 12, interval: 4 });
    expect(cells(rows, 'zone', 'pid', 'read_in', 'read_out', 'note')).toEqual([
      ['z1', 7, 6, 5, null],
      ['z2', 8, null, null, 'no row in the last interval'],
    ]);
  });

  it('are those of the last whole interval where the time is not a multiple of it', () => {
    const rows = rowsOf(counts, three, { seconds: 10, interval: 4 });
    expect(cells(rows, 'zone', 'read_in', 'read_out', 'note')).toEqual([
      ['z1', 20, 21, null],
      ['z2', 3, 3, null],
    ]);
  });

  it('are those of the last whole interval of a script that was stopped', () => {
    const rows = rowsOf(counts, [...three, HEAD], { seconds: 600, interval: 4, cut: true });
    expect(cells(rows, 'zone', 'read_in', 'note')).toEqual([
      ['z1', 6, null],
      ['z2', null, 'no row in the last interval'],
    ]);
  });

  it('are of the one interval that there was, however short', () => {
    const rows = rowsOf(counts, [HEAD, 'z1 7 10 9'], { seconds: 2, interval: 4, rates: true });
    expect(cells(rows, 'read_in', 'read_out')).toEqual([[5, 4.5]]);
  });

  it('are rates a second of the interval, to a tenth', () => {
    const rows = rowsOf(counts, three, { seconds: 12, interval: 4, rates: true });
    expect(cells(rows, 'pid', 'read_in', 'read_out')).toEqual([
      [7, 1.5, 1.3],
      [8, null, null],
    ]);
  });

  it("are of the probe's own interval with --interval 0, which is what the script takes then", () => {
    const whole = rowsOf(counts, three, { seconds: 10, interval: 0, rates: true });
    expect(cells(whole, 'zone', 'read_in')).toEqual([
      ['z1', 5],
      ['z2', 0.8],
    ]);
  });

  it('are sums with totals, and rates of the whole time', () => {
    const totals = rowsOf(counts, three, { seconds: 12, interval: 4, totals: true });
    expect(cells(totals, 'zone', 'pid', 'read_in', 'read_out')).toEqual([
      ['z1', 7, 36, 35],
      ['z2', 8, 4, 4],
    ]);
    const rates = rowsOf(counts, three, { seconds: 12, interval: 4, totals: true, rates: true });
    expect(cells(rates, 'read_in', 'read_out')).toEqual([
      [3, 2.9],
      [0.3, 0.3],
    ]);
  });

  it('stay exact past 2^53, alone and added', () => {
    const big = [HEAD, 'z1 7 9007199254740993 1', HEAD, 'z1 7 9007199254740992 2'];
    expect(cells(rowsOf(counts, big, { seconds: 8, interval: 4 }), 'read_in')).toEqual([
      ['9007199254740992'],
    ]);
    const totals = rowsOf(counts, big, { seconds: 8, interval: 4, totals: true });
    expect(cells(totals, 'read_in', 'read_out')).toEqual([['18014398509481985', 3]]);
  });

  it('that are not known are not known in the sum either', () => {
    const rows = rowsOf(counts, [HEAD, 'z1 7 5 -', HEAD, 'z1 7 6 2'], {
      seconds: 8,
      interval: 4,
      totals: true,
    });
    expect(cells(rows, 'read_in', 'read_out')).toEqual([[11, null]]);
  });

  it('of a trace without an interval are of the whole time, as their rates', () => {
    const tracegw = PROBES.find((probe) => probe.name === 'tracegw')!;
    const text = ['ZONE PID TYPE START DONE', 'z1 7 read 30 27'];
    const rows = rowsOf(tracegw, text, { seconds: 30, interval: 0, rates: true });
    expect(cells(rows, 'type', 'start', 'done')).toEqual([['read', 1, 0.9]]);
  });
});

describe('tables of reports', () => {
  const TITLES = 'ZONE PID UPSTAIRS SESSION DS0 DS1 DS2 APPLY';
  const line = (session: string, states: string, apply: number | string) =>
    `z1 7 u1 ${session} ${states} ${apply}`;
  const active = 'Active Active Active';

  it('hold the newest row of each session, with the rate since the one before', () => {
    const rows = rowsOf(
      status,
      [
        TITLES,
        line('s1', active, 100),
        line('s2', active, 5),
        line('s1', 'Active LiveRepair Active', 130),
        line('s2', active, 9),
      ],
      { seconds: 2, interval: 1 },
    );
    expect(cells(rows, 'session_id', 'ds1', 'apply', 'apply_per_second', 'note')).toEqual([
      ['s1', 'live_repair', 130, 30, null],
      ['s2', 'active', 9, 4, null],
    ]);
  });

  it('divide what grew by the interval', () => {
    const text = [TITLES, line('s1', active, 100), line('s1', active, 130)];
    const rate = (interval: number) => rowsOf(status, text, { seconds: 8, interval })[0]!['apply_per_second'];
    expect([rate(4), rate(0)]).toEqual([7.5, 30]);
  });

  it('have no rate of a session that reported once, and take none across sessions', () => {
    const rows = rowsOf(status, [TITLES, line('s1', active, 100), line('s2', active, 130)], {
      seconds: 1,
      interval: 1,
    });
    expect(cells(rows, 'session_id', 'apply_per_second')).toEqual([
      ['s1', null],
      ['s2', null],
    ]);
  });

  it('say of a session that reported too seldom that it was silent, unless the script was stopped', () => {
    const text = [TITLES, ...Array.from({ length: 5 }, (_, n) => line('s1', active, n))];
    const note = (change: Partial<ProbeSettings>) =>
      rowsOf(status, text, { interval: 1, ...change })[0]!['note'];
    expect(note({ seconds: 30 })).toBe('reported 5 of about 30 times: it came, went or was silent meanwhile');
    expect(note({ seconds: 6 })).toBeNull();
    expect(note({ seconds: 30, cut: true })).toBeNull();
  });

  it('say of reports without ids that disks look alike, and give no rates of them', () => {
    const text = [TITLES, `z1 7 - - ${active} 100`, `z1 7 - - ${active} 9000`];
    const [row, ...others] = rowsOf(status, text, { seconds: 2, interval: 1 });
    expect(others).toEqual([]);
    expect(row).toMatchObject({ apply: 9000, apply_per_second: null });
    expect(row!['note']).toMatch(/no ids/);
  });

  it('have states that no Crucible has as an issue', () => {
    const reading = status.read(result(`${TITLES}\n${line('s1', 'Active Odd Active', 1)}\n`), SETTINGS);
    expect(reading).toMatchObject({ status: 'answer', issues: [{ code: 'unknown_state' }] });
  });
});
