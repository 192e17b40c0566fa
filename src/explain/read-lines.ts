import { ageText as originAge } from '../facts/age.ts';
import { PLACE_FIELDS, type DiskPlace } from '../facts/place.ts';
import { known, UNKNOWN_REASONS, type Value } from '../facts/value.ts';
import { ageText, momentText } from '../drawing/moment.ts';
import { attemptText } from './attempt-text.ts';
import type { Copy, Evidence, Since } from './evidence.ts';
import { line, type Line } from './line.ts';
import { serviceSays } from './service-text.ts';

/**
 * The copies whose ends are told: those that are not active; where all are, all. `where` tells of every copy.
 */
export function toldCopies({ copies }: Evidence): readonly Copy[] {
  const others = copies.filter(({ role }) => role !== 'serves');
  return others.length > 0 ? others : copies;
}

/** What was read, a sentence each; what was not is in `unknownLines`. */
export function readLines(evidence: Evidence): readonly Line[] {
  const { copies, moved, repairs, now } = evidence;
  const told = toldCopies(evidence);
  return [
    upstairsLine(evidence),
    ...copies.flatMap((copy) => stateLine(copy, now)),
    ...moved.map(({ index, counter, by, at, from }) =>
      line(
        'counters',
        index,
        `${counter} rose by ${by}, last seen at ${momentText(at)}${from === null ? '' : `, first after ${momentText(from)}`}`,
        'history',
      ),
    ),
    ...told.flatMap((copy) => copyLine(copy, now)),
    ...told.flatMap((copy) =>
      copy.service === null
        ? []
        : [line('services', copy.index, `the ${serviceSays(copy, copy.service)}`, copy.service.source)],
    ),
    ...copies.flatMap((copy) =>
      'lines' in copy.log
        ? copy.log.lines.map((text) =>
            line('logs', copy.index, text, `log of its service on ${copy.sled ?? '?'}`),
          )
        : [],
    ),
    ...copies.flatMap(heardLine),
    ...told.flatMap(({ index, pool, place }) => {
      if (pool === null) return [];
      const disk = known(place.physicalDisk);
      const on = disk === null ? '' : ` on disk ${disk}`;
      return [line('pools', index, `pool oxp_${pool.pool}${on} is ${pool.health}`, pool.source)];
    }),
    ...repairs.map((text) => line('repairs', null, text, 'the upstairs, now')),
    ...copies.flatMap(({ index, shared }) =>
      shared === null || shared.others.length === 0
        ? []
        : [
            line(
              'others',
              index,
              `on ${shared.name}: ${shared.others.join(', ')}`,
              'their upstairs, now, and facts',
            ),
          ],
    ),
  ];
}

function upstairsLine({ place, runsIn, notSeen, now }: Evidence): Line {
  const names = (['disk', 'instance', 'project'] as const satisfies readonly (keyof DiskPlace)[]).flatMap(
    (field) => {
      const value = place[field];
      return 'value' in value ? [`${field} ${value.value}`] : [];
    },
  );
  const where =
    runsIn === null
      ? (notSeen ?? 'it was not seen')
      : `in ${runsIn.zone} on ${runsIn.sled}${runsIn.pid === null ? '' : `, pid ${runsIn.pid}`}${runsIn.health === null ? '' : `: ${runsIn.health}`}`;
  const parent = place.isParent ? 'reads the read-only parent of its disk' : null;
  const told = [...names, ...(parent === null ? [] : [parent]), where];
  const sources = sourcesOf([place.disk, place.instance, place.project], now);
  return line(
    'upstairs',
    null,
    `${place.upstairsId}: ${told.join(', ')}`,
    [...(runsIn === null ? [] : ['the upstairs, now']), ...sources].join('; ') || null,
  );
}

function stateLine({ index, state, since }: Copy, now: number): readonly Line[] {
  if (state === null) return [];
  return [
    line(
      'states',
      index,
      `${state}${since === null ? '' : `, ${sinceText(since, now)}`}`,
      since === null ? 'the upstairs, now' : 'the upstairs, now; history',
    ),
  ];
}

/** What the looks saw; when it became so lies between the first of them and the one before. */
function sinceText({ at, before }: Since, now: number): string {
  const since = `so at every look since ${momentText(at)} (${ageText(now - at)} ago)`;
  return before === null ? since : `${since}, and not at ${momentText(before)}`;
}

function copyLine({ index, place, sled }: Copy, now: number): readonly Line[] {
  const told = [
    said(place.address, String),
    said(place.region, (id) => `region ${id}`),
    'value' in place.sled ? `on ${sled ?? place.sled.value}` : null,
    said(place.zone, String),
    said(place.pool, (id) => `pool oxp_${id}`),
    said(place.physicalDisk, (serial) => `disk ${serial}`),
    said(place.inventorySlot, (slot) => `inventory slot ${slot}`),
    said(place.extents, (extents) => `${extents} extents`),
  ].flatMap((text) => text ?? []);
  if (told.length === 0) return [];
  const values = PLACE_FIELDS.map((field) => place[field]);
  return [line('copies', index, told.join(', '), sourcesOf(values, now).join('; '))];
}

function said<T>(value: Value<T>, say: (known: T) => string): string | null {
  return 'value' in value ? say(value.value) : null;
}

function sourcesOf(values: readonly Value<unknown>[], now: number): readonly string[] {
  const origins = values.flatMap((value) => ('value' in value ? value.from.slice(0, 1) : []));
  return [...new Set(origins.map((origin) => `${origin.source} (${originAge(origin, now)})`))];
}

function heardLine({ index, heard }: Copy): readonly Line[] {
  switch (heard.kind) {
    case 'heard':
      return [line('attempts', index, attemptText(heard.attempts), 'slog, now')];
    case 'silence':
      return [line('attempts', index, `nothing in ${heard.seconds} s`, 'slog, now')];
    case 'tracing':
      return [line('attempts', index, `tracing, ${heard.seconds} s`)];
    case 'unread':
      return [];
  }
}

/** What is not known, with the reason; of places, equal reasons together. */
export function unknownLines(evidence: Evidence): readonly Line[] {
  const { copies, runsIn, notSeen, noHistory, othersUnplaced, unread } = evidence;
  return [
    ...(runsIn !== null && runsIn.note !== null ? [line('unknown', null, runsIn.note)] : []),
    ...unknownPlaces(toldCopies(evidence)),
    ...copies.flatMap(({ index, state }) =>
      state === null
        ? [line('unknown', index, `its state: ${notSeen ?? 'the upstairs did not say it'}`)]
        : [],
    ),
    ...copies.flatMap(({ index, log, role }) =>
      'unread' in log && role === 'lost'
        ? [line('unknown', index, `the log of its service: ${log.unread}`)]
        : [],
    ),
    ...copies.flatMap(({ index, heard, role }) =>
      heard.kind === 'unread' && role === 'lost'
        ? [line('unknown', index, `what the upstairs meets there: ${heard.why}`)]
        : [],
    ),
    ...(noHistory === null
      ? []
      : [line('unknown', null, `since when, and which counters moved: ${noHistory}`)]),
    ...(othersUnplaced === 0
      ? []
      : [
          line(
            'unknown',
            null,
            `where ${othersUnplaced} sick downstairs of other upstairs are, which may be the same place`,
          ),
        ]),
    ...unread.map((text) => line('unknown', null, text)),
  ];
}

/** Equal reasons of one downstairs together, and what is so of several once. */
function unknownPlaces(copies: readonly Copy[]): readonly Line[] {
  const told = copies.map(({ place }) => {
    const byReason = new Map<string, string[]>();
    for (const field of PLACE_FIELDS) {
      const value = place[field];
      if ('value' in value) continue;
      const reason = value.detail ?? UNKNOWN_REASONS[value.unknown];
      const names = byReason.get(reason) ?? [];
      names.push(FIELD_WORDS[field]);
      byReason.set(reason, names);
    }
    return [...byReason].map(([reason, names]) => `its ${names.join(', ')}: ${reason}`);
  });
  const ofAll =
    copies.length < 2 ? [] : (told[0] ?? []).filter((text) => told.every((each) => each.includes(text)));
  const who =
    copies.length === 3 ? 'each downstairs' : `downstairs ${copies.map(({ index }) => index).join(' and ')}`;
  return [
    ...copies.flatMap(({ index }, at) =>
      (told[at] ?? []).filter((text) => !ofAll.includes(text)).map((text) => line('unknown', index, text)),
    ),
    ...ofAll.map((text) => line('unknown', null, `of ${who} ${text}`)),
  ];
}

const FIELD_WORDS: Readonly<Record<(typeof PLACE_FIELDS)[number], string>> = {
  region: 'region',
  address: 'address',
  sled: 'sled',
  cubby: 'cubby',
  zone: 'zone',
  service: 'service',
  pool: 'pool',
  physicalDisk: 'disk',
  inventorySlot: 'inventory slot',
  extents: 'extents',
};
