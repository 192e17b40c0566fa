import {
  statusOf,
  thingOf,
  type CheckCounts,
  type Incident,
  type IncidentStatus,
  type News,
} from './incident.ts';
import type { Coverage } from '../model/report.ts';
import { RULE_NAMES, RULES, type RuleName } from './rules/index.ts';

/** What was so when it was last looked for: what was found clean since is not, though it is not over yet. */
export function isSpokenOf(incident: Incident): boolean {
  const status = statusOf(incident);
  return (status === 'open' || status === 'unknown') && incident.cleanRuns === 0;
}

/** How many things there are by the status of their incidents. */
export function countsOf(incidents: readonly Incident[]): CheckCounts {
  const standing = incidents.filter((incident) => incident.ending === null);
  const count = (status: IncidentStatus) =>
    new Set(standing.filter((each) => statusOf(each) === status).map(thingOf)).size;
  return {
    open: countByRule(standing.filter(isSpokenOf)),
    pending: count('pending'),
    unknown: count('unknown'),
    clearing: count('clearing'),
    silenced: count('silenced'),
    listed: count('listed'),
  };
}

/** How many upstairs (sleds, racks) there are by their worst rule; the incidents come worst first. */
function countByRule(incidents: readonly Incident[]): Partial<Record<RuleName, number>> {
  const rules = new Map<string, RuleName>();
  for (const incident of incidents) {
    const thing = thingOf(incident);
    const other = rules.get(thing);
    if (other === undefined || RULE_NAMES.indexOf(incident.rule) < RULE_NAMES.indexOf(other)) {
      rules.set(thing, incident.rule);
    }
  }
  const counts: Partial<Record<RuleName, number>> = {};
  for (const rule of RULE_NAMES) {
    const count = [...rules.values()].filter((each) => each === rule).length;
    if (count > 0) counts[rule] = count;
  }
  return counts;
}

/** `2 degraded, 1 repairing; 1 silenced`: what stands, pending or open, in the order of the rules. */
export function headlineOf(
  incidents: readonly Incident[],
  news: readonly News[],
  coverage: Coverage,
): string {
  const standing = incidents.filter((incident) => incident.ending === null);
  const spoken = standing.filter((each) => isSpokenOf(each) || statusOf(each) === 'pending');
  const { clearing, silenced } = countsOf(standing);
  const parts = namedCounts(withoutCoverage(countByRule(spoken)));
  if (clearing > 0) parts.push(`${clearing} clearing`);
  if (silenced > 0) parts.push(`${silenced} silenced`);
  if (parts.length > 0) return parts.join(', ');
  const ended = news.filter((each) => each.kind === 'resolved').map((each) => each.incident);
  const over = namedCounts(countByRule(ended.filter(({ ending }) => ending !== 'settled')));
  if (over.length > 0) return `resolved: ${over.join(', ')}`;
  const { selected, answered, withIssues } = coverage;
  if (selected === 0) return 'no sled was asked';
  if (answered < selected) return `${selected - answered} of ${selected} sleds did not answer`;
  if (withIssues > 0) return `${withIssues} of ${selected} answers are partial`;
  const { listed } = countsOf(standing);
  return listed === 0 ? 'all is well' : `all is well, ${listed} listed`;
}

/** Where there is more to say than which sleds are silent, that is said by how many answered. */
function withoutCoverage(counts: Partial<Record<RuleName, number>>): Partial<Record<RuleName, number>> {
  const others = RULES.filter(({ name, saidByCoverage }) => !saidByCoverage && counts[name] !== undefined);
  if (others.length === 0) return counts;
  return Object.fromEntries(others.map(({ name }) => [name, counts[name]]));
}

function namedCounts(counts: Partial<Record<RuleName, number>>): string[] {
  return RULES.flatMap(({ name, counted }) => {
    const count = counts[name];
    return count === undefined ? [] : [`${count} ${counted[count === 1 ? 0 : 1]}`];
  });
}
