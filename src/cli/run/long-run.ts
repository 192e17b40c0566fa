import { setTimeout as sleep } from 'node:timers/promises';
import { PROGRAM_SECONDS } from '../../fleet/long-watch.ts';
import type { Renewal } from '../../fleet/renewed-visit.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { ProbeSettings, ProbeSpec } from '../../model/probe.ts';
import type { Surroundings } from '../surroundings.ts';
import { isStreamed } from './arriving-rows.ts';
import type { RunOptions } from './run-options.ts';

/** How long a run goes on at most where nobody says for how long. */
const MOST_SECONDS = 3600;
/** The same where all that the sleds send is kept: of a full rack that is much. */
const MOST_KEPT_SECONDS = 600;

/**
 * Whether programs that follow each other may make one answer of this. Counts and distributions are of one program, whose own
 * limit is an hour: two that overlap would count an IO twice, and two that do not would miss some.
 */
export function isRenewable(probe: ProbeSpec, options: RunOptions): boolean {
  const { long } = probe;
  if (long === undefined || options.record !== undefined || options.relay !== undefined) return false;
  return long.onlyStreams !== true || isStreamed(probe, options);
}

/** How long a run goes on at most until Ctrl-C, in seconds, and why no longer where that is not the hour. */
export function mostTime(
  probe: ProbeSpec | null,
  options: RunOptions,
): { readonly seconds: number; readonly because: string } {
  if (probe?.firesFor !== 'reports' || isRenewable(probe, options))
    return { seconds: MOST_SECONDS, because: '' };
  const because =
    options.record === undefined
      ? ', since every record is kept here: -o ndjson goes on for an hour'
      : ', since --record keeps all that the sleds send';
  return { seconds: MOST_KEPT_SECONDS, because };
}

/** How long one program of a run of so many seconds lasts; null where one lasts for all of it. */
export function programSeconds(
  probe: ProbeSpec,
  { seconds }: ProbeSettings,
  options: RunOptions,
  { targets }: Inventory,
): number | null {
  const program = options.program ?? PROGRAM_SECONDS;
  if (seconds <= program || !isRenewable(probe, options)) return null;
  // A tool runs one command, which ends by itself.
  return targets.some(({ tool }) => tool !== undefined) ? null : program;
}

/** What goes on for so long by programs of so many seconds. */
export function renewalOf(
  { long, name }: ProbeSpec,
  settings: ProbeSettings,
  program: number,
  { random }: Surroundings,
): Renewal {
  if (long === undefined) throw new Error(`${name} cannot be read from several programs`);
  return {
    programSeconds: program,
    seconds: settings.seconds,
    random,
    pause: async (ms, signal) => {
      await sleep(ms, undefined, { signal }).catch(() => {});
    },
    open: () => long.open(settings),
  };
}
