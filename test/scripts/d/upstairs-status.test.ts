import { describe, expect, test } from 'vitest';
import {
  programText,
  report,
  runScript,
  scriptText,
  SESSION,
  SESSION_2,
  UPSTAIRS,
  ZONE_A,
  ZONE_B,
} from './run-script.ts';

const NAME = 'upstairs-status.d';
const VALUES = 28;
/** What stands behind zone, PID and ids in the row of `report()`. */
const REPORTED =
  'LiveRepair Active Faulted 10 11 12 20 21 22 30 31 32 50 51 52 9384 71 72 11640 81 82 90 60 61';

/** The rows, as words; each must be whole. */
function rowsIn(lines: readonly string[]): readonly (readonly string[])[] {
  const rows = lines.map((line) => line.split(' '));
  for (const row of rows) expect(row).toHaveLength(VALUES);
  return rows;
}

describe('a row of upstairs-status.d', () => {
  test('has each value of a report in the place that the header says', () => {
    const run = runScript(NAME);
    run.report(101, report());
    run.seconds(1);
    expect(run.stderr).toBe('');
    expect(run.lines).toEqual([`${ZONE_A} 101 ${UPSTAIRS} ${SESSION} ${REPORTED}`]);
    const header = scriptText(NAME).slice(0, scriptText(NAME).indexOf('*/'));
    const [, first = '', second = ''] = header.split('\n').filter((line) => line.startsWith(' *\t'));
    const columns = `${first} ${second}`.replaceAll(/ id\b/g, '').match(/\w+/g);
    expect(columns).toEqual(
      (
        'zone pid upstairs session DS0 DS1 DS2 LRC0 LRC1 LRC2 LRA0 LRA1 LRA2 ' +
        'CON0 CON1 CON2 REP0 REP1 REP2 ER0 ER1 ER2 EC0 EC1 EC2 EXTENT RECONCILED NEEDED'
      ).split(' '),
    );
    expect(columns).toHaveLength(VALUES);
  });

  test('has a dash for each value that the report lacks', () => {
    const run = runScript(NAME);
    run.report(101, '{"ok":{}}');
    run.report(101, '{"err":"it would not serialize"}');
    run.report(101, report({ upstairs_id: undefined, ds_replaced: undefined, ds_extent_limit: undefined }));
    run.seconds(1);
    expect(run.stderr).toBe('');
    const [none = [], failed = [], some = []] = rowsIn(run.lines);
    expect(none.slice(2)).toEqual(Array(VALUES - 2).fill('-'));
    expect(failed).toEqual(none);
    expect(some.slice(2).join(' ')).toBe(
      `- ${SESSION} ${REPORTED.replace('50 51 52', '- - -').replace(' 90 ', ' - ')}`,
    );
  });

  test('is as whole for a report that is cut after its states', () => {
    const run = runScript(NAME);
    run.report(101, report({ ds_io_count: { pad: 'x'.repeat(5000) } }));
    run.seconds(1);
    expect(run.stderr).toBe('');
    const [row = []] = rowsIn(run.lines);
    expect(row.slice(2, 7)).toEqual([UPSTAIRS, SESSION, 'LiveRepair', 'Active', 'Faulted']);
    expect(row.slice(7)).toEqual(Array(21).fill('-'));
  });

  test('never has the values of an upstairs that fires on another CPU at the same time', () => {
    const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const run = runScript(NAME, [], { 101: ZONE_A }, seed);
      for (let n = 1; n <= 20; n++) {
        const values = [n, n, n];
        const counters = Object.fromEntries(
          [
            'live_repair_completed',
            'live_repair_aborted',
            'connected',
            'replaced',
            'extents_repaired',
            'extents_confirmed',
          ].map((name) => [`ds_${name}`, values]),
        );
        run.report(
          101,
          report({
            upstairs_id: id(n),
            session_id: id(n),
            ds_state: values.map((each) => `State${each}`),
            ...counters,
            ds_extent_limit: n,
            ds_reconciled: n,
            ds_reconcile_needed: n,
          }),
          { cpu: n % 4 },
        );
      }
      run.seconds(1);
      expect(run.stderr).toBe('');
      const rows = rowsIn(run.lines);
      expect(new Set(rows.map((row) => row[2])).size).toBe(20);
      for (const [, , upstairs = '', session, ...values] of rows) {
        expect(session).toBe(upstairs);
        const n = Number(upstairs.slice(-12));
        expect(new Set(values)).toEqual(new Set([`State${n}`, String(n)]));
      }
    }
  });

  test('fits, though many upstairs report on one CPU at the same instant', () => {
    const run = runScript(NAME);
    for (let n = 0; n < 20; n++) run.report(101, report({ session_id: `session-${n}` }), { cpu: 0 });
    run.seconds(1);
    expect(run.stderr).toBe('');
    expect(rowsIn(run.lines)).toHaveLength(20);
  });
});

describe('a fault of upstairs-status.d', () => {
  /** A report that is nothing but a session id so long that the row reaches 4 KiB after so many values. */
  const lasting = (values: number): string => {
    // zone and PID are not joined; `- ID` are two values of it, and each further one is a blank and a dash.
    const length = 4095 - '- '.length - 2 * (values - 2);
    return JSON.stringify({ ok: { session_id: 's'.repeat(length) } });
  };
  const JOINED = VALUES - 2;

  test.each(Array.from({ length: JOINED - 12 }, (_, i) => JOINED - 1 - i))(
    'after %i values prints no part of the row, and says so; other rows are whole',
    (values) => {
      const run = runScript(NAME, [], { 101: ZONE_A, 202: ZONE_B });
      run.report(101, report());
      run.report(202, lasting(values));
      run.report(101, report({ session_id: SESSION_2 }));
      run.seconds(1);
      expect(run.stderr.match(/error on enabled probe .*out of scratch space/g)).toHaveLength(1);
      expect(run.lines).toEqual(
        [SESSION, SESSION_2].map((session) => `${ZONE_A} 101 ${UPSTAIRS} ${session} ${REPORTED}`),
      );
    },
  );

  test('does not come while the row fits', () => {
    const run = runScript(NAME);
    run.report(101, lasting(JOINED));
    run.seconds(1);
    expect(run.stderr).toBe('');
    expect(rowsIn(run.lines)).toHaveLength(1);
  });
});

test('upstairs-status.d copies a report once, and joins six values in a clause at most', () => {
  const text = programText(NAME);
  expect(text.match(/copyinstr\(/g)).toHaveLength(1);
  const clauses = text.split(/\n\}/).map((clause) => clause.match(/json\(/g)?.length ?? 0);
  expect(Math.max(...clauses)).toBe(6);
  expect(clauses.reduce((sum, count) => sum + count, 0)).toBe(VALUES - 2);
});
