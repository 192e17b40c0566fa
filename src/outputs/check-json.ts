import { statusOf, type CheckResult, type Incident, type News, type Told } from '../alert/incident.ts';
import type { IncidentPlace, IncidentPlaces } from '../alert/incident-place.ts';
import type { FleetReport } from '../model/report.ts';
import { LEVELS } from '../model/level.ts';
import type { RenderContext } from '../drawing/render-context.ts';
import { reportJson } from './report-json.ts';
import { silenceJson } from './silence-json.ts';

/** The version of the contract that `docs/check.schema.json` describes. A change that breaks it is a new one. */
const CHECK_SCHEMA = 'cruc-fleet/check/v1';

/** What a check came to as programs read it: plain data, names in lower_snake, times in ISO 8601 (UTC). */
export function checkJson(
  result: CheckResult,
  report: FleetReport,
  context: RenderContext,
): Record<string, unknown> {
  const { counts } = result;
  return {
    schema: CHECK_SCHEMA,
    at: time(result.at),
    level: result.level,
    exit_status: LEVELS.indexOf(result.level),
    headline: result.headline,
    counts: {
      open: counts.open,
      pending: counts.pending,
      unknown: counts.unknown,
      clearing: counts.clearing,
      silenced: counts.silenced,
      listed: counts.listed,
    },
    incidents: result.incidents.map((incident) => incidentJson(incident, result.places)),
    news: result.news.map(newsJson),
    troubles: result.troubles,
    mails_waiting:
      result.mailsWaiting === undefined
        ? null
        : { count: result.mailsWaiting.count, since: time(result.mailsWaiting.since) },
    notes: result.notes,
    silences: result.silences.map((silence) => silenceJson(silence, result.at)),
    report: reportJson(report, context),
  };
}

/** An incident with its subject and its last sight as one flat object, and what kept facts say of its place. */
export function incidentJson(
  incident: Incident,
  places: IncidentPlaces = new Map(),
): Record<string, unknown> {
  const { subject, sight } = incident;
  return {
    key: incident.key,
    rule: incident.rule,
    severity: incident.severity,
    status: statusOf(incident),
    message: sight.message,
    rack: subject.rack,
    sled: subject.sled,
    zone: subject.zone,
    upstairs_id: subject.upstairsId,
    downstairs: subject.downstairs,
    sleds: sight.sleds,
    cubby: sight.cubby,
    pid: sight.pid,
    session_id: sight.sessionId,
    states: sight.states,
    counters:
      sight.counters === null
        ? null
        : {
            repairs_completed: sight.counters.repairsCompleted,
            repairs_aborted: sight.counters.repairsAborted,
            connected: sight.counters.connected,
            replaced: sight.counters.replaced,
            extents_repaired: sight.counters.extentsRepaired,
            extents_confirmed: sight.counters.extentsConfirmed,
            extent: sight.counters.extent,
          },
    first_seen_at: time(incident.firstSeenAt),
    rule_since: time(incident.ruleSince),
    stages: incident.stages.map(({ rule, since }) => ({ rule, since: time(since) })),
    outcome: incident.outcome,
    opened_at: incident.openedAt === null ? null : time(incident.openedAt),
    last_seen_at: time(incident.lastSeenAt),
    clean_runs: incident.cleanRuns,
    unknown: incident.unknown,
    ending: incident.ending,
    silenced_by: incident.silencedBy,
    told: toldJson(incident.told),
    ...placeJson(places.get(incident.key)),
  };
}

/** What kept facts say of an incident; nothing where they say nothing. */
function placeJson(place: IncidentPlace | undefined): Record<string, unknown> {
  if (place === undefined) return {};
  const { where, service, disk, instance, cause } = place;
  return { place: { where, service, disk, instance, cause } };
}

/** What is new of an incident, which it names by its key. */
export function newsJson({ kind, incident, was }: News): Record<string, unknown> {
  return { kind, incident: incident.key, rule: incident.rule, was: toldJson(was) };
}

function toldJson(told: Told | null): Record<string, unknown> | null {
  if (told === null) return null;
  return {
    at: time(told.at),
    rule: told.rule,
    severity: told.severity,
    sleds: told.sleds,
    states: told.states,
  };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
