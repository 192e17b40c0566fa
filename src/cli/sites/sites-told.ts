import type { AuditFile } from '../../fleet/audit-log.ts';
import type { Sled } from '../../model/sled.ts';
import type { Question } from '../../relay/question.ts';
import type { SiteEnd } from '../../relay/site-end.ts';
import type { Now, WatchEvent } from '../../watch/event.ts';
import type { Surroundings } from '../surroundings.ts';
import type { FollowedSite } from './followed-site.ts';
import type { HubWay } from './open-hub.ts';
import { auditLine } from './site-audit.ts';
import type { FleetQuestion } from './site-question.ts';

/** What a watch of sites goes by. */
export interface SitesWatch {
  readonly way: HubWay;
  readonly question: FleetQuestion;
  readonly sites: ReadonlyMap<string, FollowedSite>;
  readonly silentAfterMs: number;
  readonly surroundings: Surroundings;
}

/** As far as they are known. */
export function sledsOf({ sites }: SitesWatch): readonly Sled[] {
  return [...sites.values()].flatMap((site) => site.sleds());
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
  const { elapsed, now: clock } = surroundings;
  const questions = new Map<string, { readonly question: Question; readonly startedAt: Date }>();
  const record = openRecord(audit, way.credentials.name, questions, surroundings);
  const now = (ageMs = 0): Now => ({ ms: elapsed() - ageMs, wall: clock().getTime() - ageMs });
  const events = (all: readonly WatchEvent[]): void => {
    for (const event of all) onEvent(event);
  };
  const become = (): void => onEvent({ kind: 'sleds', sleds: sledsOf(watch), now: now() });
  return {
    now,
    events,
    become,
    asked: (site, question) => void questions.set(site, { question, startedAt: clock() }),
    ended: record,
    lost(end, againMs) {
      record(end);
      const lost = sites.get(end.site)?.lost(end, againMs, now()) ?? [];
      become();
      events(lost);
      if (sledsOf(watch).length === 0) onNobody();
    },
  };
}

/** A site that is asked again and again in vain is one line. */
function openRecord(
  audit: AuditFile | null,
  asker: string,
  questions: ReadonlyMap<string, { readonly question: Question; readonly startedAt: Date }>,
  surroundings: Surroundings,
): (end: SiteEnd) => void {
  const said = new Map<string, string>();
  return (end) => {
    const about = questions.get(end.site);
    const isSaid = end.runner === null && said.get(end.site) === `${end.state} ${end.reason}`;
    said.set(end.site, `${end.state} ${end.reason}`);
    if (about !== undefined && !isSaid) audit?.add(auditLine(end, { asker, ...about }, surroundings));
  };
}
