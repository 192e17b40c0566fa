import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkProbe } from '../../../src/check/check-probe.ts';
import type { ProbeSpec } from '../../../src/model/probe.ts';
import type { FleetReport, SledOutcome } from '../../../src/model/report.ts';
import { shellWord } from '../../../src/model/shell-word.ts';
import { repairs } from '../../../src/probes/repairs.ts';
import { manualClock, SIMULATED_START } from '../../../src/simulator/clock.ts';
import { dtrace } from '../../../src/simulator/d/dtrace.ts';
import type { Life } from '../../../src/simulator/life.ts';
import { ps } from '../../../src/simulator/ps.ts';
import { createRandom } from '../../../src/simulator/random.ts';
import { createWorld, type WorldSled } from '../../../src/simulator/rack-world.ts';
import { zoneadm } from '../../../src/simulator/zoneadm.ts';

const SCRIPTS = fileURLToPath(new URL('../../../scripts/', import.meta.url));

/** How long a look watches. */
const WINDOW_MS = 3000;

/** A look at all sleds: what `check` was told, and `repairs` where it asked. Nanoseconds of the life. */
export interface Look extends Pick<FleetReport, 'outcomes' | 'startedAt' | 'finishedAt'> {
  readonly fromNs: number;
  readonly untilNs: number;
  readonly repairs: readonly SledOutcome[];
  /** When each session reported last within it, by the simulator's own clockwork. */
  readonly reported: ReadonlyMap<string, number>;
}

/** What the commands of a sled print while a look is at it. */
interface Printed {
  readonly sled: WorldSled;
  readonly files: Readonly<Record<'zones1' | 'ps1' | 'dtrace' | 'zones2' | 'ps2', string>>;
  readonly raw: string | null;
}

interface LookPrinted {
  readonly fromNs: number;
  readonly untilNs: number;
  readonly sleds: readonly Printed[];
  readonly reported: ReadonlyMap<string, number>;
}

/** Milliseconds since the epoch of a time of the life. */
const wallMs = (ns: number): number => Number(SIMULATED_START.wall) / 1e6 + ns / 1e6;

/** Sleds that live by themselves, and so many looks at them, one after another; the life alone knows the truth. */
export function watchLife(options: {
  readonly seed: number;
  readonly sleds: number;
  readonly vms: number;
  readonly looks: number;
  /** From the begin of one look to that of the next, on average. */
  readonly everyMs: number;
  /** Whether look `n` asks for repairs too. */
  readonly asksRepairs: (n: number) => boolean;
}): { readonly life: Life; readonly looks: readonly Look[] } {
  const clock = manualClock();
  const world = createWorld({
    racks: ['3'],
    sledsPerRack: options.sleds,
    propolisPerSled: options.vms,
    pantryPerRack: 0,
    downstairsPerSled: 0,
    degraded: 3,
    visible: () => true,
    seed: options.seed,
    crucible: () => 'today',
    ioRate: 0,
    clockOf: () => clock,
    hasLife: true,
  });
  const elapsedNs = () => Number(clock.now() - SIMULATED_START.now);
  const looks: Look[] = [];
  const random = createRandom(options.seed);
  let printed: LookPrinted[] = [];
  for (let n = 0; n < options.looks; n++) {
    const fromNs = elapsedNs();
    const begun = world.sleds.map((sled) => beginLook(sled, options.asksRepairs(n)));
    clock.advance(WINDOW_MS);
    const untilNs = elapsedNs();
    const sleds = begun.map((end) => end());
    printed.push({ fromNs, untilNs, sleds, reported: reportedIn(world.sleds, fromNs, untilNs) });
    // Whoever looks does not keep step with the reports.
    clock.advance((options.everyMs - WINDOW_MS) * (0.5 + random.next()));
    if (printed.length === 200 || n === options.looks - 1) {
      looks.push(...readLooks(printed));
      printed = [];
    }
  }
  return { life: world.life!, looks };
}

function reportedIn(
  sleds: readonly WorldSled[],
  fromNs: number,
  untilNs: number,
): ReadonlyMap<string, number> {
  const times = sleds
    .flatMap(({ crucible }) => crucible.sessions())
    .map(({ sessionId, phaseNs, periodNs }) => {
      const turns = Math.floor((untilNs - phaseNs) / periodNs);
      return [sessionId, turns < 0 ? -1 : phaseNs + turns * periodNs] as const;
    });
  return new Map(times.filter(([, ns]) => ns >= fromNs));
}

/** Starts the D programs on a sled, and gives what ends them. */
function beginLook(sled: WorldSled, asksRepairs: boolean): () => Printed {
  const { crucible } = sled;
  const list = () => {
    crucible.catchUp();
    return {
      zones: zoneadm(['list', '-p'], crucible.zones()).stdout,
      ps: ps(['-eo', 'pid,zone,args'], crucible.processes()).stdout,
    };
  };
  const before = list();
  const status = trace(sled, 'upstairs-status.d', WINDOW_MS / 1000);
  const raw = asksRepairs ? trace(sled, 'upstairs_raw.d', WINDOW_MS / 1000) : null;
  return () => {
    const after = list();
    const files = {
      zones1: before.zones,
      ps1: before.ps,
      dtrace: status(),
      zones2: after.zones,
      ps2: after.ps,
    };
    return { sled, files, raw: raw?.() ?? null };
  };
}

function trace({ crucible }: WorldSled, script: string, seconds: number): () => string {
  let text = '';
  const run = dtrace(['-Z', '-s', script, String(seconds)], crucible.machine, {
    stdout: (more) => {
      text += more;
    },
    stderr: (more) => {
      throw new Error(`${script}: ${more}`);
    },
    readFile: (name) => readFileSync(join(SCRIPTS, name), 'utf8'),
    appendFile: () => undefined,
  });
  return () => {
    run.signal('TERM');
    run.signal('TERM');
    return text;
  };
}

/**
 * The commands of a sled as functions of the shell, which print what the file of a visit says, without a process. The
 * awk that begins fastest is a sled's nawk, as the simulator has it.
 */
const VISITS = `
[ ! -x /usr/bin/mawk ] || nawk() { /usr/bin/mawk "$@"; }
for visit in "$1"/*; do (
  . "$visit/printed"
  dtrace() { printf %s "$dtrace"; : >"$visit/traced"; }
  zoneadm() { if [ -e "$visit/traced" ]; then printf %s "$zones2"; else printf %s "$zones1"; fi; }
  ps() { if [ -e "$visit/traced" ]; then printf %s "$ps2"; else printf %s "$ps1"; fi; }
  set -- ${checkProbe.arguments(settings(WINDOW_MS / 1000)).join(' ')}
  . "$0"
) >"$visit/out" 2>"$visit/err"; done`;

/** Has the script of `check` make rows of what the sleds printed, in one shell for all of them. */
function readLooks(printed: readonly LookPrinted[]): readonly Look[] {
  const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-life-'));
  try {
    const visit = (look: number, sled: number) => join(folder, `${look}-${sled}`);
    for (const [n, { sleds }] of printed.entries()) {
      for (const [s, { files }] of sleds.entries()) {
        mkdirSync(visit(n, s));
        const lines = Object.entries(files).map(([name, text]) => `${name}=${shellWord(text)}\n`);
        writeFileSync(join(visit(n, s), 'printed'), lines.join(''));
      }
    }
    const ended = spawnSync('sh', ['-c', VISITS, join(SCRIPTS, checkProbe.script), folder], {
      encoding: 'utf8',
    });
    if (ended.status !== 0) throw new Error(ended.stderr);
    return printed.map(({ fromNs, untilNs, sleds, reported }, n): Look => {
      const times = { startedAt: new Date(wallMs(fromNs)), finishedAt: new Date(wallMs(untilNs)) };
      const outcomes = sleds.map(({ sled }, s) => {
        const [stdout, stderr] = ['out', 'err'].map((name) => readFileSync(join(visit(n, s), name), 'utf8'));
        return outcomeOf(checkProbe, sled, stdout ?? '', stderr ?? '');
      });
      const mended = sleds.flatMap(({ sled, raw }) =>
        raw === null ? [] : [outcomeOf(repairs, sled, raw, '')],
      );
      return { fromNs, untilNs, ...times, outcomes, repairs: mended, reported };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outcomeOf(
  probe: ProbeSpec,
  { id, rack, serial, cubby }: WorldSled,
  stdout: string,
  stderr: string,
): SledOutcome {
  const reading = probe.read({ stdout, stderr, exitStatus: 0, signalName: null }, settings(WINDOW_MS / 1000));
  if (reading.status === 'failure') throw reading.error;
  const { rows, issues } = reading;
  const sled = { id, rack, name: serial, serial, cubby, labels: {}, host: '-' };
  return {
    status: 'answered',
    sled,
    elapsedMs: WINDOW_MS,
    via: null,
    rows,
    distributions: [],
    text: '',
    issues,
    warnings: [],
  };
}

function settings(seconds: number) {
  return { seconds, interval: 1, pid: null, volume: null, totals: false, rates: false };
}
