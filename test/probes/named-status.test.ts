import { describe, expect, it } from 'vitest';
import { reportColumns } from '../../src/fields/report-fields.ts';
import { STATUS_FIELDS } from '../../src/d-text/status-fields.ts';
import { checkProbe } from '../../src/check/check-probe.ts';
import { dsState } from '../../src/probes/ds-state.ts';
import { lrState } from '../../src/probes/lr-state.ts';
import type { ProbeSpec } from '../../src/model/probe.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';

const PROBES: readonly ProbeSpec[] = [dsState, lrState, checkProbe];
const COLUMNS = reportColumns(STATUS_FIELDS);
const START = 1_790_000_000_000_000_000n;
const at = (seconds: number) => String(START + BigInt(seconds * 1e9));
const WINDOW = `began_ns=${at(0)} ended_ns=${at(30)}`;

/** A row with another number for each counter. */
function line(changes: Readonly<Record<string, string>> = {}, more = ''): string {
  const words: Record<string, string> = {
    zone: 'oxz_propolis-server_a',
    pid: '7',
    time_ns: at(29.5),
    upstairs_id: 'u1',
    session_id: 's1',
    ...Object.fromEntries(
      COLUMNS.map(({ name, field }, i) => [name, field.kind === 'state' ? 'Active' : String(100 + i)]),
    ),
    ...changes,
    reports: '30',
  };
  return `${Object.entries(words)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}${more}`;
}

function read(probe: ProbeSpec, ...lines: readonly string[]) {
  const reading = probe.read(result(`${[WINDOW, ...lines].join('\n')}\n`), SETTINGS);
  if (reading.status !== 'answer') throw new Error(reading.error.message);
  return reading;
}

describe.each(PROBES.map((probe) => [probe.name, probe] as const))('%s', (name, probe) => {
  const counters = probe.columns.filter(({ kind, name: column }) => kind === 'count' && column !== 'pid');

  it('asks for names, and puts each value where its name says', () => {
    expect(probe.arguments({ ...SETTINGS, seconds: 5 })).toContain('-f');
    const { rows, issues } = read(probe, line({ ds1: 'live_repair' }));
    expect(issues).toEqual([]);
    expect(Object.keys(rows[0]!)).toEqual(probe.columns.map((column) => column.name));
    expect(rows[0]).toMatchObject({
      pid: 7,
      upstairs_id: 'u1',
      session_id: 's1',
      ds0: 'active',
      ds1: 'live_repair',
      health: 'repairing',
      note: null,
    });
    for (const { name: column } of counters) {
      expect(rows[0]![column], column).toBe(100 + COLUMNS.findIndex((each) => each.name === column));
    }
  });

  it('is unreadable, never down, where a report has no states or could not be written', () => {
    const { rows, issues } = read(
      probe,
      line({ ds0: '-', ds1: '-', ds2: '-' }, ' unreadable=it does not have the states of three downstairs'),
      `zone=oxz_propolis-server_b pid=8 time_ns=${at(29)} reports=3 unreadable=it would not serialize`,
    );
    expect(rows.map((row) => [row['ds0'], row['health'], row['note']])).toEqual([
      [null, null, 'unreadable: it does not have the states of three downstairs'],
      [null, null, 'unreadable: it would not serialize'],
    ]);
    expect(issues.map((issue) => issue.code)).toEqual(['unreadable', 'unreadable']);
    expect(issues[1]!.message).toBe(
      'a report of oxz_propolis-server_b (PID 8) could not be read: it would not serialize',
    );
    const found = rows.flatMap((row) => probe.check(row)).map((finding) => finding.rule);
    expect(found.filter((rule) => rule !== 'live_repair_aborted')).toEqual(['unreadable', 'unreadable']);
  });

  it('says how old a row is whose report is older than two of them', () => {
    const { rows } = read(probe, line({ time_ns: at(24) }), line({ time_ns: at(28.5), session_id: 's2' }));
    expect(rows.map((row) => row['note'])).toEqual([
      'its last report came 6.0 s before the end: it may be gone, or hang',
      null,
    ]);
    // Of a process that is known to be gone that is said already.
    expect(read(probe, line({ time_ns: at(24) }, ' exited=yes')).rows[0]!['note']).toBe('process exited');
  });

  it("says that the sled's clock was set within the window, and takes nothing for years old", () => {
    const { rows } = read(
      probe,
      line({ time_ns: at(-1_700_000_000) }),
      line({ time_ns: at(900), session_id: 's2' }),
    );
    const note = "the sled's clock was set meanwhile: when it last reported is not known";
    expect(rows.map((row) => row['note'])).toEqual([note, note]);
  });

  it('shows what came before, and a process that said nothing', () => {
    const { rows } = read(
      probe,
      line({}, ' noted=ds0/ds1/ds2 was=active/faulted/active'),
      'zone=oxz_propolis-server_b pid=9 no_report=yes',
    );
    expect(rows.map((row) => [row['note'], row['health']])).toEqual([
      ['was active/faulted/active', 'ok'],
      [null, 'no_report'],
    ]);
    for (const { name: column } of counters) expect(rows[1]![column]).toBeNull();
  });

  it('takes a counter that is lacking for an issue where it was asked for nothing else', () => {
    const lacking = Object.fromEntries(
      COLUMNS.flatMap(({ name: column, field }) => (field.kind === 'state' ? [] : [[column, '-']])),
    );
    const { rows, issues } = read(probe, line(lacking));
    for (const { name: column } of counters) expect(rows[0]![column]).toBeNull();
    expect(issues.length).toBe(name === 'lr-state' ? counters.length : 0);
  });
});
