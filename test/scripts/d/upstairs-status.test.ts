import { describe, expect, test } from 'vitest';
import { reportColumns } from '../../../src/fields/report-fields.ts';
import { STATUS_FIELDS } from '../../../src/d-text/status-fields.ts';
import { programText, report, runScript, SESSION, SESSION_2, ZONE_A, ZONE_B } from './run-script.ts';
import { VALUES, wholeReport } from './whole-report.ts';

const NAME = 'upstairs-status.d';
const COLUMNS = reportColumns(STATUS_FIELDS);

const NAMES = ['upstairs_id', 'session_id', ...COLUMNS.map(({ name }) => name)];
/** What a row has of `wholeReport()`. */
const REPORTED: Readonly<Record<string, string>> = Object.fromEntries(
  NAMES.map((name) => [name, VALUES[name] ?? '']),
);

/** The rows by name, without their times; each value has a name of its own. */
function rowsIn(lines: readonly string[]): readonly Readonly<Record<string, string>>[] {
  return lines
    .filter((line) => line.startsWith('zone='))
    .map((line) => {
      const words = line.split(' ').map((word) => word.split(/=(.*)/s).slice(0, 2) as [string, string]);
      expect(new Set(words.map(([name]) => name)).size).toBe(words.length);
      return Object.fromEntries(words.filter(([name]) => name !== 'time_ns'));
    });
}

describe('a row of upstairs-status.d', () => {
  test('has each value of a report under its name, where it is of and when it came', () => {
    const run = runScript(NAME);
    run.seconds(0.5);
    run.report(101, wholeReport());
    run.seconds(1);
    expect(run.stderr).toBe('');
    expect(rowsIn(run.lines)).toEqual([{ zone: ZONE_A, pid: '101', ...REPORTED }]);
    expect(run.lines.find((line) => line.startsWith('zone='))).toContain(' time_ns=1785845374500000000 ');
  });

  test('stands behind the names with their headings, and between the begin and the end', () => {
    const run = runScript(NAME, [1]);
    run.report(101, wholeReport());
    run.seconds(2);
    const [columns = '', began = '', row = '', ended = ''] = run.lines;
    expect(columns.split(' ')[0]).toBe('columns');
    expect(columns.split(' ').slice(1)).toEqual(
      COLUMNS.map(
        ({ name, heading, field }) => `${name}=${heading}:${Math.max(field.width, heading.length)}`,
      ),
    );
    expect(row).toMatch(/^zone=/);
    const [from, to] = [began, ended].map((line) =>
      BigInt(/^(?:began|ended)_ns=(\d{19})$/.exec(line)?.[1] ?? 0),
    );
    expect(Number((to ?? 0n) - (from ?? 0n)) / 1e9).toBeGreaterThanOrEqual(1);
  });

  test('has a dash for each value that the report lacks', () => {
    const run = runScript(NAME);
    run.report(101, '{"ok":{}}');
    const missing = ['upstairs_id', 'replaced_0', 'replaced_1', 'replaced_2', 'extent_under_repair'];
    run.report(101, wholeReport(Object.fromEntries(missing.map((name) => [name, undefined]))));
    run.seconds(1);
    expect(run.stderr).toBe('');
    const [none = {}, some = {}] = rowsIn(run.lines);
    const values = ({ zone, pid, ...rest }: Readonly<Record<string, string>>) => {
      expect([zone, pid]).toEqual([ZONE_A, '101']);
      return rest;
    };
    expect(Object.values(values(none))).toEqual(Array(NAMES.length).fill('-'));
    expect(values(some)).toEqual({
      ...REPORTED,
      ...Object.fromEntries(missing.map((name) => [name, '-'])),
    });
  });

  test('says of a report that its upstairs could not write why it is unreadable, to the end of the line', () => {
    const run = runScript(NAME);
    run.report(101, '{"err":"it would not serialize"}');
    run.report(101, wholeReport());
    run.seconds(1);
    expect(run.stderr).toBe('');
    const [unreadable, ...others] = run.lines.filter((line) => line.startsWith('zone='));
    expect(unreadable).toMatch(
      new RegExp(`^zone=${ZONE_A} pid=101 time_ns=\\d+ unreadable=it would not serialize$`),
    );
    expect(rowsIn(others)).toEqual([{ zone: ZONE_A, pid: '101', ...REPORTED }]);
  });

  test('is as whole for a report that is cut after its states', () => {
    const run = runScript(NAME);
    run.report(101, report({ ds_io_count: { pad: 'x'.repeat(5000) } }));
    run.seconds(1);
    expect(run.stderr).toBe('');
    const [row = {}] = rowsIn(run.lines);
    const known = Object.entries(row).filter(([, value]) => value !== '-');
    expect(known.map(([name]) => name)).toEqual([
      'zone',
      'pid',
      'upstairs_id',
      'session_id',
      'ds0',
      'ds1',
      'ds2',
      // What stands before the pad.
      'up_count',
      'ds_count',
      'next_job_id',
      'write_bytes_out',
    ]);
  });

  test('never has the values of an upstairs that fires on another CPU at the same time', () => {
    const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const run = runScript(NAME, [], { 101: ZONE_A }, seed);
      for (let n = 1; n <= 20; n++) {
        const counters = COLUMNS.map(({ name, field }) => [
          name,
          field.kind === 'state' ? `State${n}` : `${n}`,
        ]);
        const ids = { upstairs_id: id(n), session_id: id(n) };
        run.report(101, wholeReport({ ...ids, ...Object.fromEntries(counters) }), { cpu: n % 4 });
      }
      run.seconds(1);
      expect(run.stderr).toBe('');
      const rows = rowsIn(run.lines);
      expect(new Set(rows.map((row) => row['upstairs_id'])).size).toBe(20);
      for (const { zone, pid, upstairs_id: upstairs = '', session_id: session, ...values } of rows) {
        expect([zone, pid, session]).toEqual([ZONE_A, '101', upstairs]);
        const n = Number(upstairs.slice(-12));
        expect(new Set(Object.values(values))).toEqual(new Set([`State${n}`, String(n)]));
      }
    }
  });

  test('fits, though many upstairs report on one CPU at the same instant', () => {
    const run = runScript(NAME);
    for (let n = 0; n < 16; n++) run.report(101, report({ session_id: `session-${n}` }), { cpu: 0 });
    run.seconds(1);
    expect(run.stderr).toBe('');
    expect(rowsIn(run.lines)).toHaveLength(16);
  });
});

describe('a fault of upstairs-status.d', () => {
  /** What stands in a row of a report that has nothing but a session id of one character. */
  const OVERHEAD = NAMES.reduce((sum, name) => sum + ` ${name}=-`.length, 0);
  const lasting = (length: number): string => JSON.stringify({ ok: { session_id: 's'.repeat(length) } });

  test.each([0, 1, 50, 200, 400])(
    'in a row that is %i bytes too long prints no part of it, and says so; other rows are whole',
    (over) => {
      const run = runScript(NAME, [], { 101: ZONE_A, 202: ZONE_B });
      run.report(101, wholeReport());
      run.report(202, lasting(4096 - OVERHEAD + 1 + over));
      run.report(101, wholeReport({ session_id: SESSION_2 }));
      run.seconds(1);
      expect(run.stderr.match(/error on enabled probe .*out of scratch space/g)).toHaveLength(1);
      expect(rowsIn(run.lines)).toEqual(
        [SESSION, SESSION_2].map((session) => ({
          zone: ZONE_A,
          pid: '101',
          ...REPORTED,
          session_id: session,
        })),
      );
    },
  );

  test('does not come while the row fits', () => {
    const run = runScript(NAME);
    run.report(101, lasting(4096 - OVERHEAD));
    run.seconds(1);
    expect(run.stderr).toBe('');
    expect(rowsIn(run.lines)).toHaveLength(1);
  });
});

test('upstairs-status.d copies a report once, joins six values in a clause at most, and prints one record', () => {
  const text = programText(NAME);
  expect(text.match(/copyinstr\(/g)).toHaveLength(1);
  const clauses = text.split(/\n\}/);
  const joins = clauses.map((clause) => clause.match(/json\([^;]*"ok\./g)?.length ?? 0);
  expect(Math.max(...joins)).toBe(6);
  expect(joins.reduce((sum, count) => sum + count, 0)).toBe(NAMES.length);
  expect(clauses.filter((clause) => /up-status/.test(clause) && /printf\(/.test(clause))).toHaveLength(1);
});
