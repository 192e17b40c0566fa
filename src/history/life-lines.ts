import { ageText, momentText } from '../drawing/moment.ts';
import { needsAttention, type Health } from '../model/health.ts';
import { shortZone } from '../model/zone-name.ts';
import type { Chronicle, ClockSet, Gap, SessionLife } from './chronicle.ts';
import { healthOf, statesOf, whyUnknown } from './condition.ts';
import { byUpstairs, eventsOf, lasted, type LifeEvent } from './history-rows.ts';
import type { Moment } from './line.ts';
import type { Repair } from './repairs.ts';
import { timeline, type Palette } from './timeline.ts';

export interface LifeView {
  readonly since: number;
  readonly now: number;
  /** Columns for a timeline; null draws none. */
  readonly width: number | null;
  readonly palette: Palette;
  /** Upstairs that were well all the time are counted and not shown. */
  readonly onlyTelling: boolean;
}

/** The lives of some upstairs as people read them: a line for each thing that happened, the oldest first. */
export function* lifeLines(
  sessions: readonly SessionLife[],
  chronicle: Chronicle,
  view: LifeView,
): Iterable<string> {
  let quiet = 0;
  for (const lives of byUpstairs(sessions).values()) {
    const sleds = new Set(lives.map(({ who }) => who.sled));
    const gaps = chronicle.gaps.filter(
      ({ sled, from, to }) =>
        sleds.has(sled) && lives.some((life) => life.who.sled === sled && overlaps(life, from, to)),
    );
    const events = eventsOf(lives, gaps, view.since);
    if (events.length === 0) continue;
    if (view.onlyTelling && events.every(isQuiet)) {
      quiet += 1;
      continue;
    }
    yield titleOf(lives);
    if (view.width !== null) yield `  ${timeline(lives, gaps, { ...view, width: view.width - 2 })}`;
    let place = '';
    for (const event of events) {
      const line = eventText(event, chronicle.clockSets);
      const where = event.kind === 'state' ? placeText(event.session) : place;
      if (where !== place) yield `  on ${where}`;
      place = where;
      yield `  ${line}`;
    }
    yield '';
  }
  if (quiet > 0)
    yield `${quiet} upstairs ${quiet === 1 ? 'was well' : 'were well'} in one place at each look`;
}

/** The only state of a session that is well, from before that time until now. */
function isQuiet(event: LifeEvent): boolean {
  if (event.kind !== 'state' || event.overBy !== null || event.session.spans.length > 1) return false;
  const health = healthOf(event.span.condition);
  return health !== null && !needsAttention(health);
}

function overlaps(life: SessionLife, from: Moment | null, to: Moment | null): boolean {
  const begin = life.spans[0]?.from.seq ?? 0;
  const end = life.ended?.seq ?? Number.POSITIVE_INFINITY;
  return (from?.seq ?? 0) < end && (to?.seq ?? Number.POSITIVE_INFINITY) > begin;
}

function titleOf(lives: readonly SessionLife[]): string {
  const who = lives.at(-1)?.who;
  const id = who?.upstairsId ?? null;
  const name = id === null ? 'a process without a report' : `upstairs ${id}`;
  const troubled = lives
    .flatMap(({ spans }) => spans)
    .filter(({ condition }) => {
      const health = healthOf(condition);
      return health !== null && needsAttention(health);
    }).length;
  const times =
    troubled === 0
      ? 'always well'
      : `not well ${troubled === 1 ? 'once' : troubled === 2 ? 'twice' : `${troubled} times`}`;
  return `${name} (${times})`;
}

function placeText({ who }: SessionLife): string {
  return `${who.sled}, ${shortZone(who.zone)}, PID ${who.pid ?? '?'}`;
}

function eventText(event: LifeEvent, clockSets: readonly ClockSet[]): string {
  switch (event.kind) {
    case 'state': {
      const { span } = event;
      const states = statesOf(span.condition)?.join(' ') ?? whyUnknown(span.condition) ?? '';
      const health: Health | 'unknown' = healthOf(span.condition) ?? 'unknown';
      const still = event.overBy === null ? ' so far' : '';
      const age = ageOf(span.from, span.last, clockSets);
      return `${timeText(span.from)}  ${health.padEnd(10)} ${states}  for ${age}${still} (${beganText(span.before, span.from, clockSets)})`;
    }
    case 'repair':
      return repairText(event.repair, clockSets);
    case 'gone':
      return `${timeText(event.at)}  gone from ${event.session.who.sled}`;
    case 'not_seen':
      return gapText(event.gap, clockSets);
  }
}

function repairText(repair: Repair, clockSets: readonly ClockSet[]): string {
  const what =
    repair.kind === 'reconcile' ? 'reconciliation' : `live repair of downstairs ${repair.downstairs ?? '?'}`;
  const result = repair.result.replace('_', ' ');
  const rate = repair.perSecond === null ? '' : `, ${rateText(repair.perSecond)} a second`;
  const done = repair.extents === null ? '' : `, ${repair.extents} extents${rate}`;
  const time =
    repair.notBefore !== null && repair.from === repair.notBefore
      ? `between two looks`
      : `seen for ${ageOf(repair.from, repair.last, clockSets)}`;
  return `${timeText(repair.from)}  ${what} ${result}: ${time}${done}`;
}

function rateText(perSecond: number): string {
  return perSecond < 1 ? perSecond.toPrecision(1) : perSecond.toFixed(1);
}

function gapText({ sled, from, to, why }: Gap, clockSets: readonly ClockSet[]): string {
  const reason = why === 'not_asked' ? 'nobody looked' : why;
  if (from === null)
    return `${to === null ? '' : `${timeText(to)}  `}${sled} was never seen before (${reason})`;
  if (to === null) return `${timeText(from)}  ${sled} not seen since then (${reason})`;
  return `${timeText(from)}  ${sled} not seen for ${ageOf(from, to, clockSets)} (${reason})`;
}

/** How sure a time is: within how long before it the change came. */
function beganText(before: Moment | null, from: Moment, clockSets: readonly ClockSet[]): string {
  return before === null
    ? 'began before the first look'
    : `began up to ${ageOf(before, from, clockSets)} earlier`;
}

function ageOf(from: Moment, to: Moment, clockSets: readonly ClockSet[]): string {
  const ms = lasted(from, to, clockSets);
  return ms === null ? 'an unknown time (a clock was set)' : ageText(ms);
}

function timeText({ at }: Moment): string {
  return momentText(at);
}
