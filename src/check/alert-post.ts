import { alertsOf, planAlerts, type AlertContext } from '../alert/alerts.ts';
import type { IncidentPlaces } from '../alert/incident-place.ts';
import { withPlace } from '../alert/placed-incidents.ts';
import { postAlerts } from '../delivery/webhook.ts';
import type { Alert } from '../model/alert.ts';
import type { CheckConfig } from '../config/check-config.ts';
import { describeError, FleetError } from '../model/error.ts';
import type { CheckResult } from '../alert/incident.ts';
import { incidentCommand, type CommandPlace } from '../mail/live-command.ts';

/** The racks that were asked, and what the commands in the alerts need. */
export interface AlertsAbout {
  readonly racks: readonly string[];
  readonly place: CommandPlace;
  /** What kept facts say: it is posted, and not kept. */
  readonly places?: IncidentPlaces;
}

/** What is to be posted to an Alertmanager, and what it may hold before and after. */
export interface AlertPost {
  /** All that may stand there, whether or not the post arrives: recorded before it is tried. */
  readonly mayStand: readonly Alert[];
  /** Never rejects for what an Alertmanager does. */
  readonly post: () => Promise<{ readonly standing: readonly Alert[]; readonly problems: readonly string[] }>;
}

/**
 * The incidents of a run as alerts. All that are open are posted in every run, so that none ends by itself; those that
 * were posted and are over are posted as ended, again and again until that has arrived.
 */
export function alertPost(
  { webhookUrl: url, webhookHoldMs: holdMs }: Pick<CheckConfig, 'webhookUrl' | 'webhookHoldMs'>,
  result: CheckResult,
  { racks, place, places = new Map() }: AlertsAbout,
  before: readonly Alert[],
): AlertPost {
  if (url === null) return { mayStand: before, post: async () => ({ standing: before, problems: [] }) };
  // Of racks that were not asked this run knows nothing.
  const others = before.filter((alert) => !racks.includes(alert.labels['rack'] ?? ''));
  const mine = before.filter((alert) => !others.includes(alert));
  const context: AlertContext = {
    now: result.at,
    holdMs,
    posted: mine,
    command: (incident) => incidentCommand(incident, place),
  };
  const wanted = alertsOf(result.incidents, context);
  const shown = new Map(
    alertsOf(
      result.incidents.map((incident) => withPlace(incident, places)),
      context,
    ).map(({ key, annotations }) => [key, annotations]),
  );
  const placed = (alert: Alert): Alert =>
    wanted.includes(alert) ? { ...alert, annotations: shown.get(alert.key) ?? alert.annotations } : alert;
  const { post, keep, keepIfFailed } = planAlerts(mine, wanted, result.at);
  return {
    mayStand: [...others, ...keepIfFailed],
    post: async () => {
      try {
        await postAlerts(url, post.map(placed));
        return { standing: [...others, ...keep], problems: [] };
      } catch (error) {
        if (!(error instanceof FleetError)) throw error;
        const problem = `${describeError(error)}; the alerts will be posted at the next run`;
        return { standing: [...others, ...keepIfFailed], problems: [problem] };
      }
    },
  };
}
