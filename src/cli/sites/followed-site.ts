import type { SiteSled } from '../../relay/messages.ts';
import type { NewsItem } from '../../relay/news.ts';
import type { SiteEnd } from '../../relay/site-end.ts';
import { namedSled, siteText, unknownSled } from '../../relay/site-outcomes.ts';
import type { Sled } from '../../model/sled.ts';
import type { Now, SledFailure, WatchEvent } from '../../watch/event.ts';

/** A site that is followed: what it tells as events of the fleet's sleds. */
export interface FollowedSite {
  /** As far as they are known; one stands for those that are not. */
  readonly sleds: () => readonly Sled[];
  /** As the fleet knows it; undefined: it is not one of them. */
  readonly sledOf: (id: string) => Sled | undefined;
  /** Why it has none that is selected; null where it has, or is not known. */
  readonly why: () => string | null;
  /** What the hub's heartbeats say, until the site itself names its sleds; `about`: more on why it may have no runner. */
  readonly learn: (sleds: readonly SiteSled[], about?: string) => void;
  readonly accepted: (sleds: readonly SiteSled[]) => void;
  readonly heard: (item: NewsItem, now: Now) => readonly WatchEvent[];
  /** Those that are watched there are not heard, for a while or for longer. */
  readonly quiet: (reason: string, now: Now) => readonly WatchEvent[];
  readonly heardAgain: (now: Now) => readonly WatchEvent[];
  readonly missed: (what: string, now: Now) => readonly WatchEvent[];
  readonly lost: (end: SiteEnd, againMs: number | null, now: Now) => readonly WatchEvent[];
}

export type FollowedSites = ReadonlyMap<string, FollowedSite>;

export function createFollowedSites(sites: readonly string[]): FollowedSites {
  return new Map(sites.map((site) => [site, createFollowedSite(site)] as const));
}

/** As far as they are known. */
export function sledsOf(sites: FollowedSites): readonly Sled[] {
  return [...sites.values()].flatMap((site) => site.sleds());
}

const NOT_HEARD: SledFailure = { stage: 'relay', code: 'not_tried' };

export function createFollowedSite(site: string): FollowedSite {
  let sleds: readonly Sled[] = [unknownSled(site)];
  let isNamed = false;
  let why: string | null = null;
  let about = '';
  /** The programs of a run are counted from 1 on: those of the next one come behind. */
  let base = 0;
  let newest = 0;
  /** Sleds that its runner hears. */
  const live = new Set<string>();
  const take = (named: readonly SiteSled[]): void => {
    sleds = named.length === 0 ? [unknownSled(site)] : named.map((sled) => namedSled(site, sled));
  };
  const sledOf = (id: string): Sled | undefined => sleds.find((sled) => sled.id === `${site}:${id}`);
  const programOf = (program: number): number => {
    newest = Math.max(newest, base + program);
    return base + program;
  };
  const eventOf = (item: Exclude<NewsItem, { kind: 'interval' }>, sled: Sled, now: Now): WatchEvent => {
    switch (item.kind) {
      case 'row':
        return { kind: 'report', sled, program: programOf(item.program), row: item.row, now };
      case 'begun':
        live.add(sled.id);
        return { kind: 'begun', sled, program: programOf(item.program), running: item.running, now };
      case 'lost': {
        live.delete(sled.id);
        const { why: reason, again_ms: againMs, stage, code } = item;
        return { kind: 'lost', sled, why: reason, againMs, failure: { stage, code }, now };
      }
      case 'doubt':
        return { kind: 'doubt', sled, what: item.what, now };
    }
  };
  return {
    sleds: () => sleds,
    sledOf,
    why: () => why,
    learn(named, more = '') {
      if (isNamed) return;
      about = more;
      take(named);
    },
    accepted(named) {
      isNamed = true;
      about = '';
      why = null;
      base = newest;
      live.clear();
      take(named);
    },
    heard(item, now) {
      const sled = sledOf(item.sled);
      // Of a distribution no watch knows.
      return sled === undefined || item.kind === 'interval' ? [] : [eventOf(item, sled, now)];
    },
    quiet: (reason, now) =>
      sleds
        .filter(({ id }) => live.has(id))
        .map((sled) => ({
          kind: 'lost',
          sled,
          why: `site ${site}: ${reason}`,
          againMs: null,
          failure: NOT_HEARD,
          now,
        })),
    heardAgain: (now) => sleds.filter(({ id }) => live.has(id)).map((sled) => ({ kind: 'heard', sled, now })),
    missed: (what, now) => [{ kind: 'doubt', sled: unknownSled(site), what, now }],
    lost(end, againMs, now) {
      const reason = `${siteText(end)}${end.state === 'no_runner' ? about : ''}`;
      if (end.state === 'nothing_selected') {
        const isNews = why !== reason;
        why = reason;
        sleds = [];
        return isNews ? [{ kind: 'doubt', sled: unknownSled(site), what: reason, now }] : [];
      }
      why = null;
      if (sleds.length === 0) take([]);
      live.clear();
      return sleds.map((sled) => ({ kind: 'lost', sled, why: reason, againMs, failure: NOT_HEARD, now }));
    },
  };
}
