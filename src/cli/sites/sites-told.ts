import type { AuditFile } from '../../fleet/audit-log.ts';
import type { Question } from '../../relay/question.ts';
import type { SiteEnd } from '../../relay/site-end.ts';
import type { Now, WatchEvent } from '../../watch/event.ts';
import type { Surroundings } from '../surroundings.ts';
import { nowOf } from '../watch/now-of.ts';
import { sledsOf, type FollowedSites } from './followed-site.ts';
import type { HubWay } from './open-hub.ts';
import { auditLine } from './site-audit.ts';
import type { FleetQuestion } from './site-question.ts';

/** What a watch of sites goes by. */
export interface SitesWatch {
  readonly way: HubWay;
  readonly question: FleetQuestion;
  readonly sites: FollowedSites;
  readonly silentAfterMs: number;
  readonly surroundings: Surroundings;
}

/** What a watch of sites tells, and keeps in the audit log. */
export interface Told {
  readonly now: (ageMs?: number) => Now;
  readonly events: (events: readonly WatchEvent[]) => void;
  /** The sleds are others now. */
  readonly become: () => void;
  readonly asked: (site: string, question: Question) => void;
  readonly lost: (end: SiteEnd, againMs: number) => void;
  readonly ended: (end: SiteEnd) => void;
}

/** Tells `onEvent` of sites; `onNobody`: none of them has what is selected. */
export function tellOf(
  watch: SitesWatch,
  audit: AuditFile | null,
  onEvent: (event: WatchEvent) => void,
  onNobody: () => void,
): Told {
  const { way, sites, surroundings } = watch;
  const questions = new Map<string, { readonly question: Question; readonly startedAt: Date }>();
  const record = openRecord(audit, way.credentials.name, questions, surroundings);
  const now = (ageMs = 0): Now => nowOf(surroundings, ageMs);
  const events = (all: readonly WatchEvent[]): void => {
    for (const event of all) onEvent(event);
  };
  const become = (): void => onEvent({ kind: 'sleds', sleds: sledsOf(sites), now: now() });
  return {
    now,
    events,
    become,
    asked: (site, question) => void questions.set(site, { question, startedAt: surroundings.now() }),
    ended: record,
    lost(end, againMs) {
      record(end);
      const lost = sites.get(end.site)?.lost(end, againMs, now()) ?? [];
      become();
      events(lost);
      if (sledsOf(sites).length === 0) onNobody();
    },
  };
}

/** A site that is asked again and again in vain is one line, whether or not the last question was still on its way. */
function openRecord(
  audit: AuditFile | null,
  asker: string,
  questions: ReadonlyMap<string, { readonly question: Question; readonly startedAt: Date }>,
  surroundings: Surroundings,
): (end: SiteEnd) => void {
  /** Why each site was last asked in vain. */
  const inVain = new Map<string, string>();
  return (end) => {
    const about = questions.get(end.site);
    const why = `${end.state} ${end.reason}`;
    const last = inVain.get(end.site);
    if (end.runner === null) inVain.set(end.site, why);
    else inVain.delete(end.site);
    const isSaid = end.runner === null && last !== undefined && (last === why || end.state === 'interrupted');
    if (about !== undefined && !isSaid) audit?.add(auditLine(end, { asker, ...about }, surroundings));
  };
}
