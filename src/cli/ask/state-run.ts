import { readBundle } from '../../fleet/bundle.ts';
import { probeText } from '../../fleet/one-text.ts';
import { scriptCommand } from '../../fleet/upload.ts';
import type { Payload } from '../../model/job.ts';
import type { ProbeSettings, ProbeSpec } from '../../model/probe.ts';
import { shellWord } from '../../model/shell-word.ts';
import { RUN_MARGIN_MS } from '../options/connection-options.ts';
import { runOnFleet, type FleetOptions, type FleetRun, type FleetRunSettings } from './fleet-run.ts';
import type { Surroundings } from '../surroundings.ts';

/** Bytes that one sled may send on each of its streams: some ten thousand sessions. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

/** Scripts that only read reports may run side by side, up to so many on a sled. */
export const STATUS_LOCK = { name: 'status', room: 8 } as const;

/** Scripts that fire for each IO cost a sled something: one of a name runs there at a time. */
export function lockOf({ name, firesFor }: Pick<ProbeSpec, 'name' | 'firesFor'>): Payload['lock'] {
  return firesFor === 'reports' ? STATUS_LOCK : { name, room: 1 };
}

/** What a probe that watches all upstairs of a sled is run with. */
export function stateSettings(seconds: number): ProbeSettings {
  return { seconds, interval: 0, pid: null, volume: null, totals: false, rates: false };
}

/** The command line of a probe's script on a sled: sh as it is, D by run-d.sh. */
export function probeWords(probe: ProbeSpec, settings: ProbeSettings): readonly [string, ...string[]] {
  const words = [probe.script, ...probe.arguments(settings)] as const;
  return probe.script.endsWith('.sh') ? words : ['run-d.sh', '-r', ...words];
}

/** What a run of a probe may be a part of. */
type PartOf = Pick<
  FleetRunSettings,
  'inventory' | 'only' | 'recorded' | 'rounds' | 'ownDrawing' | 'runId' | 'onVisited'
>;

/** Runs such a probe on every selected sled for so many seconds. */
export async function runStateProbe(
  probe: ProbeSpec,
  seconds: number,
  options: FleetOptions,
  surroundings: Surroundings,
  more: PartOf,
): Promise<FleetRun> {
  return await runProbe(probe, stateSettings(seconds), options, surroundings, more);
}

/** Runs a probe on every selected sled, and reads what each says. */
export async function runProbe(
  probe: ProbeSpec,
  settings: ProbeSettings,
  options: FleetOptions,
  surroundings: Surroundings,
  more: PartOf,
): Promise<FleetRun> {
  const bundle = await readBundle(surroundings.scriptsFolder, [probe.script, ...probe.needs]);
  const [script, ...words] = probeWords(probe, settings);
  return await runOnFleet(options, surroundings, {
    job: {
      what: [script, ...words].map(shellWord).join(' '),
      bundle,
      payload: { script: scriptCommand(bundle, script, words), isCounted: true, lock: lockOf(probe) },
      mayRepeat: true,
      asText: probeText(surroundings.scriptsFolder, probe, settings),
      read: (result) => probe.read(result, settings),
    },
    question: { probe: probe.name, settings },
    windowMs: settings.seconds * 1000,
    runTimeoutMs: settings.seconds * 1000 + RUN_MARGIN_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    ...more,
  });
}
