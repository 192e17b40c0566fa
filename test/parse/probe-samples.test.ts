import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/model/column.ts';
import { COLUMN_NAMES, columnNameOf, expandHeading } from '../../src/parse/column-names.ts';
import { parseProbeTable } from '../../src/parse/probe-samples.ts';
import { headingsOf } from '../../src/parse/table-reader.ts';
import { fixture } from './fixtures.ts';

function rowsOf(text: string): readonly Row[] {
  const { sections, issues } = parseProbeTable(text);
  expect(issues).toEqual([]);
  return sections.flatMap((section) => section.rows);
}

describe('columnNameOf', () => {
  it('names the columns of each downstairs by one rule', () => {
    expect(
      ['DS0', 'DS STATE 2', 'IP1', 'D0', 'S2', 'E1', 'ER0', 'EC2', 'CON1', 'LRC0', 'LRA1', 'REP2'].map(
        (each) => columnNameOf(each),
      ),
    ).toEqual([
      'ds0',
      'ds2',
      'in_progress_1',
      'done_0',
      'skipped_2',
      'error_1',
      'extents_repaired_0',
      'extents_confirmed_2',
      'connected_1',
      'live_repair_completed_0',
      'live_repair_aborted_1',
      'replaced_2',
    ]);
    expect(expandHeading('LR_ABORTED').map((each) => columnNameOf(each))).toEqual([
      'live_repair_aborted_0',
      'live_repair_aborted_1',
      'live_repair_aborted_2',
    ]);
  });

  it('gives every known heading a lower_snake name', () => {
    for (const name of Object.values(COLUMN_NAMES)) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  it('makes a name of a heading that it does not know', () => {
    expect(['READS', 'X>', 'X<', 'A_B9', 'constructor'].map((each) => columnNameOf(each))).toEqual([
      'reads',
      'x_in',
      'x_out',
      'a_b9',
      'constructor',
    ]);
  });
});

describe("the seed's tables", () => {
  it('of all_downstairs are three intervals', () => {
    const { sections, issues, other } = parseProbeTable(fixture('seed/all_downstairs.txt'));
    expect(issues).toEqual([]);
    expect(other).toEqual(['EVT22200005 # dtrace -s /alan/dtrace/all_downstairs.d']);
    expect(sections.map((section) => section.rows.length)).toEqual([3, 6, 6]);
    expect(sections[0]?.rows[0]).toEqual({
      pid: 13790,
      flush_in: 10,
      flush_out: 9,
      write_in: 1911,
      write_out: 1835,
      read_in: 0,
      read_out: 0,
      work_submitted: 1943,
      work_in_progress: 1867,
      work_done: 1867,
    });
  });

  it('of downstairs_count are fifteen rows', () => {
    const rows = rowsOf(fixture('seed/downstairs_count.txt'));
    expect(rows).toHaveLength(15);
    expect(rows[14]).toMatchObject({ flush_in: 34, write_out: 156, work_done: 362 });
  });

  it('of single_up_info are rows of two sessions', () => {
    const rows = rowsOf(fixture('seed/single_up_info.txt'));
    expect(rows).toHaveLength(10);
    expect(rows[0]).toEqual({
      session_id: 'c0b92059',
      ds0: 'live_repair',
      ds1: 'active',
      ds2: 'active',
      up_count: 3,
      ds_count: 435,
      next_job_id: 570215,
      backpressure: 2761,
      write_bytes_out: 226492416,
      new_0: 0,
      new_1: 0,
      new_2: 0,
      in_progress_0: 40,
      in_progress_1: 241,
      in_progress_2: 241,
      done_0: 24,
      done_1: 194,
      done_2: 194,
      skipped_0: 371,
      skipped_1: 0,
      skipped_2: 0,
      extents_repaired_0: 9384,
      extents_repaired_1: 0,
      extents_repaired_2: 0,
      extents_confirmed_0: 0,
      extents_confirmed_1: 0,
      extents_confirmed_2: 0,
    });
  });

  it('of sled_upstairs_info have the PID too', () => {
    const rows = rowsOf(fixture('seed/sled_upstairs_info.txt'));
    expect(rows).toHaveLength(12);
    expect(rows[2]).toMatchObject({ pid: 24948, session_id: 'fac8cbba', ds2: 'new', next_job_id: 1000 });
  });

  it('of upstairs_action are counters of the main loop', () => {
    const rows = rowsOf(fixture('seed/upstairs_action.txt'));
    expect(rows).toHaveLength(12);
    expect(rows[11]).toEqual({
      apply: 234292,
      action_downstairs: 106008,
      action_guest: 35324,
      action_deferred_block: 16515,
      action_deferred_message: 45826,
      action_leak_check: 12,
      action_flush_check: 23,
      action_stat_check: 12,
      action_repair_check: 0,
      action_control_check: 6,
      action_noop: 30566,
    });
  });

  it('of upstairs_info have a delta of jobs', () => {
    const rows = rowsOf(fixture('seed/upstairs_info.txt'));
    expect(rows).toHaveLength(6);
    expect(rows[5]).toMatchObject({
      pid: 1546,
      up_count: 7,
      delta: 362,
      backpressure: 0,
      done_2: 97,
      skipped_2: 0,
    });
  });

  it('of upstairs_count read the old word repair as reconcile', () => {
    const rows = rowsOf(fixture('seed/upstairs_count.txt'));
    expect(rows).toHaveLength(5);
    expect(rows[4]).toMatchObject({
      ds0: 'reconcile',
      connected_2: 1,
      live_repair_completed_0: 0,
      replaced_2: 0,
    });
    expect(rows[2]).toMatchObject({ ds0: 'wait_quorum', ds2: 'new', connected_2: 0 });
  });
});

describe('parseProbeTable', () => {
  it('reads the scripts of today: upstairs_repair, whose headings stand over three values each', () => {
    const header = `DS0 DS1 DS2  ${'LR_COMPLETED LR_ABORTED CONNECTED REPLACED EXTENTS_REPAIRED EXTENTS_CONFIRMED'
      .split(' ')
      .map((each) => each.padStart(17))
      .join(' ')}\n`;
    const values = Array.from({ length: 18 }, (_, i) => ` ${String(i).padStart(5)}`).join('');
    const rows = rowsOf(`${header} LR ACT ACT ${values}\n`);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      ds0: 'live_repair',
      live_repair_completed_0: 0,
      live_repair_aborted_0: 3,
      connected_2: 8,
      replaced_0: 9,
      extents_repaired_1: 13,
      extents_confirmed_2: 17,
    });
  });

  it('reads get-up-state, up-info and simple', () => {
    const text =
      '  PID  SESSION DS0 DS1 DS2   NEXT_JOB  DELTA CONN   ELR   ELC   ERR   ERN\n' +
      '28022 c0b92059 ACT  LR ACT     570215     12    3  9384   100     7    13\n';
    expect(rowsOf(text)).toEqual([
      {
        pid: 28022,
        session_id: 'c0b92059',
        ds0: 'active',
        ds1: 'live_repair',
        ds2: 'active',
        next_job_id: 570215,
        delta: 12,
        connected: 3,
        extents_repaired: 9384,
        extents_confirmed: 100,
        reconciled: 7,
        reconcile_needed: 13,
      },
    ]);
    const [row] = rowsOf(
      '  PID     UUID  SESSION DS0 DS1 DS2   NEXT_JOB  DELTA CONN   ELR   ELC   ERR   ERN\n' +
        '28022 3f2b1c9e 10000000 ACT ACT ACT     570215     12    3  9384   100     7    13\n',
    );
    expect(row).toMatchObject({ upstairs_id: '3f2b1c9e', session_id: '10000000' });
  });

  it('reads PIDs that are padded with zeros', () => {
    expect(rowsOf('  PID    F>    F<\n00450     1     2\n')).toEqual([
      { pid: 450, flush_in: 1, flush_out: 2 },
    ]);
  });

  it('keeps counts past 2^53 exact, and unknown values null', () => {
    expect(rowsOf('PID WRITE_BO DELTA\n7 9007199254740993 -\n')).toEqual([
      { pid: 7, write_bytes_out: '9007199254740993', delta: null },
    ]);
  });

  it('says of a state that no version of Crucible has that it is not known', () => {
    const { sections, issues } = parseProbeTable('PID DS0 DS1 DS2\n7 Sleeping ACT {"type":"active"}\n');
    expect(issues.map((issue) => issue.message)).toEqual([
      'a state of a downstairs that is not known: Sleeping',
    ]);
    expect(sections[0]?.rows[0]).toMatchObject({ ds0: 'sleeping', ds1: 'active', ds2: 'active' });
  });

  it('never throws', () => {
    const word = fc.oneof(
      fc.constantFrom('PID', 'DS0', 'DS', 'STATE', '0', 'CONNECTED', '-', '7'),
      fc.string(),
    );
    const line = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const { sections } = parseProbeTable(lines.join('\n'));
        for (const { columns, rows } of sections) {
          for (const row of rows) expect(Object.keys(row)).toHaveLength(columns.length);
        }
      }),
    );
  });
});

describe('the headings of our scripts', () => {
  it('are all known', () => {
    const headers = [
      'ZONE PID F> F< W> W< R> R< WS WIP WD WU> WU<',
      'ZONE PID F> F< W> W< R> R< WU> WU< B> B<',
      'ZONE PID UPSTAIRS SESSION DS0 DS1 DS2 UPW DSW NEXT_JOB DELTA WRITE_BO IP0 D1 S2 E0 ER1 EC2',
      'ZONE PID UPSTAIRS SESSION DS0 LRC0 LRA1 CON2 REP0 ER1 EC2 EXTENT RECONCILED NEEDED ABORTED',
      'ZONE PID UPSTAIRS SESSION APPLY DOWN_S GUEST DFR_BLK DFR_MSG FLUSH_CHK STAT_CHK CTRL_CHK NOOP',
      'ZONE PID VOLUME TYPE START DONE',
    ];
    const known = new Set(Object.keys(COLUMN_NAMES));
    for (const heading of headers.flatMap((each) => headingsOf(each) ?? [])) {
      expect(known.has(heading) || known.has(heading.replace(/[0-2]$/, 'n'))).toBe(true);
    }
  });
});
