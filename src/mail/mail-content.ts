import {
  statusOf,
  thingOf,
  type Incident,
  type IncidentStatus,
  type Notice,
  type Silence,
} from '../alert/incident.ts';
import { ofRacks, racksOf, type FleetReport } from '../model/report.ts';
import type { Level } from '../model/level.ts';
import { printable } from '../model/printable.ts';
import { ruleNamed, RULE_NAMES } from '../alert/rules/index.ts';
import { cut, foldAlike, type Cut } from '../alert/incident-fold.ts';
import type { IncidentPlaces } from '../alert/incident-place.ts';
import { inBlocks, placedNotice } from '../alert/placed-incidents.ts';
import { ruleNoun } from '../alert/rule-words.ts';
import { mailChanges, type MailChange } from './mail-change.ts';
import { incidentCommand, racksCommand, type CommandPlace } from './live-command.ts';
import { isOfVm, mailEntry, type EntryContext, type MailEntry } from './mail-entry.ts';
import { nextStep, placeHint, type NextStep } from './next-steps.ts';
import { situationOf } from './mail-situation.ts';
import type { SubjectStyle } from '../model/subject-style.ts';
import { sledNames } from './sled-names.ts';
import { isStanding, mailSubject, verdictLine } from './mail-subject.ts';
import { dayText, isClockSet } from '../model/clock-set.ts';
import { ageText, momentText } from '../drawing/moment.ts';
import { rackMap, worstFirst, type RackMap } from '../drawing/rack-map.ts';
import { coverageLinesUpTo } from '../drawing/summary.ts';

/** What a mail says beside its notice and its report. */
export interface MailContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly programVersion: string;
  /** Where cruc-fleet runs. */
  readonly host: string;
  /** Of the commands that it names. */
  readonly place: CommandPlace;
  readonly subjectStyle: SubjectStyle;
  /** Those in force, so that what is silenced says until when and why. */
  readonly silences: readonly Silence[];
  readonly past?: NonNullable<EntryContext['past']>;
  /** What kept facts say of the incidents. */
  readonly places?: IncidentPlaces;
}

/** Everything that a mail says, in its order, before it is text or HTML. */
export interface MailContent {
  readonly subject: string;
  readonly level: Level;
  /** The first line: the verdict, and what is new. */
  readonly verdict: string;
  /** What was seen and what was not, in a sentence. */
  readonly situation: string;
  readonly changes: Cut<MailChange>;
  /** What to do first, a paragraph each; empty where there is nothing to do. */
  readonly next: readonly NextStep[];
  /** It is about one thing at most, and that is told above: the rest may be folded. */
  readonly isShort: boolean;
  readonly sections: readonly MailSection[];
  /** Racks as this run saw them, worst first. */
  readonly racks: Cut<RackMap>;
  /** Sleds on which the VM of something that is open runs. */
  readonly vmSleds: ReadonlySet<string>;
  /** A line for each sled that did not answer, or in part; those with one reason share it. */
  readonly coverage: readonly string[];
  readonly troubles: readonly string[];
  /** For a shell: shows what is new, live. */
  readonly command: string;
  /** For a shell: shows all that is not well, also where this says only how many more there are. */
  readonly allCommand: string;
  /** Where and when this was made. */
  readonly made: string;
}

export interface MailSection {
  readonly status: IncidentStatus;
  readonly title: string;
  readonly about: string | null;
  /** With all that is known. */
  readonly entries: readonly MailEntry[];
  /** Those after them get a line or two: readers of mail cut what is too long (Gmail at 102 KB). */
  readonly briefly: readonly MailEntry[];
  /** How many more there are. */
  readonly more: number;
}

/** Upstairs of a section, and those with all that is known; changes; racks; lines of other lists. */
const MAX_ENTRIES = 100;
const MAX_DETAILED = 20;
const MAX_CHANGES = 50;
const MAX_RACKS = 12;
const MAX_LINES = 100;
/** Rules that a mail gives advice on. */
const MAX_STEPS = 3;

const SECTIONS: readonly Pick<MailSection, 'status' | 'title' | 'about'>[] = [
  { status: 'open', title: 'Open', about: null },
  {
    status: 'unknown',
    title: 'Not seen in this run',
    about: 'Open before; their state now is unknown. Silence is not health.',
  },
  {
    status: 'clearing',
    title: 'Clearing',
    about: 'No longer seen; over once enough runs agree.',
  },
  { status: 'pending', title: 'Pending', about: 'Seen, but not yet for long enough to be open.' },
  {
    status: 'listed',
    title: 'Listed',
    about: 'It is unknown whether these are a problem. No mail warns about them.',
  },
  { status: 'silenced', title: 'Silenced', about: 'No mail about them until their silence ends.' },
];

/** Puts together what a mail says of its group: of other racks than the group's it says nothing. */
export function mailContent(plain: Notice, fleet: FleetReport, context: MailContext): MailContent {
  const { places = new Map() } = context;
  const notice = placedNotice(plain, places);
  const report = ofRacks(fleet, notice.group.racks);
  const sleds = sledNames(fleet);
  const open = notice.incidents.filter((each) => ['open', 'unknown'].includes(statusOf(each)));
  const things = foldAlike(notice.incidents.filter(isStanding), (each) => each);
  return {
    subject: mailSubject(notice, context.subjectStyle),
    level: notice.level,
    verdict: printable(verdictLine(notice)),
    situation: situationOf(notice, report, context.now),
    changes: cut(mailChanges(notice.news, { now: context.now, sleds, places }), MAX_CHANGES),
    next: nextStepsFor(concernOf(notice, open), places),
    isShort: things.length <= 1 && notice.news.length > 0,
    vmSleds: new Set(open.filter(isOfVm).flatMap(({ sight }) => sight.sleds)),
    sections: sectionsOf(notice, { ...context, sleds }),
    racks: cut(mapsOf(notice, report), MAX_RACKS),
    coverage: coverageLinesUpTo(report, MAX_LINES),
    troubles: linesOf(cut(notice.troubles, MAX_LINES)),
    command: commandOf(notice, concernOf(notice, open), context),
    allCommand: racksCommand(
      notice.group.racks,
      notice.incidents.map(({ rule }) => rule),
      context.place,
    ),
    made: madeText(fleet, context),
  };
}

function madeText({ startedAt, finishedAt }: FleetReport, context: MailContext): string {
  const { now, programVersion, host } = context;
  const who = `Made by cruc-fleet ${programVersion} on ${host}`;
  if (!isClockSet(now)) return `${who}, whose clock shows ${dayText(now)}.`;
  const took = ageText(finishedAt.getTime() - startedAt.getTime());
  return `${who} at ${momentText(now)}, from a run that began at ${momentText(startedAt.getTime())} and took ${took}.`;
}

/** The racks that were asked at all. */
function mapsOf({ group }: Notice, report: FleetReport): readonly RackMap[] {
  const asked = group.racks.filter((rack) => racksOf(report).includes(rack));
  return worstFirst(asked.map((rack) => rackMap(report, rack)));
}

/** `and 37 more` as a last line. */
function linesOf({ items, more }: Cut<string>): readonly string[] {
  return more === 0 ? items : [...items, `and ${more} more`];
}

function sectionsOf(
  notice: Notice,
  context: EntryContext & Pick<MailContext, 'places'>,
): readonly MailSection[] {
  return SECTIONS.flatMap((section) => {
    const incidents = notice.incidents.filter((each) => statusOf(each) === section.status);
    if (incidents.length === 0) return [];
    const { items, more } = cut(
      foldAlike(incidents, (each) => each),
      MAX_ENTRIES,
    );
    const entries = inBlocks(items, (group) => group, context.places ?? new Map()).flatMap(
      ({ heading, items: its }) =>
        its.map((group, at) => ({ ...mailEntry(group, context), heading: at === 0 ? heading : null })),
    );
    return [
      {
        ...section,
        entries: entries.slice(0, MAX_DETAILED),
        briefly: entries.slice(MAX_DETAILED),
        more,
      },
    ];
  });
}

/** What a reader is to look at: what is new and not over, and in a reminder what stands. */
function concernOf({ news }: Notice, open: readonly Incident[]): readonly Incident[] {
  const fresh = news.filter(({ kind }) => kind !== 'resolved').map((each) => each.incident);
  return fresh.length > 0 ? fresh : open;
}

function isOne(incidents: readonly Incident[]): boolean {
  return new Set(incidents.map(thingOf)).size === 1;
}

/** The command for the one thing that this is about, or for all that is not well in the group's racks. */
function commandOf({ group }: Notice, concern: readonly Incident[], { place }: MailContext): string {
  const [worst] = concern.toSorted(byRule);
  return worst !== undefined && isOne(concern)
    ? incidentCommand(worst, place)
    : racksCommand(
        group.racks,
        concern.map(({ rule }) => rule),
        place,
      );
}

function byRule(a: Incident, b: Incident): number {
  return RULE_NAMES.indexOf(a.rule) - RULE_NAMES.indexOf(b.rule);
}

/** By rule, the worst first, and how to find a downstairs where one is concerned. */
function nextStepsFor(concern: readonly Incident[], places: IncidentPlaces): readonly NextStep[] {
  const sorted = concern.toSorted(byRule);
  const rules = [...new Set(sorted.map(({ rule }) => rule))].slice(0, isOne(concern) ? 1 : MAX_STEPS);
  const steps = rules.flatMap((rule) => {
    const first = sorted.find((each) => each.rule === rule);
    if (first === undefined) return [];
    const step = nextStep(rule, first.sight);
    const text = rules.length === 1 ? step : `${capitalised(ruleNoun(rule))}: ${step}`;
    return [{ text, command: null }];
  });
  const unplaced = sorted.find(
    ({ rule, key }) => ruleNamed(rule).isAboutDownstairs && (places.get(key)?.where ?? null) === null,
  );
  if (unplaced === undefined) return steps;
  const upstairsId = isOne(concern) ? unplaced.subject.upstairsId : null;
  return [...steps, placeHint(upstairsId, isOfVm(unplaced) ? 'the VM' : 'its process')];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
