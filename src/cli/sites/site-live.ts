import { FleetError } from '../../model/error.ts';
import type { Row } from '../../model/column.ts';
import type { EndedInterval } from '../../model/probe.ts';
import type { SledOutcome } from '../../model/report.ts';
import type { Sled } from '../../model/sled.ts';
import type { FollowEars } from '../../relay/followed-run.ts';
import type { NewsItem } from '../../relay/news.ts';
import { endWithout, type SiteEnd } from '../../relay/site-end.ts';
import type { OwnDrawing } from '../ask/own-drawing.ts';
import type { WatchEvent } from '../../watch/event.ts';
import type { Surroundings } from '../surroundings.ts';
import { nowOf } from '../watch/now-of.ts';
import { createFollowedSites, sledsOf } from './followed-site.ts';
import type { SledsKnown } from './known-sleds.ts';
import type { FleetQuestion } from './site-question.ts';

/** What shows a run of sites while it goes on. */
export interface SiteLiveSettings {
  readonly onRows?: (sled: Sled, rows: readonly Row[], at: Date) => void;
  readonly onInterval?: (sled: Sled, interval: EndedInterval) => void;
  readonly drawing?: OwnDrawing;
}

type ToldInterval = Extract<NewsItem, { readonly kind: 'interval' }>;

export interface SiteLive {
  readonly follow: (site: string) => FollowEars;
  readonly ended: (end: SiteEnd) => void;
  /** What was not shown of what the report has all the same. */
  readonly notes: () => readonly string[];
  /** The outcomes, with what of their rows was not shown where nothing shows it again. */
  readonly withMissed: (outcomes: readonly SledOutcome[]) => readonly SledOutcome[];
}

/** Shows rows of sites as their runners tell them; the report at the end is the answer all the same. */
export function openSiteLive(
  question: FleetQuestion,
  beats: SledsKnown,
  { onRows, onInterval, drawing }: SiteLiveSettings,
  surroundings: Pick<Surroundings, 'elapsed' | 'now'>,
): SiteLive {
  const sites = createFollowedSites(question.sites);
  const missed = new Map<string, string>();
  const isShownAgain = onRows === undefined || drawing !== undefined;
  for (const [site, followed] of sites) {
    const { selection } = question.forSite(site);
    followed.learn(beats.of(endWithout(site, 'no_runner', ''), selection)?.sleds ?? []);
  }
  const show = (events: readonly WatchEvent[]): void => {
    for (const event of events) {
      if (event.kind === 'report') onRows?.(event.sled, [event.row], new Date(event.now.wall));
      if (event.kind === 'begun' || event.kind === 'heard')
        onRows?.(event.sled, [], new Date(event.now.wall));
      if (event.kind !== 'lost') continue;
      const { code = 'connection_lost' } = event.failure ?? {};
      drawing?.lost(event.sled, new FleetError(code, event.why), event.againMs);
    }
  };
  const showInterval = (sled: Sled | undefined, { time, distributions }: ToldInterval): void => {
    if (sled === undefined) return;
    const bound = (text: string | null) => (text === null ? null : BigInt(text));
    const known = distributions.map(({ keys, shape, buckets }) => ({
      keys,
      histogram: {
        shape,
        buckets: buckets.map(([low, high, count]) => ({
          low: bound(low),
          high: bound(high),
          count: BigInt(count),
        })),
      },
    }));
    onInterval?.(sled, { time, distributions: known });
  };
  drawing?.begin(sledsOf(sites), question.text);
  return {
    follow: (site) => ({
      onAccepted(accepted) {
        sites.get(site)?.accepted(accepted);
        drawing?.become(sledsOf(sites));
      },
      onNews(news) {
        for (const { item, ageMs } of news) {
          if (item.kind === 'interval') showInterval(sites.get(site)?.sledOf(item.sled), item);
          else show(sites.get(site)?.heard(item, nowOf(surroundings, ageMs)) ?? []);
        }
      },
      onQuiet: (reason) => show(sites.get(site)?.quiet(reason, nowOf(surroundings)) ?? []),
      onHeard: () => show(sites.get(site)?.heardAgain(nowOf(surroundings)) ?? []),
      onMissed: (what) => void missed.set(site, what),
    }),
    ended(end) {
      if (end.report !== null || end.state === 'nothing_selected') return;
      show(sites.get(end.site)?.lost(end, null, nowOf(surroundings)) ?? []);
    },
    notes: () =>
      isShownAgain
        ? [...missed].map(([site, what]) => `site ${site}: not all was shown as it came: ${what}`)
        : [],
    withMissed(outcomes) {
      if (isShownAgain || missed.size === 0) return outcomes;
      return outcomes.map((outcome) => {
        const what = missed.get(outcome.sled.rack.split(':', 1)[0] ?? '');
        if (what === undefined || outcome.status === 'failed') return outcome;
        const issue = { code: 'cut' as const, message: `rows of its site are missing: ${what}` };
        return { ...outcome, issues: [...outcome.issues, issue] };
      });
    },
  };
}
