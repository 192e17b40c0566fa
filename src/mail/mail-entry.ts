import { beganAt, type Incident, type Silence } from '../alert/incident.ts';
import type { Sight, Subject } from '../alert/subject.ts';
import { ruleNoun, ruleWords } from '../alert/rule-words.ts';
import { ruleNamed } from '../alert/rules/index.ts';
import { compareLevels, type IncidentSeverity } from '../model/level.ts';
import { cellText } from '../drawing/cell-text.ts';
import { isClockSet } from '../model/clock-set.ts';
import { ageText, momentText } from '../drawing/moment.ts';
import { messagesOf, type SledNames } from './sled-names.ts';

/** What there is to say of one upstairs (or sled, or rack) that has incidents. */
export interface MailEntry {
  /** Above it and those that follow: what they share; null where it is that of the one before, or nothing. */
  readonly heading: string | null;
  readonly severity: IncidentSeverity;
  /** `degraded for 2h05m`. */
  readonly title: string;
  /** What is wrong, a sentence an incident. */
  readonly messages: readonly string[];
  /** Where it is, in parts that may each stand on a line. */
  readonly where: readonly string[];
  /** Where it is by its ids, and since when: what, and its value. */
  readonly facts: readonly (readonly [string, string])[];
  /** Null where it is not about an upstairs. */
  readonly states: readonly string[] | null;
  /** What was counted of downstairs 0, 1 and 2. */
  readonly counters: readonly Counter[];
  /** What a reader must know before believing the rest. */
  readonly remarks: readonly string[];
}

interface Counter {
  readonly name: string;
  readonly values: readonly string[];
}

/** What is needed beside the incidents. */
export interface EntryContext {
  readonly now: number;
  readonly silences: readonly Silence[];
  readonly sleds: SledNames;
  /** What an upstairs has been through before, where somebody knows. */
  readonly past?: (subject: Subject) => string | null;
}

/** All that is known of the incidents of one upstairs, or of sleds that have the same to tell. */
export function mailEntry(incidents: readonly [Incident, ...Incident[]], context: EntryContext): MailEntry {
  const { sight } = latestOf(incidents);
  return {
    heading: null,
    severity: incidents
      .map((each) => each.severity)
      .reduce((worst, each) => (compareLevels(each, worst) > 0 ? each : worst)),
    title: titleOf(incidents, context.now),
    messages: saidOf(incidents, context.sleds),
    where: whereOf(incidents, context.sleds),
    facts: factsOf(incidents, sight, context),
    states: sight.states,
    counters: countersOf(sight),
    remarks: remarksOf(incidents, context),
  };
}

/** What is wrong, a sentence an incident, with its rule where several have found it. */
function saidOf(incidents: readonly [Incident, ...Incident[]], sleds: SledNames): readonly string[] {
  const isOfSleds = incidents.every(({ subject }) => subject.sled !== null);
  if (incidents.length === 1 || isOfSleds) return messagesOf(incidents, sleds);
  return [...new Set(incidents.map((each) => `${ruleNoun(each.rule)}: ${each.sight.message}`))];
}

/** `VM on 3/BRM42220014 (cubby 14), PID 28022`, the zone and the upstairs; a rack where there is no sled. */
export function whereOf(
  incidents: readonly [Incident, ...Incident[]],
  { one, many }: SledNames,
): readonly string[] {
  const { subject, sight } = latestOf(incidents);
  const ofSleds = incidents.flatMap((each) => each.subject.sled ?? []);
  if (ofSleds.length > 1) return [`${many(ofSleds)} (${ofSleds.length} sleds)`];
  const sleds = sight.sleds.map(one).join(' and ');
  const pid = sight.pid === null ? '' : `, PID ${sight.pid}`;
  const ids = [
    ...(subject.zone === null ? [] : [subject.zone]),
    ...(subject.upstairsId === null ? [] : [`upstairs ${subject.upstairsId}`]),
  ];
  if (sleds === '') return ids.length === 0 ? [`rack ${subject.rack}`] : ids;
  return [runsOn(subject) + sleds + pid, ...ids];
}

/** Whether it is of an upstairs of a virtual machine: the sled that saw it is where that runs. */
export function isOfVm({ subject }: Pick<Incident, 'subject'>): boolean {
  return workloadOf(subject) === 'VM';
}

function workloadOf({ zone }: Subject): string | null {
  if (zone?.startsWith('oxz_propolis-server_') === true) return 'VM';
  return zone?.startsWith('oxz_crucible_pantry_') === true ? 'pantry' : null;
}

function runsOn(subject: Subject): string {
  const what = workloadOf(subject);
  return what === null ? '' : `${what} on `;
}

function latestOf(incidents: readonly [Incident, ...Incident[]]): Incident {
  return incidents.reduce((a, b) => (b.lastSeenAt > a.lastSeenAt ? b : a));
}

/** Whether the last run saw it as it is described. */
function isSeen(incident: Incident): boolean {
  return incident.unknown === null && incident.cleanRuns === 0;
}

/** `degraded for 2h05m, repair_aborted for 12m`; what was not seen now is never said to last. */
function titleOf(incidents: readonly Incident[], now: number): string {
  const first = new Map<string, Incident>();
  for (const each of incidents) {
    const other = first.get(each.rule);
    if (other === undefined || beganAt(each) < beganAt(other)) first.set(each.rule, each);
  }
  const count = new Set(incidents.flatMap(({ subject }) => subject.sled ?? [])).size;
  return [...first.values()]
    .map((each) => {
      const words = ruleWords(each.rule, Math.max(1, count));
      if (!isClockSet(now)) return isSeen(each) ? words : `${words}, seen before`;
      // An event does not last.
      if (ruleNamed(each.rule).isEvent) return words;
      return isSeen(each)
        ? `${words} for ${ageText(now - beganAt(each))}`
        : `${words}, last seen ${ageText(now - each.lastSeenAt)} ago`;
    })
    .join(', ');
}

function factsOf(
  incidents: readonly [Incident, ...Incident[]],
  sight: Sight,
  context: EntryContext,
): readonly (readonly [string, string])[] {
  const [{ subject }] = incidents;
  const firstSeen = Math.min(...incidents.map((each) => each.firstSeenAt));
  const since = Math.min(...incidents.map((each) => beganAt(each)));
  const before =
    firstSeen < since && isClockSet(context.now)
      ? `; first seen ${momentText(firstSeen)}, ${ageText(context.now - firstSeen)} ago`
      : '';
  const facts: (readonly [string, string])[] = [];
  const where = sight.sleds.map((id) => context.sleds.one(id));
  const ofSleds = incidents.flatMap((each) => each.subject.sled ?? []);
  if (ofSleds.length > 1) facts.push(['sleds', context.sleds.many(ofSleds)]);
  else if (where.length > 0) {
    const workload = workloadOf(subject);
    facts.push([
      workload === null ? 'sled' : `${workload} on`,
      sight.pid === null ? where.join(' and ') : `${where.join(' and ')}, PID ${sight.pid}`,
    ]);
  } else if (subject.zone === null) facts.push(['rack', subject.rack]);
  if (subject.zone !== null) facts.push(['zone', subject.zone]);
  if (subject.upstairsId !== null) facts.push(['upstairs', subject.upstairsId]);
  if (sight.sessionId !== null) facts.push(['session', sight.sessionId]);
  // What configuration, silences and alerts call it.
  const rules = [...new Set(incidents.map(({ rule }) => rule))].join(', ');
  const past = context.past?.(subject) ?? null;
  const known = past === null ? [] : [['history', past] as const];
  return [...facts, ['since', momentText(since) + before], ...known, ['rule', rules]];
}

function countersOf({ counters, states }: Sight): readonly Counter[] {
  if (counters === null) return [];
  const isRepairing = (counters.extent ?? 0) !== 0 || (states ?? []).includes('live_repair');
  const all: readonly (readonly [string, readonly (number | null)[]])[] = [
    ['live repairs completed', counters.repairsCompleted],
    ['live repairs aborted', counters.repairsAborted],
    ['times connected', counters.connected],
    ['times replaced', counters.replaced],
    ...(isRepairing
      ? ([
          ['extents repaired', counters.extentsRepaired],
          ['extents confirmed', counters.extentsConfirmed],
          // One of the upstairs, and not one a downstairs: those under repair are repaired together. 0 is none.
          ['extent under repair', [counters.extent === 0 ? null : counters.extent]],
        ] as const)
      : []),
  ];
  return all
    .filter(([, values]) => values.some((value) => value !== null))
    .map(([name, values]) => ({ name, values: values.map(cellText) }));
}

function remarksOf(incidents: readonly Incident[], context: EntryContext): readonly string[] {
  const remarks = incidents.flatMap((each) => [
    ...(each.unknown === null ? [] : [`not seen in this run: ${each.unknown}`]),
    ...(each.unknown === null && each.cleanRuns > 0
      ? [
          `not seen in the last ${each.cleanRuns === 1 ? 'run' : `${each.cleanRuns} runs`}: over if that stays so`,
        ]
      : []),
    ...(each.silencedBy === null ? [] : [silenceText(each.silencedBy, context.silences)]),
  ]);
  const isOld = !incidents.some(isSeen);
  const last = Math.max(...incidents.map((each) => each.lastSeenAt));
  return [...new Set(remarks), ...(isOld ? [`as it was at ${momentText(last)}`] : [])];
}

function silenceText(id: string, silences: readonly Silence[]): string {
  const silence = silences.find((each) => each.id === id);
  if (silence === undefined) return `silenced by ${id}`;
  return `silenced until ${momentText(silence.endsAt)} by ${silence.by}: ${silence.reason} (silence ${silence.id})`;
}
