import { describe, expect, it } from 'vitest';
import { NO_PROBES } from '../../src/model/no-probes.ts';
import type { ProbeSettings, ProbeSpec } from '../../src/model/probe.ts';
import { probeNamed } from '../../src/cli/run/prepare-run.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { outputOf } from '../support/script-fixtures.ts';

interface Ran {
  readonly login?: number;
  readonly probes?: 'none' | 'some';
  readonly propolis?: readonly number[];
  readonly downstairs?: readonly number[];
}

/** A script's output between the lists of what ran. */
function between(output: string, before: Ran, after: Ran = before): string {
  const list = (when: string, { login = 0, probes, propolis = [], downstairs = [] }: Ran) =>
    [
      ...propolis.map((pid) => `zone=oxz_propolis-server_${pid} pid=${pid} command=propolis-server`),
      ...downstairs.map((pid) => `zone=oxz_crucible_${pid} pid=${pid} command=crucible-downstairs`),
      `listed=${propolis.length + downstairs.length} login=${login}${probes === undefined || when === 'before' ? '' : ` probes=${probes}`}`,
    ]
      .map((line) => `running=${when} ${line}\n`)
      .join('');
  return list('before', before) + output + list('after', after);
}

function read(name: string, stdout: string, change: Partial<ProbeSettings> = {}) {
  const probe: ProbeSpec = probeNamed(name);
  const result = { stdout, stderr: '', exitStatus: 0, signalName: null };
  const reading = probe.read(result, { ...SETTINGS, seconds: 9, interval: probe.interval, ...change });
  if (reading.status === 'failure') throw reading.error;
  return reading;
}

const ALL = ['upstairs_info', 'upstairs_raw', 'upstairs_io', 'tracegw', 'perfgw', 'perf-downstairs'];

describe('a list of what runs', () => {
  it.each(ALL)('changes nothing that %s reads of the script', (name) => {
    const output = outputOf(probeNamed(name));
    const plain = read(name, output);
    const { running, ...rest } = read(name, between(output, {}));
    expect(rest).toEqual({ ...plain, running: undefined });
    expect(running).toMatchObject({ count: 0 });
    // What version 0.1.0 recorded has no list: nothing is known, and nothing said.
    expect(plain.running ?? null).toBeNull();
    expect(plain.notes ?? []).toEqual([]);
  });

  it('is not a row of a table that is drawn while it arrives', () => {
    const probe = probeNamed('upstairs_io');
    const rows = (text: string) => {
      const stream = probe.stream!({ ...SETTINGS, interval: 4 });
      return [...stream.push(text.slice(0, 30)), ...stream.push(text.slice(30)), ...stream.end()];
    };
    const output = outputOf(probe);
    expect(rows(output).length).toBeGreaterThan(0);
    expect(rows(between(output, { propolis: [763] }))).toEqual(rows(output));
  });

  it('counts the processes of the kind that is watched', () => {
    const ran = { propolis: [1, 2], downstairs: [3, 4, 5] };
    expect(read('perfgw', between('', ran)).running).toEqual({ of: 'upstairs', count: 2 });
    expect(read('all_downstairs', between('', ran)).running).toEqual({ of: 'downstairs', count: 3 });
    expect(read('upstairs_info', between('', ran, { propolis: [9] })).running?.count).toBe(3);
  });
});

describe('processes that did not report', () => {
  const OUTPUT = '{"began_ns":1}\n{"ended_ns":9000000001}\n';

  it.each(['upstairs_info', 'upstairs_raw', 'up_state'])('are rows of %s, and findings', (name) => {
    const { rows, issues } = read(name, between(OUTPUT, { propolis: [1, 2] }, { propolis: [2, 3] }));
    const silent = rows.filter((row) => row['note'] === 'no_report');
    // One that came or went meanwhile had not the whole time to report.
    expect(silent).toMatchObject([{ zone: 'oxz_propolis-server_2', pid: 2 }]);
    expect(issues).toEqual([]);
    expect(probeNamed(name).check(silent[0]!)).toEqual([
      {
        rule: 'no_report',
        severity: 'warning',
        message: 'no upstairs of oxz_propolis-server_2 (PID 2) reported within the window',
      },
    ]);
  });

  it('are not those that reported, nor others than the one that was asked for', () => {
    const output = outputOf(probeNamed('upstairs_info'));
    const { pid } = read('upstairs_info', output).rows[0]!;
    const ran = between(output, { propolis: [Number(pid), 99, 98] });
    const silent = (change: Partial<ProbeSettings>) =>
      read('upstairs_info', ran, change)
        .rows.filter((row) => row['note'] === 'no_report')
        .map((row) => row['pid']);
    expect(silent({})).toEqual([99, 98]);
    expect(silent({ pid: 98 })).toEqual([98]);
    expect(silent({ pid: 97 })).toEqual([]);
  });

  it('are told from a login that sees no probes, where that can be known', () => {
    const issues = (ran: Ran, change: Partial<ProbeSettings> = {}) =>
      read('upstairs_info', between(OUTPUT, ran), change).issues.map(({ message }) => message);
    expect(issues({ login: 1000, propolis: [1, 2] })).toEqual([
      '2 propolis processes run and none reported in 9 s: unless all of them hang, this login sees no probe of ' +
        'theirs: dtrace_proc, proc_owner and proc_zone are needed',
    ]);
    // Root, one process alone, a short look and one PID leave it open.
    expect(issues({ login: 0, propolis: [1, 2] })).toEqual([]);
    expect(issues({ login: 1000, propolis: [1] })).toEqual([]);
    expect(issues({ login: 1000, propolis: [1, 2] }, { seconds: 2 })).toEqual([]);
    expect(issues({ login: 1000, propolis: [1, 2] }, { pid: 1 })).toEqual([]);
  });

  it('are said to be hidden, once a sled and not as silent, where the sled says that the login sees no probe', () => {
    const hidden = read('upstairs_info', between(OUTPUT, { login: 1000, probes: 'none', propolis: [1] }));
    expect(hidden.issues).toEqual([
      { code: 'no_probes', message: `${NO_PROBES}; nothing is known of a process that runs` },
    ]);
    expect(hidden.rows).toMatchObject([{ pid: 1, note: NO_PROBES }]);
    expect(probeNamed('upstairs_info').check(hidden.rows[0]!)).toEqual([]);
    const seen = read('upstairs_info', between(OUTPUT, { login: 1000, probes: 'some', propolis: [1, 2] }));
    expect(seen.issues).toEqual([]);
    expect(seen.rows.map(({ note }) => note)).toEqual(['no_report', 'no_report']);
  });

  it('may be missing where they could not be listed, and that is an issue', () => {
    const { issues } = read(
      'upstairs_info',
      `running=before why=ps: no\n${OUTPUT}running=after why=ps: no\n`,
    );
    expect(issues).toEqual([
      {
        code: 'warning',
        message: 'the processes could not be listed: one that does not report may be missing: ps: no',
      },
    ]);
  });
});

describe('probes of IO that did not fire', () => {
  it.each(['perfgw', 'tracegw', 'upstairs_io'])('%s says what is known and no more', (name) => {
    const of = (ran: Ran, change: Partial<ProbeSettings> = {}) => read(name, between('', ran), change);
    const { issues, notes } = of({ login: 1000, propolis: [1] });
    expect(issues).toEqual([]);
    expect(notes).toEqual([
      'upstairs processes run and nothing of theirs fired: they were idle, or this login may not see their probes ' +
        '(dtrace needs dtrace_proc, proc_owner and proc_zone for that, and reports no error without them)',
    ]);
    const hidden = of({ login: 1000, probes: 'none', propolis: [1, 2] });
    expect([hidden.notes, hidden.issues]).toEqual([
      [],
      [{ code: 'no_probes', message: `${NO_PROBES}; nothing is known of 2 processes that run` }],
    ]);
    expect(of({ login: 1000, probes: 'some', propolis: [1] })).toMatchObject({ notes: [], issues: [] });
    expect(of({ login: 0, propolis: [1] }).notes).toEqual([]);
    expect(of({ login: 1000, downstairs: [1] }).notes).toEqual([]);
    expect(of({ login: 1000, propolis: [1] }, { pid: 1 }).notes).toEqual([]);
    expect(read(name, 'running=before why=ps: no\n').notes).toEqual([
      'nothing fired, and the processes could not be listed to say whether any runs: ps: no',
    ]);
  });
});
