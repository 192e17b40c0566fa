import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { retainedBeats, type Retained } from '../../relay/nats/retained-beats.ts';
import { rosterOf } from '../../relay/roster.ts';
import type { TalkOptions } from '../options/output-options.ts';
import type { RelayOptions } from '../options/relay-options.ts';
import type { Surroundings } from '../surroundings.ts';
import type { HubOrWhy } from './open-hub.ts';
import { namedSites } from './site-question.ts';

/** The roster is what the asker names, else the sites whose heartbeat the hub keeps: never who happens to answer. */
export async function sitesOf(
  hub: HubOrWhy,
  options: RelayOptions & TalkOptions,
  surroundings: Surroundings,
): Promise<{ readonly sites: readonly string[]; readonly retained: Retained | null }> {
  const named = namedSites(options, surroundings);
  if (named !== null) return { sites: named, retained: null };
  if ('why' in hub) throw new FleetError('unreachable', `${hub.why}; and no sites are named (--site)`);
  const retained = await retainedBeats(hub);
  const sites = 'why' in retained ? [] : [...rosterOf(retained.beats).keys()];
  if (sites.length === 0) {
    const why = 'why' in retained ? retained.why : 'the hub has not kept a heartbeat of any site yet';
    throw new FleetError('usage', `${why}; name the sites: --site west,east`);
  }
  if (options.quiet !== true) {
    const note = `sites by the heartbeats that the hub keeps: ${sites.join(', ')}`;
    surroundings.terminal.err.write(`${printable(note)}\n`);
  }
  return { sites, retained };
}
