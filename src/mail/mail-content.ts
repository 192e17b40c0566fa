import { statusOf, type IncidentStatus, type Notice, type Silence } from '../alert/incident.ts';
import { ofRacks, racksOf, type FleetReport } from '../model/report.ts';
import type { Level } from '../model/level.ts';
import { shellWord } from '../model/shell-word.ts';
import { cut, foldBySubject, type Cut } from '../alert/incident-fold.ts';
import { mailChanges, type MailChange } from './mail-change.ts';
import { mailEntry, type MailEntry } from './mail-entry.ts';
import { situationOf } from './mail-situation.ts';
import { mailSubject } from './mail-subject.ts';
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
  /** The file of `--inventory`, where the reader's own would be another. */
  readonly inventoryOption: string | null;
  /** Those in force, so that what is silenced says until when and why. */
  readonly silences: readonly Silence[];
}

/** Everything that a mail says, in its order, before it is text or HTML. */
export interface MailContent {
  readonly subject: string;
  readonly level: Level;
  /** One sentence. */
  readonly situation: string;
  readonly changes: Cut<MailChange>;
  readonly sections: readonly MailSection[];
  /** Racks as this run saw them, worst first. */
  readonly racks: Cut<RackMap>;
  /** A line for each sled that did not answer, or in part; those with one reason share it. */
  readonly coverage: readonly string[];
  readonly troubles: readonly string[];
  /** For a shell: shows it live. */
  readonly command: string;
  /** Where and when this was made. */
  readonly made: string;
}

export interface MailSection {
  readonly status: IncidentStatus;
  readonly title: string;
  readonly about: string | null;
  /** With all that is known. */
  readonly entries: readonly MailEntry[];
  /** Those after them, of which a line or two must do: readers of mail cut what is too long (Gmail at 102 KB). */
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

const SECTIONS: readonly Pick<MailSection, 'status' | 'title' | 'about'>[] = [
  { status: 'open', title: 'Open', about: null },
  {
    status: 'unknown',
    title: 'Not seen in this run',
    about: 'Open before, and nobody can tell how they are now. Silence is not health.',
  },
  {
    status: 'clearing',
    title: 'Clearing',
    about: 'Looked for and not seen any more; over when a few more runs say so.',
  },
  { status: 'pending', title: 'Pending', about: 'Seen, but not for long enough to be open.' },
  {
    status: 'listed',
    title: 'Listed',
    about: 'They may well be as they should be, which nobody can tell, and nobody is warned of them.',
  },
  { status: 'silenced', title: 'Silenced', about: 'They cause no mail before their silence ends.' },
];

/** Puts together what a mail says of its group: of other racks than the group's it says nothing. */
export function mailContent(notice: Notice, fleet: FleetReport, context: MailContext): MailContent {
  const report = ofRacks(fleet, notice.group.racks);
  const cubbies = new Map(fleet.outcomes.map(({ sled }) => [sled.id, sled.cubby]));
  const sledText = (id: string) => {
    const cubby = cubbies.get(id) ?? null;
    return cubby === null ? id : `${id} (cubby ${cubby})`;
  };
  return {
    subject: mailSubject(notice),
    level: notice.level,
    situation: situationOf(notice, report),
    changes: cut(mailChanges(notice.news, sledText), MAX_CHANGES),
    sections: sectionsOf(notice, { ...context, sledText }),
    racks: cut(mapsOf(notice, report), MAX_RACKS),
    coverage: coverageLinesUpTo(report, MAX_LINES),
    troubles: linesOf(cut(notice.troubles, MAX_LINES)),
    command: commandOf(notice, context),
    made: `Made by cruc-fleet ${context.programVersion} on ${context.host} at ${momentText(context.now)} (UTC), of a run from ${momentText(fleet.startedAt.getTime())} that took ${ageText(fleet.finishedAt.getTime() - fleet.startedAt.getTime())}.`,
  };
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

function sectionsOf(notice: Notice, context: Parameters<typeof mailEntry>[1]): readonly MailSection[] {
  return SECTIONS.flatMap((section) => {
    const incidents = notice.incidents.filter((each) => statusOf(each) === section.status);
    if (incidents.length === 0) return [];
    const { items, more } = cut(
      foldBySubject(incidents, (each) => each),
      MAX_ENTRIES,
    );
    const entries = items.map((group) => mailEntry(group, context));
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

function commandOf({ group }: Notice, { inventoryOption }: MailContext): string {
  const inventory = inventoryOption === null ? '' : ` --inventory ${shellWord(inventoryOption)}`;
  const racks = group.racks.length === 0 ? '' : ` --rack ${shellWord(group.racks.join(','))}`;
  return `cruc-fleet ds-state${inventory}${racks} --degraded`;
}
