import type { RunOfSite, SitePlan } from '../../relay/serve-settings.ts';
import { keyOf } from '../../watch/apply.ts';
import type { WatchEvent } from '../../watch/event.ts';
import type { FleetOptions } from '../ask/fleet-run.ts';
import { openWatchedFleet } from '../watch/watch-fleet.ts';
import type { Surroundings } from '../surroundings.ts';

/** Opens the watch of a site; what comes is told to who asks, until that one ends it or is gone. Throws `usage`. */
export async function answerWatch(
  options: FleetOptions,
  only: readonly string[] | null,
  surroundings: Surroundings,
): Promise<SitePlan['answer']> {
  const fleet = await openWatchedFleet(options, surroundings, new AbortController().signal);
  return async ({ stop, tell }) => {
    if (tell === null) return null;
    const part = only === null ? undefined : { only: new Set(only), untilOf: () => stop };
    await fleet.run((event) => tellEvent(event, tell), stop, part);
    return null;
  };
}

/** Of what an asker is too slow for, the newest of each session and sled counts. */
function tellEvent(event: WatchEvent, tell: NonNullable<RunOfSite['tell']>): void {
  const { ms } = event.now;
  switch (event.kind) {
    case 'report': {
      const { sled, program, row } = event;
      return tell({ kind: 'row', sled: sled.id, program, row: { ...row } }, ms, keyOf(sled, row));
    }
    case 'begun': {
      const { program, running } = event;
      const sled = event.sled.id;
      const listed =
        running === null ? null : running.map(({ zone, pid, command }) => ({ zone, pid, command }));
      return tell({ kind: 'begun', sled, program, running: listed }, ms, `state ${sled}`);
    }
    case 'lost': {
      const { why, againMs, failure } = event;
      const { stage = 'run', code = 'connection_lost' } = failure ?? {};
      const sled = event.sled.id;
      return tell({ kind: 'lost', sled, why, again_ms: againMs, stage, code }, ms, `state ${sled}`);
    }
    case 'doubt': {
      const { what } = event;
      const sled = event.sled.id;
      return tell({ kind: 'doubt', sled, what }, ms, `doubt ${sled} ${what}`);
    }
    case 'heard':
    case 'sleds':
    case 'tick':
      return;
  }
}
