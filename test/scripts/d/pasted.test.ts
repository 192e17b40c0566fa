import { describe, expect, test } from 'vitest';
import type { Row } from '../../../src/model/column.ts';
import { readPasted } from '../../../src/pasted/read-pasted.ts';
import { PROBES } from '../../../src/probes/index.ts';
import { COUNTS, inFull, of, TABLES, TIMED } from './made.ts';
import {
  report,
  runScript,
  SESSION,
  SESSION_2,
  UPSTAIRS,
  VOLUME,
  ZONE_A,
  type Running,
} from './run-script.ts';

/** What a script prints by hand is also what is pasted into `parse`. */
function pasted(script: string, run: Running) {
  const probe = PROBES.find(({ name }) => `${name}.d` === script);
  return readPasted(probe!, run.stdout, { totals: false, older: false });
}

function cellsOf(row: Row | undefined, names: readonly string[]): readonly unknown[] {
  return names.map((name) => row?.[name] ?? null);
}

describe.each(TABLES)('$script by hand', ({ script }) => {
  test.each([
    ['as it is', of(script), UPSTAIRS.slice(0, 8), SESSION.slice(0, 8), 'oxz_propolis-server_34aa5f9c'],
    ['with LONG', inFull(script), UPSTAIRS, SESSION, ZONE_A],
  ] as const)('is read by parse: %s', (_how, args, upstairs, session, zone) => {
    const run = runScript(script, args);
    run.report(101, report());
    run.report(101, report({ session_id: SESSION_2, ds_state: ['new', 'offline', 'live_repair_ready'] }));
    run.seconds(1);
    const { rows, issues } = pasted(script, run);
    expect(issues).toEqual([]);
    expect(rows).toHaveLength(2);
    const [headings = ''] = run.lines;
    // Where the upstairs has no room, its session names the row.
    const expected = headings.includes(' UPSTAIRS ') ? upstairs : null;
    const ids = ['zone', 'pid', 'upstairs_id', 'session_id'];
    expect(cellsOf(rows[0], ids)).toEqual([zone, 101, expected, session]);
    const values = Object.entries(rows[0] ?? {}).filter(([name]) => !['note', 'health'].includes(name));
    expect(values.map(([name]) => name)).toHaveLength(headings.split(/ +/).length);
    if (headings.includes(' DS0 ')) {
      expect(cellsOf(rows[0], ['ds0', 'ds1', 'ds2'])).toEqual(['live_repair', 'active', 'faulted']);
      expect(cellsOf(rows[1], ['ds0', 'ds1', 'ds2'])).toEqual(['new', 'offline', 'live_repair_ready']);
    }
  });
});

describe.each(COUNTS)('$script by hand', ({ script, source }) => {
  const isOfVolume = source.counted.some(({ probe }) => probe.startsWith('volume-'));

  test('is read by parse, also where an interval is marked as short', () => {
    const run = runScript(script, of(script, 6));
    for (const { probe } of source.counted) {
      run[source.provider](101, probe, isOfVolume ? [1000, JSON.stringify({ ok: VOLUME })] : [1000]);
    }
    run.seconds(5);
    run.seconds(2);
    const { rows, issues } = pasted(script, run);
    expect(issues).toEqual([]);
    expect(rows.length).toBeGreaterThan(0);
    expect(cellsOf(rows[0], ['zone', 'pid'])[1]).toBe(101);
  });
});

const ONE_OF_EACH = TIMED.filter(({ script }, i) => TIMED.findIndex((each) => each.script === script) === i);

describe.each(ONE_OF_EACH)('$script by hand', ({ script, kind, start, done, more }) => {
  test('is read by parse, with the count of what could not be told apart', () => {
    const run = runScript(script, [2]);
    for (const probe of [start, done]) {
      for (const id of [1000, 1000, 1001]) run[kind](101, probe, [id, ...more]);
    }
    run.seconds(3);
    const { distributions = [], issues } = pasted(script, run);
    expect(distributions).toHaveLength(1);
    expect(issues.map(({ message }) => message)).toEqual([
      '2 of 3 samples could not be told apart and are left out (several IOs of one process with the same number)',
    ]);
  });
});
