import { readBundle } from '../fleet/bundle.ts';
import { probeText } from '../fleet/one-text.ts';
import { scriptCommand } from '../fleet/upload.ts';
import type { ProbeSettings, ProbeSpec } from '../model/probe.ts';
import { shellWord } from '../model/shell-word.ts';
import { RUN_MARGIN_MS } from './connection-options.ts';
import { runOnFleet, type FleetOptions, type FleetRun, type FleetRunSettings } from './fleet-run.ts';
import type { Surroundings } from './surroundings.ts';

/** Bytes that one sled may send on each of its streams: some ten thousand sessions. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

/** Scripts that only read reports may run side by side, up to so many on a sled. */
export const STATUS_LOCK = { name: 'status', room: 8 } as const;

/** What a probe whose sh script watches all upstairs of a sled is run with. */
export function stateSettings(seconds: number): ProbeSettings {
  return { seconds, interval: 0, pid: null, volume: null, totals: false, rates: false };
}

/** Runs such a probe on every selected sled for so many seconds. */
export async function runStateProbe(
  probe: ProbeSpec,
  seconds: number,
  options: FleetOptions,
  surroundings: Surroundings,
  more: Pick<FleetRunSettings, 'inventory' | 'only' | 'recorded' | 'rounds'>,
): Promise<FleetRun> {
  const bundle = await readBundle(surroundings.scriptsFolder, [probe.script, ...probe.needs]);
  const settings = stateSettings(seconds);
  return await runOnFleet(options, surroundings, {
    job: {
      what: [probe.script, ...probe.arguments(settings)].map(shellWord).join(' '),
      bundle,
      payload: {
        script: scriptCommand(bundle, probe.script, probe.arguments(settings)),
        isCounted: true,
        lock: STATUS_LOCK,
      },
      mayRepeat: true,
      asText: probeText(surroundings.scriptsFolder, probe, settings),
      read: (result) => probe.read(result, settings),
    },
    runTimeoutMs: seconds * 1000 + RUN_MARGIN_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    ...more,
  });
}
