import { describe, expect, test } from 'vitest';
import { canonicalState } from '../../../src/model/downstairs-state.ts';
import { STATE_CODES } from '../../../src/d-text/state-codes.ts';
import { headingsOf, inFull, of, TABLES } from './made.ts';
import {
  programText,
  report,
  rowsOf,
  runScript,
  SESSION,
  SESSION_2,
  tablesOf,
  ZONE_A,
  ZONE_B,
} from './run-script.ts';
import { COLUMNS, VALUES, wholeReport } from './whole-report.ts';

/** The values by heading, as a table has them. */
const BY_HEADING: Readonly<Record<string, string>> = {
  DELTA: '-',
  ...Object.fromEntries(COLUMNS.map(({ name, heading }) => [heading, VALUES[name] ?? ''])),
};

const words = (line: string): string => line.split(/ +/).join(' ');

describe.each(TABLES)('$script', ({ script, source }) => {
  const headings = headingsOf(source);

  test('prints its headings, and each value of a report under its own, in full with LONG', () => {
    const run = runScript(script, inFull(script));
    run.report(101, wholeReport());
    run.seconds(1);
    expect(run.stderr).toBe('');
    expect(run.lines.map(words)).toEqual([
      `ZONE PID ${headings.join(' ')}`,
      `${ZONE_A} 101 ${headings.map((heading) => BY_HEADING[heading]).join(' ')}`,
    ]);
  });

  test('prints rows of at most 200 columns, each value to the right under its heading', () => {
    const run = runScript(script, of(script));
    run.report(101, wholeReport());
    run.report(101, report({ session_id: SESSION_2, ds_state: ['new', 'offline', 'live_repair_ready'] }));
    run.seconds(1);
    expect(run.stderr).toBe('');
    const [head = '', ...rows] = run.lines;
    const shown = head.split(/ +/);
    expect(rows).toHaveLength(2);
    for (const line of run.lines) expect(line).toHaveLength(head.length);
    expect(head.length).toBeLessThanOrEqual(200);
    for (const line of rows) {
      const cells = line.split(/ +/);
      expect(cells).toHaveLength(shown.length);
      for (const heading of shown.slice(1)) {
        const end =
          head.indexOf(` ${heading} `) < 0 ? head.length : head.indexOf(` ${heading} `) + heading.length + 1;
        expect(line.slice(0, end).split(/ +/), heading).toHaveLength(head.slice(0, end).split(/ +/).length);
        expect(line.slice(end), heading).toMatch(/^( |$)/);
      }
    }
    const [first] = rowsOf(run.lines);
    for (const [heading, cell] of Object.entries(first ?? {})) {
      if (heading === 'ZONE') expect(cell).toBe('oxz_propolis-server_34aa5f9c');
      else if (heading === 'UPSTAIRS' || heading === 'SESSION')
        expect(BY_HEADING[heading]?.slice(0, 8)).toBe(cell);
      else if (/^DS\d$/.test(heading)) expect(cell).toBe({ DS0: 'LR', DS1: 'ACT', DS2: 'FLT' }[heading]);
      else if (heading !== 'PID') expect(cell, heading).toBe(BY_HEADING[heading]);
    }
  });

  test('leaves out nothing of today by hand but what it says that LONG shows', () => {
    const short = runScript(script, of(script));
    const full = runScript(script, inFull(script));
    for (const run of [short, full]) run.seconds(0.5);
    const shown = tablesOf(short.lines)[0]?.columns ?? [];
    const all = tablesOf(full.lines)[0]?.columns ?? [];
    const left = all.filter((heading) => !shown.includes(heading));
    const former = COLUMNS.filter(({ field }) => field.until !== undefined).map(({ heading }) => heading);
    for (const heading of left) expect(['UPSTAIRS', ...former]).toContain(heading);
    expect(all.filter((heading) => shown.includes(heading))).toEqual(shown);
  });

  test('keeps the row of a report that lacks every field, with a dash for each', () => {
    const run = runScript(script, inFull(script));
    run.report(101, '{"ok":{}}');
    run.seconds(1);
    expect(run.stderr).toBe('');
    const dashes = headings.map(() => '-');
    expect(run.lines.slice(1).map(words)).toEqual([[ZONE_A, '101', ...dashes].join(' ')]);
  });

  test('says of a report that its upstairs could not write why it is unreadable', () => {
    const run = runScript(script, of(script));
    run.report(101, '{"err":"it would not serialize"}');
    run.seconds(1);
    expect(run.stderr).toBe('');
    expect(run.lines.slice(1).map(words)).toEqual([
      'oxz_propolis-server_34aa5f9c 101 unreadable: it would not serialize',
    ]);
  });

  test('repeats its headings after 21 rows', () => {
    const run = runScript(script, of(script, 60));
    for (let i = 0; i < 43; i++) {
      run.report(101, report());
      run.seconds(1);
    }
    expect(tablesOf(run.lines).map((table) => table.rows.length)).toEqual([21, 21, 1]);
  });

  test('ends by itself after its seconds, and after 30 when none are given', async () => {
    const short = runScript(script, of(script, 5));
    short.seconds(4.8);
    expect(await short.status()).toBeNull();
    short.seconds(0.5);
    expect(await short.status()).toBe(0);
    const long = runScript(script, of(script));
    long.seconds(29.8);
    expect(await long.status()).toBeNull();
    long.seconds(0.5);
    expect(await long.status()).toBe(0);
  });

  test('shows one row a session in each INTERVAL', () => {
    const run = runScript(script, inFull(script, 4));
    run.seconds(0.5);
    for (let i = 0; i < 9; i++) {
      run.report(101, report());
      run.report(101, report({ session_id: SESSION_2 }));
      run.seconds(1);
    }
    const sessions = rowsOf(run.lines).map((row) => row['SESSION']);
    // at 0.5, 4.5 and 8.5 s
    expect(sessions).toEqual([SESSION, SESSION_2, SESSION, SESSION_2, SESSION, SESSION_2]);
  });

  test('shows each report of a session that has no id, whatever the INTERVAL', () => {
    const run = runScript(script, of(script, 30, 4));
    for (let i = 0; i < 3; i++) {
      run.report(101, report({ session_id: undefined }));
      run.seconds(1);
    }
    expect(rowsOf(run.lines)).toHaveLength(3);
  });

  test('is limited to a PID', () => {
    const run = runScript(script, source.pid === 'needed' ? [102] : [30, 1, 102], {
      101: ZONE_A,
      102: ZONE_B,
    });
    run.report(101, report());
    run.report(102, report());
    run.seconds(1);
    expect(rowsOf(run.lines).map((row) => [row['ZONE'], row['PID']])).toEqual([[ZONE_B.slice(0, 28), '102']]);
  });

  test('takes LONG as its last argument, and says how it is used when it gets another word', async () => {
    const run = runScript(script, source.pid === 'needed' ? [101, 3, 1, 'WIDE'] : [3, 1, 0, 'WIDE']);
    run.seconds(1);
    expect(run.lines).toHaveLength(1);
    expect(run.lines[0]).toMatch(new RegExp(`^usage: dtrace -Z -s ${script} .*\\[LONG\\]`));
    expect(await run.status()).toBe(2);
  });

  test('prints one record for a report, and has room for 16 at once on one CPU', () => {
    for (const args of [of(script), inFull(script)]) {
      const run = runScript(script, args);
      for (let n = 0; n < 16; n++) run.report(101, report({ session_id: `session-${n}` }), { cpu: 0 });
      run.seconds(1);
      expect(run.stderr).toBe('');
      expect(rowsOf(run.lines)).toHaveLength(16);
    }
    const records = programText(script)
      .split(/\n\}/)
      .filter((clause) => /up-status/.test(clause) && /printf\("[^"]*%/.test(clause));
    expect(records).toHaveLength(1);
  });
});

describe('the states', () => {
  test('are printed as the sled spells them with LONG, objects included', () => {
    const connecting = { type: 'connecting', value: { state: { type: 'wait_quorum' }, mode: 'new' } };
    const run = runScript('upstairs_info.d', inFull('upstairs_info.d'));
    run.report(101, report({ ds_state: [{ type: 'active' }, connecting, 'live_repair'] }));
    run.seconds(1);
    const [row] = rowsOf(run.lines);
    expect([row?.['DS0'], row?.['DS1'], row?.['DS2']]).toEqual([
      '{"type":"active"}',
      '{"type":"connecting","value":{"state":{"type":"wait_quorum"},"mode":"new"}}',
      'live_repair',
    ]);
  });

  test('have the codes that our own reader knows, by hand', () => {
    for (const [code, today, former] of STATE_CODES) {
      const run = runScript('upstairs_count.d');
      run.report(101, report({ ds_state: [today, former, 'HalfAwake'] }));
      run.seconds(1);
      const [row] = rowsOf(run.lines);
      expect([row?.['DS0'], row?.['DS1'], row?.['DS2']]).toEqual([code, code, 'HalfAwake']);
      expect([today, former].map((word) => canonicalState(word))).toEqual([
        canonicalState(code),
        canonicalState(code),
      ]);
    }
  });
});

describe('a fault in a table', () => {
  /** A report with a first state so long that the row may reach 4 KiB. */
  const lasting = (length: number): string =>
    JSON.stringify({ ok: { session_id: SESSION, ds_state: ['x'.repeat(length), 'Active', 'Active'] } });

  test.each(TABLES.filter(({ source }) => source.fields.includes('ds')))(
    'leaves no row with a part of the values, and is said: $script',
    ({ script }) => {
      let faults = 0;
      for (const length of [3000, 3700, 3800, 3850, 3900, 3950, 3960, 3980]) {
        const run = runScript(script, inFull(script), { 101: ZONE_A });
        run.report(101, lasting(length));
        run.report(101, report({ session_id: SESSION_2 }));
        run.seconds(1);
        const columns = tablesOf(run.lines)[0]?.columns.length;
        for (const line of run.lines) expect(line.trim().split(/ +/)).toHaveLength(columns ?? 0);
        if (run.stderr !== '') faults++;
        expect(rowsOf(run.lines)).toHaveLength(run.stderr === '' ? 2 : 1);
        expect(rowsOf(run.lines).at(-1)?.['SESSION']).toBe(SESSION_2);
      }
      expect(faults).toBeGreaterThan(0);
      expect(faults).toBeLessThan(8);
    },
  );
});

describe('upstairs_raw.d', () => {
  test('prints each report as one line of JSON, with where and when it was made', () => {
    const run = runScript('upstairs_raw.d', [], { 101: ZONE_A, 102: ZONE_B });
    run.seconds(0.5);
    run.report(101, report());
    run.report(102, report({ session_id: SESSION_2 }));
    run.seconds(1);
    const lines = run.lines.map((line): unknown => JSON.parse(line));
    const wallNs = 1_785_845_374_500_000_000;
    expect(lines).toEqual([
      { zone: ZONE_A, pid: 101, time_ns: wallNs, ...JSON.parse(report().replace('"ok"', '"status"')) },
      {
        zone: ZONE_B,
        pid: 102,
        time_ns: wallNs,
        ...JSON.parse(report({ session_id: SESSION_2 }).replace('"ok"', '"status"')),
      },
    ]);
    // Exact beyond 2^53, which JSON.parse rounds.
    expect(run.lines[0]).toContain('"time_ns":1785845374500000000,');
  });

  test('says what it could not read, in a line that is whole', () => {
    const run = runScript('upstairs_raw.d');
    run.report(101, '{"err":"a \\"quoted\\" text\\n"}');
    run.report(101, report({ ds_state: ['x'.repeat(5000), 'Active', 'Active'] }));
    run.report(101, 'no JSON');
    run.seconds(1);
    expect(run.stderr).toBe('');
    const lines = run.lines.map((line) => JSON.parse(line) as { readonly error?: string; status?: unknown });
    expect(lines.map((line) => line.error)).toEqual([
      'a "quoted" text\n',
      'the report is cut or not JSON',
      'the report is cut or not JSON',
    ]);
    expect(lines.map((line) => line.status)).toEqual([undefined, undefined, undefined]);
  });

  test('reads a report to the last byte that it can, and says of a longer one that it is cut', () => {
    const padded = (length: number): string => {
      const empty = JSON.stringify({ ok: { ds_state: ['Active', 'Active', 'Active'], pad: '' } });
      return empty.replace('"pad":""', `"pad":"${'x'.repeat(length - empty.length)}"`);
    };
    for (const length of [4000, 4080, 4090, 4095]) {
      const run = runScript('upstairs_raw.d');
      run.report(101, padded(length));
      run.seconds(1);
      expect(run.stderr).toBe('');
      expect(JSON.parse(run.lines[0] ?? '')).toMatchObject({
        status: { ds_state: ['Active', 'Active', 'Active'] },
      });
    }
    const run = runScript('upstairs_raw.d');
    run.report(101, padded(4097));
    run.seconds(1);
    expect(JSON.parse(run.lines[0] ?? '')).toMatchObject({ error: 'the report is cut or not JSON' });
  });

  test('is limited to a PID, thinned to an INTERVAL, and ends by itself', async () => {
    const run = runScript('upstairs_raw.d', [6, 4, 102], { 101: ZONE_A, 102: ZONE_B });
    run.seconds(0.5);
    for (let i = 0; i < 6; i++) {
      run.report(101, report());
      run.report(102, report());
      run.seconds(1);
    }
    expect(run.lines.map((line) => (JSON.parse(line) as { pid: number }).pid)).toEqual([102, 102]);
    expect(await run.status()).toBe(0);
  });

  test('says with FIELDS when it began and ended, on the clock of the reports', async () => {
    const run = runScript('upstairs_raw.d', [3, 1, 0, 'FIELDS']);
    run.seconds(1.5);
    run.report(101, report());
    run.seconds(2);
    expect(await run.status()).toBe(0);
    const lines = run.lines.map((line) => JSON.parse(line) as Readonly<Record<string, number>>);
    expect(lines.map((line) => Object.keys(line)[0])).toEqual(['began_ns', 'zone', 'ended_ns']);
    const [begin, , end] = lines;
    expect(
      Math.round((Number(end?.['ended_ns']) - Number(begin?.['began_ns'])) / 1e8),
    ).toBeGreaterThanOrEqual(30);
    expect(lines[1]?.['time_ns']).toBeGreaterThan(begin?.['began_ns'] ?? 0);
  });

  test('has room for 16 reports at once on one CPU, in one record each', () => {
    const run = runScript('upstairs_raw.d');
    for (let n = 0; n < 16; n++) run.report(101, report({ session_id: `session-${n}` }), { cpu: 0 });
    run.seconds(1);
    expect(run.stderr).toBe('');
    expect(run.lines).toHaveLength(16);
  });
});

describe('a script that needs a PID', () => {
  test.each([
    ['single_up_info.d', 'LONG'],
    ['downstairs_count.d', 'FIELDS'],
  ])('says so, and exits with 2: %s', async (name, last) => {
    for (const args of [[], [0], [0, 5]]) {
      const run = runScript(name, args);
      run.report(101, report());
      run.downstairs(101, 'submit-read-start', [1000]);
      run.seconds(1);
      expect(run.lines).toEqual([`usage: dtrace -Z -s ${name} PID [SECONDS [INTERVAL [${last}]]]`]);
      expect(await run.status()).toBe(2);
    }
  });
});
