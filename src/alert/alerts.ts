import type { Alert } from '../model/alert.ts';
import { type Incident, statusOf } from './incident.ts';
import { ruleWords } from './rule-words.ts';
import type { Subject } from './subject.ts';
import { printable } from '../model/printable.ts';

export interface AlertContext {
  readonly now: number;
  /** How long an alert stands when nobody posts it again, as when the check has died. */
  readonly holdMs: number;
  /** What was kept of the last plan. */
  readonly posted: readonly Alert[];
  /** The command line that shows an incident as it is now; null where there is none. */
  readonly command: (incident: Incident) => string | null;
}

/**
 * The alerts that stand now: of every incident that is open, also while nobody can tell how it is. Pending ones
 * are not among them, nor those that are over. A silenced one goes on if it stands at Alertmanager, which would
 * call it resolved otherwise, and under the rule under which it stands; else it does not begin.
 */
export function alertsOf(incidents: readonly Incident[], context: AlertContext): readonly Alert[] {
  const { now, holdMs, posted } = context;
  return incidents.flatMap((incident): readonly Alert[] => {
    const annotations = annotationsOf(incident, context.command(incident));
    const status = statusOf(incident);
    switch (status) {
      case 'pending':
      case 'over':
      case 'listed':
        return [];
      case 'silenced':
        return posted
          .filter((alert) => alert.key === incident.key && alert.endsAt > now)
          .map((alert) => ({ ...alert, annotations, endsAt: now + holdMs }));
      case 'open':
      case 'unknown':
      case 'clearing': {
        const since = Math.max(incident.openedAt ?? incident.firstSeenAt, incident.ruleSince);
        return [
          {
            key: incident.key,
            labels: labelsOf(incident),
            annotations,
            // Never after its end, where the clock was put back: Alertmanager refuses such a one.
            startsAt: Math.min(since, now),
            endsAt: now + holdMs,
          },
        ];
      }
    }
  });
}

export interface AlertPlan {
  readonly post: readonly Alert[];
  /** `previous` of the next plan if these were posted. */
  readonly keep: readonly Alert[];
  /** `previous` of the next plan if posting failed: it may have arrived all the same. */
  readonly keepIfFailed: readonly Alert[];
}

/** As Prometheus does: an Alertmanager that was away, or whose clock is behind, hears of the end again. */
const END_IS_REPEATED_MS = 15 * 60_000;

/**
 * What has to be posted so that those `wanted` stand and no other: they, and each alert of the last plan that is
 * not among them, as ended now: its incident is over, or is another alert now.
 */
export function planAlerts(previous: readonly Alert[], wanted: readonly Alert[], now: number): AlertPlan {
  const standing = new Map(wanted.map((alert) => [identityOf(alert), alert]));
  const past = previous.filter(
    (alert) => !standing.has(identityOf(alert)) && now - alert.endsAt < END_IS_REPEATED_MS,
  );
  const ended = past.map((alert) => {
    const endsAt = Math.min(alert.endsAt, now);
    return { ...alert, startsAt: Math.min(alert.startsAt, endsAt), endsAt };
  });
  const post = [...standing.values(), ...ended];
  return { post, keep: post, keepIfFailed: [...standing.values(), ...past] };
}

function identityOf(alert: Alert): string {
  return JSON.stringify(Object.entries(alert.labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function labelsOf(incident: Incident): Readonly<Record<string, string>> {
  const { rack, zone, upstairsId, downstairs, sled } = incident.subject;
  return present({
    alertname: `cruc_fleet_${incident.rule}`,
    rule: incident.rule,
    severity: incident.severity,
    rack,
    zone,
    upstairs: upstairsId,
    downstairs,
    sled,
  });
}

function annotationsOf(incident: Incident, command: string | null): Readonly<Record<string, string>> {
  const { message, sleds, cubby, pid, states } = incident.sight;
  return present({
    summary: `${nameOf(incident.subject)}: ${ruleWords(incident.rule)}: ${message}`,
    sleds: sleds.join(', '),
    cubby,
    pid,
    states: states?.join(', ') ?? null,
    since: new Date(incident.firstSeenAt).toISOString(),
    last_seen: new Date(incident.lastSeenAt).toISOString(),
    unknown: incident.unknown,
    command,
  });
}

function nameOf({ rack, zone, upstairsId, sled }: Subject): string {
  if (sled !== null) return sled;
  const parts = [`rack ${rack}`, zone, upstairsId === null ? null : `upstairs ${upstairsId}`];
  return parts.filter((part) => part !== null).join(', ');
}

/** Those that are there, as text: Alertmanager drops a label that is empty, and would count it apart. */
function present(values: Readonly<Record<string, string | number | null>>): Readonly<Record<string, string>> {
  const texts = Object.entries(values).map(([name, value]) => [name, printable(String(value ?? ''))]);
  return Object.fromEntries(texts.filter(([, text]) => text !== ''));
}
