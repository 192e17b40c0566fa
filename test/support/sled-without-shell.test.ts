import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { CrucibleVersion } from '../../src/simulator/simulated-downstairs.ts';
import { withRack, type Rack } from './rack.ts';
import { runWithoutShell } from './sled-without-shell.ts';

/** One world twice, once by sh and once without: each kind of row that the scripts make is in it. */
const world = {
  isWarm: true,
  sledsPerRack: 3,
  propolisPerSled: 2,
  pantryPerRack: 1,
  ioRate: 0,
  seed: 12,
  crucible: new Map<string, CrucibleVersion>([['3/1', 'camel-2021']]),
};
let told = 0;
const byShell = withRack(world);
const without = withRack({
  ...world,
  runWithoutProcess: (command, place) => {
    const running = runWithoutShell(command, place);
    if (running !== null) told++;
    return running;
  },
});

/** A session that changes, one that ends, a process that is silent, and a sled of another name. */
function disturb(rack: Rack): void {
  const crucible = (sled: string) => rack.crucible(sled);
  const [changing, ending] = crucible('3/0')
    .processes()
    .filter(({ sessions }) => sessions.length > 0);
  const [first] = changing!.sessions;
  crucible('3/0').setStates(first!, ['active', 'faulted', 'live_repair']);
  crucible('3/0').afterReports(first!, 2, () =>
    crucible('3/0').setStates(first!, ['active', 'offline', 'active']),
  );
  crucible('3/0').afterReports(ending!.sessions[0]!, 1, () => crucible('3/0').stopProcess(ending!.pid));
  const silent = crucible('3/2')
    .processes()
    .find(({ sessions }) => sessions.length > 0);
  for (const session of silent!.sessions) crucible('3/2').setReports(session, false);
  rack.simulation.swap('3/1', '3/2');
}

beforeEach(() => {
  told = 0;
});

it.each([
  { argv: ['ds-state', '--window', '4s'], disturbs: true },
  { argv: ['lr-state', '--window', '4s'], disturbs: false },
  { argv: ['check', '--rack', '3', '--window', '4s'], disturbs: false },
  { argv: ['run', 'upstairs_info', '--for', '3s'], disturbs: false },
  { argv: ['run', 'single_up_info', '--for', '3s', '--pid', '99999'], disturbs: false },
])('$argv says the same without a shell', async ({ argv, disturbs }) => {
  const [expected, seen] = await Promise.all(
    [byShell, without].map(async (rack) => {
      if (disturbs) disturb(rack);
      const own = argv[0] === 'check' ? ['--state-file', join(rack.folder, 'check.json')] : [];
      const { status, stdout, stderr } = await rack.run([...argv, '-o', 'json', ...own]);
      if (stdout === '') return { status, stderr, rows: [], said: [] };
      const { report = null, ...rest } = JSON.parse(stdout);
      const { rows, findings, sleds, coverage } = report ?? rest;
      const said = sleds.map(({ sled, status: end, issues, warnings }: Record<string, unknown>) => ({
        sled,
        end,
        issues,
        warnings,
      }));
      return { status, stderr, rows, findings, coverage, said };
    }),
  );
  expect(seen).toEqual(expected);
  expect(told).toBe(3);
  if (argv.includes('--pid')) {
    expect(seen!.stderr).toContain('nothing was seen of PID 99999');
    return;
  }
  expect(seen!.rows.length).toBeGreaterThan(6);
  const notes = JSON.stringify([seen!.rows, seen!.said]);
  for (const each of [
    'no_report',
    ...(argv[0] === 'run' ? [] : ['another sled answered']),
    ...(disturbs ? ['was active/faulted', 'exited'] : []),
  ])
    expect(notes).toContain(each);
});
