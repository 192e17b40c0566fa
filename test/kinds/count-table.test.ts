import { describe, expect, it } from 'vitest';
import type { Cell, Row } from '../../src/model/column.ts';
import type { ProbeSettings, ProbeSpec } from '../../src/model/probe.ts';
import { countTable } from '../../src/kinds/count-table.ts';
import { PROBES } from '../../src/probes/index.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';

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

const row = (zone: string, pid: number, read: number | string, answered: number | string): string =>
  `zone=${zone} pid=${pid} read_in=${read} read_out=${answered}`;

/** The line that closes an interval of so many seconds. */
const closed = (number: number, seconds: number): string =>
  `interval=${number} elapsed_ns=${seconds * 1e9} time_ns=${1_790_000_000 + number}000000000`;

function read(probe: ProbeSpec, lines: readonly string[], change: Partial<ProbeSettings> = {}) {
  const text = lines.map((line) => `${line}\n`).join('');
  const reading = probe.read(result(text), { ...SETTINGS, ...change });
  if (reading.status !== 'answer') throw new Error(reading.error.message);
  return reading;
}

function rowsOf(...args: Parameters<typeof read>): readonly Row[] {
  const { rows, issues } = read(...args);
  expect(issues).toEqual([]);
  return rows;
}

const cells = (
  rows: readonly Row[],
  ...names: readonly string[]
): readonly (readonly (Cell | undefined)[])[] => rows.map((each) => names.map((name) => each[name]));

/** Three intervals of 4 s: in the last one, z2 did nothing. */
const THREE = [
  row('z1', 7, 10, 9),
  row('z2', 8, 1, 1),
  closed(0, 4),
  row('z1', 7, 20, 21),
  row('z2', 8, 3, 3),
  closed(1, 4),
  row('z1', 7, 6, 5),
  closed(2, 4),
];

describe('counts by interval', () => {
  it('are asked for by name', () => {
    const settings = { ...SETTINGS, seconds: 30, interval: 4 };
    expect(counts.arguments(settings)).toEqual(['30', '4', '0', 'FIELDS']);
    expect(counts.arguments({ ...settings, pid: 7 })).toEqual(['30', '4', '7', 'FIELDS']);
    const needed = PROBES.find((probe) => probe.name === 'downstairs_count')!;
    expect(needed.arguments({ ...settings, pid: 7 })).toEqual(['7', '30', '4', 'FIELDS']);
    const volume = PROBES.find((probe) => probe.name === 'trace-vol')!;
    expect(volume.arguments(settings)).toEqual(['30', '4', '0', 'FIELDS']);
    expect(volume.arguments({ ...settings, volume: 'v' })).toEqual(['30', '4', 'v', 'FIELDS']);
  });

  it('are those of the last interval, with how long it was and when it ended; who did nothing in it is idle', () => {
    const rows = rowsOf(counts, THREE, { seconds: 12, interval: 4 });
    expect(rows).toEqual([
      { zone: 'z1', pid: 7, read_in: 6, read_out: 5, seconds: 4, time_ns: '1790000002000000000', note: null },
      {
        zone: 'z2',
        pid: 8,
        read_in: null,
        read_out: null,
        seconds: null,
        time_ns: null,
        note: 'no row in the last interval',
      },
    ]);
  });

  it('are those of the last whole interval where the last one is shorter', () => {
    const lines = [...THREE, row('z1', 7, 1, 1), closed(3, 2)];
    expect(cells(rowsOf(counts, lines, { seconds: 14, interval: 4 }), 'zone', 'read_in')).toEqual([
      ['z1', 6],
      ['z2', null],
    ]);
  });

  it('are of the one interval that there was, however short, and their rates of its real time', () => {
    const rows = rowsOf(counts, [row('z1', 7, 10, 9), closed(0, 2.5)], {
      seconds: 2,
      interval: 4,
      rates: true,
    });
    expect(cells(rows, 'read_in', 'read_out', 'seconds')).toEqual([[4, 3.6, 2.5]]);
  });

  it('are rates a second of the real time, alone and added', () => {
    const lines = [row('z1', 7, 10, 9), closed(0, 4), row('z1', 7, 30, 31), closed(1, 5)];
    expect(cells(rowsOf(counts, lines, { seconds: 9, interval: 4, rates: true }), 'read_in')).toEqual([[6]]);
    const totals = rowsOf(counts, lines, { seconds: 9, interval: 4, totals: true, rates: true });
    expect(cells(totals, 'read_in', 'read_out', 'seconds')).toEqual([[4.4, 4.4, 9]]);
  });

  it('are sums with totals', () => {
    const totals = rowsOf(counts, THREE, { seconds: 12, interval: 4, totals: true });
    expect(cells(totals, 'zone', 'pid', 'read_in', 'read_out', 'seconds')).toEqual([
      ['z1', 7, 36, 35, 12],
      ['z2', 8, 4, 4, 12],
    ]);
  });

  it('stay exact past 2^53, alone and added', () => {
    const big = [
      row('z1', 7, '9007199254740993', 1),
      closed(0, 4),
      row('z1', 7, '9007199254740992', 2),
      closed(1, 4),
    ];
    expect(cells(rowsOf(counts, big, { seconds: 8, interval: 4 }), 'read_in')).toEqual([
      ['9007199254740992'],
    ]);
    const totals = rowsOf(counts, big, { seconds: 8, interval: 4, totals: true });
    expect(cells(totals, 'read_in', 'read_out')).toEqual([['18014398509481985', 3]]);
  });

  it('of an interval that no line closed are said to be cut, and have no rate', () => {
    const { rows, issues } = read(counts, [row('z1', 7, 5, 5)], { seconds: 4, interval: 4, rates: true });
    expect(cells(rows, 'read_in', 'seconds')).toEqual([[null, null]]);
    expect(issues).toEqual([
      { code: 'warning', message: 'the output ends within an interval: what was counted in it may be cut' },
    ]);
  });

  it('know no value by its place: words may come in any order, and a line of other words is said', () => {
    const lines = ['read_out=9 pid=7 zone=z1 read_in=10', 'z1 7 10 9', 'zone=z1 zone=z2', closed(0, 4)];
    const { rows, issues } = read(counts, lines, { seconds: 4, interval: 4 });
    expect(cells(rows, 'zone', 'read_in', 'read_out')).toEqual([['z1', 10, 9]]);
    expect(issues.map((issue) => issue.message)).toEqual([
      'a line that is not a row of counts: z1 7 10 9',
      'a line that is not a row of counts: zone=z1 zone=z2',
    ]);
  });

  it('of a trace without an interval are of the whole time, as their rates', () => {
    const tracegw = PROBES.find((probe) => probe.name === 'tracegw')!;
    const lines = ['zone=z1 pid=7 type=read start=30 done=27', closed(0, 30)];
    const rows = rowsOf(tracegw, lines, { seconds: 30, interval: 0, rates: true });
    expect(cells(rows, 'type', 'start', 'done')).toEqual([['read', 1, 0.9]]);
  });

  it('of nothing are no rows, and a whole answer', () => {
    expect(rowsOf(counts, [closed(0, 4), closed(1, 4)], { seconds: 8, interval: 4 })).toEqual([]);
  });
});

describe('counts as they arrive', () => {
  it('are rows in the columns of the final ones when their interval is closed, with its real rates', () => {
    const stream = counts.stream!({ ...SETTINGS, seconds: 6, interval: 4, rates: true });
    expect(stream.push(`${row('z1', 7, 10, 8)}\ninterval=0 elapsed`)).toEqual([]);
    expect(stream.push('_ns=4000000000 time_ns=5\n')).toEqual([
      { zone: 'z1', pid: 7, read_in: 2.5, read_out: 2, seconds: 4, time_ns: '5', note: null },
    ]);
    expect(stream.push(`${row('z1', 7, 10, 8)}\n${closed(1, 2)}\n`)).toMatchObject([
      { read_in: 5, seconds: 2 },
    ]);
    expect(stream.end()).toEqual([]);
  });
});
