import { describe, expect, it } from 'vitest';
import { missNamed } from '../../src/cli/options/unseen.ts';
import { withRack } from '../support/rack.ts';
import { answered, stateRow } from '../support/reports.ts';

let zone: string;
let silent: { readonly pid: number; readonly zone: string };

/** Sled 0 has two processes, of which one is silent; sled 1 has none; sled 2 does not answer. */
const rack = withRack(
  {
    isShellFree: true,
    sledsPerRack: 3,
    propolisPerSled: 2,
    downstairsPerSled: 0,
    pantryPerRack: 0,
    seed: 4,
    down: new Map([['3/2', 'refused']]),
  },
  () => {
    const first = rack.crucible('3/0');
    const second = rack.crucible('3/1');
    for (const { zone } of second.processes()) second.haltZone(zone);
    second.startProcess({ zone: 'global', command: 'sshd', args: '/usr/lib/ssh/sshd' });
    const [one, other] = first.processes().filter(({ sessions }) => sessions.length > 0);
    for (const session of other!.sessions) first.setReports(session, false);
    zone = one!.zone;
    silent = other!;
  },
);

const ask = (...argv: readonly string[]) => rack.run([...argv, '-w', '2s']);
const WHOLE = ['--sled', '3/0,3/1'];

describe('an id that begins no id of an answer in full', () => {
  const outcomes = [answered(1, [stateRow(1, ['active', 'active', 'active'], 'ok')])];

  it('is an error with the nearest one', () => {
    expect(() => missNamed(outcomes, { upstairs: ['3f2b0002'] })).toThrow(
      'nothing was seen of upstairs 3f2b0002 on the selected sleds: the nearest is 3f2b0001',
    );
    expect(missNamed(outcomes, { session: ['C0B9'] })).toEqual([]);
    expect(missNamed(outcomes, { session: ['c0b9', 'ffff'] })).toEqual([
      'nothing was seen of session ffff on the selected sleds: no id of 1 is like it',
    ]);
  });
});

describe.concurrent('what was named and not seen', () => {
  it.each([['ds-state'], ['run', 'upstairs_info']])(
    'a zone in full is an error of %s %s',
    async (...argv) => {
      const wrong = `${zone.slice(0, -1)}x`;
      const { status, stdout, stderr } = await ask(...argv, ...WHOLE, '--zone', wrong);
      expect(stderr).toContain(
        `nothing was seen of zone ${wrong} on the selected sleds: the nearest is ${zone}`,
      );
      expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    },
  );

  it('a zone is found by its id alone, and as a table shows it', async () => {
    const id = zone.slice(zone.lastIndexOf('_') + 1).slice(0, 8);
    const both = [`propolis ${id}`, id].map((text) => ask('ds-state', ...WHOLE, '--zone', text));
    for (const { status, stdout } of await Promise.all(both)) {
      expect(stdout).toContain(zone);
      expect(status).toBe(0);
    }
  });

  it('a pattern of zones that matches none is an empty answer, with the nearest name', async () => {
    const id = zone.slice(zone.lastIndexOf('_') + 1).slice(0, 7);
    const { status, stderr } = await ask('ds-state', ...WHOLE, '--zone', `*_${id}x-*`);
    expect(stderr).toMatch(/^warning: nothing was seen of zone \*_/);
    expect(stderr).toContain(`the nearest is ${zone}`);
    expect(status).toBe(0);
  });

  it('one of two zones is a note, and the other one is shown', async () => {
    const { status, stdout, stderr } = await ask(
      'ds-state',
      ...WHOLE,
      '--zone',
      `oxz_no,${zone}`,
      '-o',
      'json',
    );
    const zones = JSON.parse(stdout).rows.map((row: { zone: string }) => row.zone);
    expect(new Set(zones)).toEqual(new Set([zone]));
    expect(stderr).toContain('warning: nothing was seen of zone oxz_no');
    expect(status).toBe(0);
  });

  it.each([['ds-state'], ['run', 'upstairs_info']])(
    'a state that no session is in is an empty answer of %s %s, with the states that are there',
    async (...argv) => {
      const { status, stderr } = await ask(...argv, ...WHOLE, '--state', 'faulted');
      expect(stderr).toMatch(
        /^warning: no downstairs on the selected sleds is in state faulted: the states seen are active \(\d+\)\n$/,
      );
      expect(status).toBe(0);
    },
  );

  it.each([
    ['ds-state', 'upstairs'],
    ['run upstairs_info', 'session'],
  ])(
    '%s --%s: an id that nobody has is said with the nearest one; a row without an id may be it',
    async (command, what) => {
      const ids = rack
        .sessions('3/0')
        .map((each) => (what === 'upstairs' ? each.upstairsId : each.sessionId));
      const [first = ''] = ids;
      const wrong = `${first.slice(0, 7)}${first[7] === '0' ? '1' : '0'}`;
      const argv = [...command.split(' '), ...WHOLE];
      const { status, stderr } = await ask(...argv, `--${what}`, wrong);
      expect(stderr).toContain(`nothing was seen of ${what} ${wrong} on the selected sleds: the nearest is `);
      expect(stderr).toMatch(/; (?:a row|one of \d+ rows) without an id may be it$/m);
      expect(status).toBe(0);
    },
  );

  it('what a probe cannot be filtered by is refused before a sled is visited, with what it takes', async () => {
    const { status, stderr } = await ask('run', 'perf-downstairs', ...WHOLE, '--degraded');
    expect(stderr).toBe(
      'cruc-fleet: --degraded: perf-downstairs has no states of downstairs; it can be filtered by --zone, --pid\n',
    );
    expect(status).toBe(64);
  });

  it('run takes the filters of ds-state, and says the same of what they leave', async () => {
    const filters = ['--degraded', '--state', 'active', '-o', 'json'];
    const json = async (...argv: readonly string[]) =>
      JSON.parse((await ask(...argv, ...WHOLE, ...filters)).stdout);
    const [state, info] = await Promise.all([json('ds-state'), json('run', 'upstairs_info')]);
    expect(info.filter).toBe('state active; degraded');
    expect(info.rows.map((row: { pid: number }) => row.pid)).toEqual(
      state.rows.map((row: { pid: number }) => row.pid),
    );
  });

  it('a process is an error of ds-state as of run', async () => {
    const { status, stderr } = await ask('ds-state', ...WHOLE, '--pid', '99999');
    expect(stderr).toContain('nothing was seen of PID 99999');
    expect(status).toBe(64);
  });

  it('a volume is an error', async () => {
    const volume = '00000000-0000-4000-8000-000000000000';
    const { status, stdout, stderr } = await ask('run', 'trace-vol', ...WHOLE, '--volume', volume);
    expect(stderr).toContain(`nothing was seen of volume ${volume}`);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
  });

  it('is not an error where a sled did not answer: it may be there', async () => {
    for (const argv of [['ds-state'], ['run', 'upstairs_info']]) {
      const { status, stderr } = await ask(...argv, '--rack', '3', '--zone', 'oxz_no');
      expect(stderr).not.toContain('nothing was seen');
      expect(status).toBe(3);
    }
  });
});

describe.concurrent('a run of a probe', () => {
  it.each(['upstairs_info', 'upstairs_raw'])('%s names the process that never reported', async (name) => {
    const { status, stdout } = await ask('run', name, ...WHOLE, '-o', 'json');
    const report = JSON.parse(stdout);
    const noted = report.rows.filter((row: { note: unknown }) => row.note === 'no_report');
    expect(noted).toMatchObject([{ sled: rack.simulation.sleds[0]!.id, zone: silent.zone, pid: silent.pid }]);
    expect(report.findings).toMatchObject([{ rule: 'no_report', pid: silent.pid }]);
    expect(report.sleds.map((sled: { processes: number }) => sled.processes)).toEqual([2, 0]);
    expect(status).toBe(0);
  });

  it('names it once in rows that are written as they come', async () => {
    const { stdout } = await ask('run', 'upstairs_raw', ...WHOLE, '-o', 'ndjson');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const noted = lines.filter(({ type, note }) => type === 'row' && note === 'no_report');
    expect(noted).toMatchObject([{ pid: silent.pid }]);
    expect(lines.filter(({ type }) => type === 'row').length).toBeGreaterThan(1);
  });

  it.each([
    ['perfgw', 'upstairs', '3/1'],
    ['upstairs_io', 'upstairs', '3/1'],
    ['perf-downstairs', 'downstairs', '3/0,3/1'],
  ])('%s says that no %s process runs on %s', async (name, of, sled) => {
    const { status, stdout, stderr } = await ask('run', name, '--sled', sled);
    expect(stdout + stderr).toContain(`no Crucible ${of} process runs on the selected sleds`);
    expect(status).toBe(0);
  });

  it('sums up processes apart from upstairs', async () => {
    const { stdout, stderr } = await ask('ds-state', ...WHOLE);
    expect(stdout + stderr).toMatch(/; (\d) upstairs: \1 ok; 1 process without a report; /);
  });
});
