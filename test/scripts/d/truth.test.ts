import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/simulator/clock.ts';
import { createCrucible } from '../../../src/simulator/crucible.ts';
import { dtrace } from '../../../src/simulator/d/dtrace.ts';
import { createRandom } from '../../../src/simulator/random.ts';
import { createDisk } from '../../../src/simulator/upstairs-session.ts';
import type { IoTruth, SessionTruth } from '../../../src/simulator/truth.ts';
import { LATENCY_SOURCES, typesOf } from '../../support/timed-kinds.ts';
import { histogramsOf, rowsOf, scriptText, ZONE_A, ZONE_B } from './run-script.ts';

const SECONDS = 4;

interface Played {
  readonly lines: readonly string[];
  readonly io: IoTruth;
  readonly sessions: readonly SessionTruth[];
  readonly zoneOf: (pid: number) => string;
}

/** Runs a script on a simulated sled: two upstairs with a disk each, one of them under repair, and two downstairs. */
function play(name: string, args: readonly (number | string)[] = [SECONDS]): Played {
  const clock = manualClock();
  const random = createRandom(11);
  const crucible = createCrucible({ clock, random, cpus: 4, version: 'today', ioRate: 60 });
  for (const zone of [ZONE_A, ZONE_B]) {
    crucible.bootZone(zone);
    const disks = [{ ...createDisk(random), hasHttpParent: true }];
    const common = { zone, args: 'x', command: 'x' };
    crucible.startProcess({ ...common, crucible: 'upstairs', disks });
    crucible.startProcess({ ...common, crucible: 'downstairs' });
  }
  const [session] = crucible.sessions();
  if (session !== undefined) crucible.setStates(session, ['active', 'active', 'live_repair']);
  let stdout = '';
  let stderr = '';
  dtrace(['-Z', '-s', name, ...args.map(String)], crucible.machine, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    readFile: scriptText,
    appendFile: () => {},
  });
  // What is so right before the script ends; nothing is done in the 10 microseconds between.
  clock.advance(SECONDS * 1000 - 0.01);
  const { io, sessions } = crucible.truth();
  clock.advance(1000);
  expect(stderr).toBe('');
  const zones = new Map(crucible.processes().map((process) => [process.pid, process.zone]));
  return {
    lines: stdout.split('\n').filter((line) => line !== ''),
    io,
    sessions,
    zoneOf: (pid) => zones.get(pid) ?? '',
  };
}

describe.each(LATENCY_SOURCES)('$name.d', (source) => {
  const types = typesOf(source);

  test('agrees with a simulated sled, bucket by bucket', () => {
    const { lines, io, zoneOf } = play(`${source.name}.d`);
    const expected: Record<string, Readonly<Record<string, number>>> = {};
    for (const { pid, kind, client, volume_id: volume, buckets } of io.latencies) {
      const type = types.get(kind);
      if (type === undefined) continue;
      const byVolume = source.timed.some(({ by }) => by === 'volume') ? ` volume=${volume}` : '';
      const byClient = client === null ? '' : ` client=${client}`;
      expected[`zone=${zoneOf(pid)} pid=${pid} type=${type}${byClient}${byVolume}`] = buckets;
    }
    const timed = [...types.values()];
    const printed = Object.entries(histogramsOf(lines)).filter(([key]) =>
      timed.includes(/ type=(\S+)/.exec(key)?.[1] ?? ''),
    );
    expect(Object.keys(expected).length).toBeGreaterThan(0);
    expect(Object.fromEntries(printed)).toEqual(expected);
  });
});

const counts = (io: IoTruth, pid: string, probe: string): string =>
  String(io.processes.find((process) => String(process.pid) === pid)?.counts[probe] ?? 0);

describe('the counts', () => {
  test('of guest IOs agree with a simulated sled', () => {
    const { lines, io } = play('tracegw.d');
    const rows = rowsOf(lines);
    expect(new Set(rows.map((row) => row['PID'])).size).toBe(2);
    for (const row of rows) {
      const { PID: pid = '', TYPE: type = '' } = row;
      expect([row['START'], row['DONE']]).toEqual([
        counts(io, pid, `gw-${type}-start`),
        counts(io, pid, `gw-${type}-done`),
      ]);
    }
  });

  test('of volume IOs agree with a simulated sled', () => {
    const { lines, io } = play('trace-vol.d');
    const rows = rowsOf(lines);
    expect(rows.length).toBeGreaterThanOrEqual(8);
    for (const row of rows) {
      const probe = `volume-${(row['TYPE'] ?? '').replace('-', '')}`;
      const known = io.volumes.find((volume) => volume.volume_id === row['VOLUME'])?.counts;
      expect([row['START'], row['DONE']]).toEqual(
        [`${probe}-start`, `${probe}-done`].map((each) => String(known?.[each] ?? 0)),
      );
    }
  });

  test('by interval add up to those of a simulated sled', () => {
    const { lines, io } = play('all_downstairs.d', [SECONDS, 1]);
    const rows = rowsOf(lines);
    for (const pid of new Set(rows.map((row) => row['PID'] ?? ''))) {
      const total = (column: string): string =>
        String(rows.filter((row) => row['PID'] === pid).reduce((sum, row) => sum + Number(row[column]), 0));
      const expected = { 'R>': 'submit-read-start', 'WU<': 'submit-writeunwritten-done', WD: 'work-done' };
      for (const [column, probe] of Object.entries(expected)) {
        expect(total(column)).toBe(counts(io, pid, probe));
      }
    }
    expect(rows.length).toBe(8);
  });
});

test('up_state.d shows the states and counters of a simulated sled', () => {
  const { lines, sessions } = play('up_state.d', [SECONDS, 1, 0, 'LONG']);
  const rows = rowsOf(lines);
  for (const session of sessions) {
    const row = rows.filter((each) => each['SESSION'] === session.session_id).at(-1);
    expect(row).toMatchObject({
      ZONE: session.zone,
      PID: String(session.pid),
      UPSTAIRS: session.upstairs_id,
      LRC2: String(session.live_repair_completed[2]),
    });
    const word = (text: string | undefined): string => (text ?? '').replace(/_/g, '').toLowerCase();
    expect([row?.['DS0'], row?.['DS2']].map(word)).toEqual([session.states[0], session.states[2]].map(word));
  }
  expect(rows.length).toBeGreaterThanOrEqual(6);
});
