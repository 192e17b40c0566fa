import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProbeSpec } from '../../src/model/probe.ts';
import { PROBES } from '../../src/probes/index.ts';
import { manualClock } from '../../src/simulator/clock.ts';
import { createCrucible } from '../../src/simulator/crucible.ts';
import { dtrace } from '../../src/simulator/d/dtrace.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { createDisk } from '../../src/simulator/upstairs-session.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = 'test/fixtures';

/** What a D script printed on a simulated sled, as a file of `test/fixtures`. */
export interface ScriptFixture {
  /** In the repository. */
  readonly path: string;
  readonly script: string;
  readonly args: readonly string[];
}

const SECONDS = 9;
/** Stands for the process that a script of one process is about. */
const PID = 763;

/** How a script of each kind shows everything by hand. */
function byHand(probe: ProbeSpec): readonly string[] {
  const pid = probe.takes.pid === 'needed' ? [String(PID)] : [];
  const all = pid.length === 0 ? ['0'] : [];
  if (probe.byHand !== undefined) return [...pid, String(SECONDS), '1', ...all, 'LONG'];
  return [...pid, String(SECONDS), '0'];
}

/** What a probe is run with on a sled, for nine seconds. */
function forPrograms(probe: ProbeSpec): readonly string[] {
  const settings = { seconds: SECONDS, interval: probe.interval, volume: null, totals: false, rates: false };
  return probe.arguments({ ...settings, pid: probe.takes.pid === 'needed' ? PID : null });
}

const MADE: readonly ProbeSpec[] = PROBES.filter((probe) => probe.script.endsWith('.d'));

/** Two of each probe: by hand, and as cruc-fleet runs it, of tables of reports one for all. */
export const SCRIPT_FIXTURES: readonly ScriptFixture[] = [
  ...MADE.map((probe): ScriptFixture => ({
    path: `${FOLDER}/${probe.name}/one-sled.txt`,
    script: probe.byHand ?? probe.script,
    args: byHand(probe),
  })),
  ...new Map(
    MADE.filter((probe) => forPrograms(probe).includes('FIELDS')).map((probe): [string, ScriptFixture] => [
      probe.script,
      { path: programPath(probe), script: probe.script, args: forPrograms(probe) },
    ]),
  ).values(),
];

function programPath(probe: ProbeSpec): string {
  return forPrograms(probe).includes('FIELDS')
    ? `${FOLDER}/${probe.script.replace(/\.d$/, '')}/fields.txt`
    : `${FOLDER}/${probe.name}/one-sled.txt`;
}

/** What cruc-fleet gets of a probe from one sled. Throws with what makes a file that is missing. */
export function outputOf(probe: ProbeSpec): string {
  return fixtureText(programPath(probe));
}

/** The text of a fixture. Throws with what makes a file that is missing. */
export function fixtureText(path: string): string {
  if (!existsSync(ROOT + path)) throw new Error(`${path} is not there; npm run fixtures makes it`);
  return readFileSync(ROOT + path, 'utf8');
}

/** Writes those that are missing: what is there is kept, since it is what a version has printed. */
export function writeMissing(): void {
  for (const { path, script, args } of SCRIPT_FIXTURES) {
    if (existsSync(ROOT + path)) continue;
    mkdirSync(dirname(ROOT + path), { recursive: true });
    writeFileSync(ROOT + path, played(script, args));
  }
}

const DOWNSTAIRS = 'crucible-downstairs';

/** What a script prints on a sled with one upstairs process of two disks, one under repair, and two downstairs. */
function played(script: string, args: readonly string[]): string {
  const clock = manualClock();
  const random = createRandom(11);
  const crucible = createCrucible({ clock, random, cpus: 4, version: 'today', ioRate: 20 });
  const upstairs = 'oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50';
  crucible.bootZone(upstairs);
  const common = { zone: upstairs, args: 'x', command: 'propolis-server' };
  const disks = [0, 1].map(() => ({ ...createDisk(random), hasHttpParent: true }));
  crucible.startProcess({ ...common, crucible: 'upstairs', disks });
  for (const zone of ['0', '1'].map((n) => `oxz_crucible_7c1f6a1e-33b5-4a0c-9b52-8e0d3d1e6f0${n}`)) {
    crucible.bootZone(zone);
    crucible.startProcess({ ...common, zone, command: DOWNSTAIRS, crucible: 'downstairs' });
  }
  const [session] = crucible.sessions();
  if (session !== undefined) crucible.setStates(session, ['active', 'live_repair', 'active']);
  const isOfDownstairs = script === 'downstairs_count.d';
  const about = crucible.processes().find(({ command }) => (command === DOWNSTAIRS) === isOfDownstairs);
  let stdout = '';
  dtrace(
    ['-Z', '-s', script, ...args.map((arg) => (arg === String(PID) ? String(about?.pid) : arg))],
    crucible.machine,
    {
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        throw new Error(`${script}: ${text}`);
      },
      readFile: (name) => readFileSync(`${ROOT}scripts/${name}`, 'utf8'),
      appendFile: () => {},
    },
  );
  clock.advance((SECONDS + 2) * 1000);
  return stdout;
}
