import { statusOf, STATUSES, type CheckResult, type Incident } from '../alert/incident.ts';
import { RULE_NAMES } from '../alert/rules/index.ts';
import { LEVELS } from '../model/level.ts';
import { isComplete, racksOf, type FleetReport } from '../model/report.ts';
import type { Metric } from './exposition.ts';

/** An incident that is over is none. */
const STANDING = STATUSES.filter((status) => status !== 'over');

/** What a check knows beyond its report; `lastWholeAt` is of a run before, in milliseconds. */
export function checkMetrics(
  result: CheckResult,
  report: FleetReport,
  lastWholeAt: number | null,
): readonly Metric[] {
  const labels = { probe: report.probe, selection: report.selection };
  const standing = result.incidents.filter((incident) => incident.ending === null);
  return [
    {
      name: 'cruc_fleet_check_level',
      type: 'gauge',
      help: 'What the check says as a whole: 1 for one of the levels.',
      samples: LEVELS.map((level) => ({
        labels: { selection: report.selection, level },
        value: Number(level === result.level),
      })),
    },
    {
      name: 'cruc_fleet_incidents',
      type: 'gauge',
      help: 'Incidents by rack, rule and status; unknown is open and could not be seen in this run.',
      samples: racksOf(report).flatMap((rack) =>
        RULE_NAMES.flatMap((rule) =>
          STANDING.map((status) => ({
            labels: { rack, rule, status },
            value: standing.filter((each) => isSuch(each, rack, rule, status)).length,
          })),
        ),
      ),
    },
    {
      name: 'cruc_fleet_check_troubles',
      type: 'gauge',
      help: 'Things that are wrong with the check itself: its configuration, its memory, its mails.',
      samples: [{ labels: { selection: report.selection }, value: result.troubles.length }],
    },
    {
      name: 'cruc_fleet_mails_waiting',
      type: 'gauge',
      help: 'Mails that nobody has accepted yet.',
      samples: [{ labels: { selection: report.selection }, value: result.mailsWaiting?.count ?? 0 }],
    },
    {
      name: 'cruc_fleet_mails_waiting_since_timestamp_seconds',
      type: 'gauge',
      help: 'When the oldest mail that waits was written; nothing where none waits.',
      samples:
        result.mailsWaiting === undefined
          ? []
          : [{ labels: { selection: report.selection }, value: result.mailsWaiting.since / 1000 }],
    },
    {
      name: 'cruc_fleet_run_last_success_timestamp_seconds',
      type: 'gauge',
      help: 'When the run ended, of a run in which every selected sled answered in full.',
      samples: isComplete(report) || lastWholeAt === null ? [] : [{ labels, value: lastWholeAt / 1000 }],
    },
  ];
}

function isSuch(incident: Incident, rack: string, rule: string, status: string): boolean {
  return incident.subject.rack === rack && incident.rule === rule && statusOf(incident) === status;
}
