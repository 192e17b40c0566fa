import { inShard, selectSleds } from '../../inventory/select.ts';
import { formatDuration } from '../../model/duration.ts';
import { FleetError } from '../../model/error.ts';
import { NO_HOST } from '../../model/sled.ts';
import type { Retained } from '../../relay/nats/retained-beats.ts';
import type { QuestionSelection } from '../../relay/question.ts';
import { rosterOf, type RosterSite } from '../../relay/roster.ts';
import type { SiteEnd } from '../../relay/site-end.ts';
import type { KnownSleds } from '../../relay/site-outcomes.ts';
import { nearest } from '../../yaml/nearest.ts';

/** What is known of the sleds of sites that did not answer. */
export interface SledsKnown {
  /** Null where nothing names any sled of it. */
  readonly of: (end: SiteEnd, selection: QuestionSelection) => KnownSleds | null;
  /** What the heartbeats say of a site that was not heard, as the end of a sentence; empty where it is not of use. */
  readonly about: (end: SiteEnd) => string;
}

/** By what a site itself said that it would ask, else by the last heartbeat that the hub kept of it. */
export function sledsKnown(retained: Retained, now: Date): SledsKnown {
  const roster = 'why' in retained ? new Map<string, RosterSite>() : rosterOf(retained.beats);
  const agoOf = ({ lastBeatAt }: RosterSite) =>
    formatDuration(Math.max(0, now.getTime() - lastBeatAt.getTime()));
  return {
    of({ site, sleds }, selection) {
      if (sleds !== null) return { sleds, how: '' };
      const known = roster.get(site);
      if (known === undefined) return null;
      const how = `by its heartbeat of ${agoOf(known)} ago`;
      try {
        return { sleds: selectedOf(known, selection), how: `its sleds ${how}` };
      } catch (error) {
        if (!(error instanceof FleetError)) throw error;
        return { sleds: [], how: `${how} it has none that is selected` };
      }
    },
    about({ site, state }) {
      if (state !== 'no_runner' && state !== 'no_report' && state !== 'not_reached') return '';
      const known = roster.get(site);
      if (known !== undefined) return `; its last heartbeat was ${agoOf(known)} ago`;
      if ('why' in retained) return '';
      const near = nearest(site, [...roster.keys()], 2);
      const meant = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
      return `; the hub keeps no heartbeat of a site by this name${meant}`;
    },
  };
}

function selectedOf({ racks, sleds }: RosterSite, selection: QuestionSelection) {
  const targets = sleds.map((sled) => ({ sled: { ...sled, labels: sled.labels ?? {}, host: NO_HOST } }));
  const selected = selectSleds({ racks, targets }, selection);
  return inShard(selected, selection.shard ?? undefined).targets.map(({ sled }) => sled);
}
