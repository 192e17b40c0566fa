import { compareLevels } from '../model/level.ts';
import type { Incident, News, Told } from './incident.ts';
import { RULE_NAMES, ruleNamed } from './rules/index.ts';

/** What is to be said of an incident now; nothing while it is silenced. */
export function newsOf(incident: Incident): readonly News[] {
  const { told: was, ending } = incident;
  if (incident.silencedBy !== null) return [];
  if (ending !== null) return was === null ? [] : [{ kind: 'resolved', incident, was }];
  if (incident.openedAt === null) return [];
  // What clears before anybody heard of it needs no beginning.
  if (was === null) return incident.cleanRuns > 0 ? [] : [{ kind: 'opened', incident, was }];
  // What happens again soon after was told, wherever it is now.
  if (ruleNamed(incident.rule).isEvent) return [];
  const change = changeSince(was, incident);
  return change === null ? [] : [{ kind: change, incident, was }];
}

function changeSince(was: Told, incident: Incident): 'worse' | 'better' | 'moved' | 'changed' | null {
  const order =
    compareLevels(incident.severity, was.severity) ||
    RULE_NAMES.indexOf(was.rule) - RULE_NAMES.indexOf(incident.rule);
  if (order !== 0) return order > 0 ? 'worse' : 'better';
  if (causesOf(incident).some((cause) => !causesOf(was).includes(cause))) return 'changed';
  return was.sleds.join() === incident.sight.sleds.join() ? null : 'moved';
}

function causesOf(of: Incident | Told): readonly string[] {
  return ('sight' in of ? of.sight.causes : of.causes) ?? [];
}

/** What stays of an incident once its news is told; one that is over stays until somebody heard of it. */
export function afterNews(incident: Incident, news: News | null, now: number): readonly Incident[] {
  const { ending, told, rule, severity, sight } = incident;
  if (ending !== null && (news !== null || told === null)) return [];
  if (news === null) return [incident];
  const causes = [...new Set([...(told === null ? [] : causesOf(told)), ...causesOf(incident)])];
  const said: Told = { at: now, rule, severity, sleds: sight.sleds, states: sight.states };
  return [{ ...incident, told: causes.length === 0 ? said : { ...said, causes } }];
}
