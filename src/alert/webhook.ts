import { FleetError } from '../model/error.ts';
import { type Incident, type Subject, statusOf } from '../model/incident.ts';
import { printable } from '../model/printable.ts';
import { httpUrl, post } from './http.ts';

/**
 * An alert as Alertmanager has it. Its labels are its identity: it is the same one on another sled, and another
 * one once its rule or severity is another. Times are milliseconds since the epoch.
 */
export interface Alert {
  /** The key of its incident; not posted. */
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: number;
  /** Later than now while it stands: Alertmanager takes it for resolved then, unless it is posted again. */
  readonly endsAt: number;
}

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

/**
 * Posts alerts to an Alertmanager (API v2); none is no request. A URL without a path gets that of the API.
 * Rejects with a FleetError, which names the host alone: there may be a password in the URL.
 */
export async function postAlerts(
  url: string,
  alerts: readonly Alert[],
  limits: { readonly timeoutMs: number } = { timeoutMs: 10_000 },
): Promise<void> {
  if (alerts.length === 0) return;
  const target = httpUrl(url);
  if (target === null) throw new FleetError('webhook', 'the URL of the webhook is none of http or https');
  if (target.pathname === '/') target.pathname = API_PATH;
  const body = JSON.stringify(
    alerts.map(({ labels, annotations, startsAt, endsAt }) => ({
      labels,
      annotations,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
    })),
  );
  const answer = await post(target, body, { contentType: 'application/json', timeoutMs: limits.timeoutMs });
  const who = `the webhook at ${target.host}`;
  if (answer.kind === 'failed') {
    const what = `${who} did not take the alerts; check that it is there, and its URL`;
    throw new FleetError('webhook', what, { cause: new Error(answer.why) });
  }
  if (answer.redirectHost !== null) {
    throw new FleetError('webhook', `${who} sends the alerts on to ${answer.redirectHost}; check its URL`);
  }
  if (answer.status >= 200 && answer.status <= 299) return;
  const said = answer.text === '' ? '' : `, saying "${answer.text}"`;
  throw new FleetError(
    'webhook',
    `${who} answered with status ${answer.status}${said}; ${adviceOn(answer.status)}`,
  );
}

const API_PATH = '/api/v2/alerts';

function adviceOn(status: number): string {
  switch (status) {
    case 401:
    case 403:
      return 'check the user and the password in its URL';
    case 404:
    case 405:
      return `check that its URL ends in ${API_PATH}`;
    default:
      return 'look into its log';
  }
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
    summary: `${nameOf(incident.subject)}: ${message}`,
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
