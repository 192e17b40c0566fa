import type { Incident, Notice } from './incident.ts';
import type { IncidentPlaces } from './incident-place.ts';

/** `downstairs 1 (region 3f2b0001, 3/9, disk A0793; 2h old) is offline`, and the state of its service behind it. */
export function placedMessage({ key, subject, sight }: Incident, places: IncidentPlaces): string {
  const place = places.get(key);
  const { message } = sight;
  if (place === undefined || subject.downstairs === null) return message;
  const name = `downstairs ${subject.downstairs}`;
  const at = message.indexOf(name);
  const end = at + name.length;
  const located =
    at < 0 || place.where === null
      ? message
      : `${message.slice(0, end)} (${place.where})${message.slice(end)}`;
  return place.service === null ? located : `${located}; ${place.service}`;
}

/** The incident as it is shown, with its place in what it says. */
export function withPlace(incident: Incident, places: IncidentPlaces): Incident {
  const message = placedMessage(incident, places);
  return message === incident.sight.message
    ? incident
    : { ...incident, sight: { ...incident.sight, message } };
}

/** The notice with the places of what it is about in its sentences. */
export function placedNotice(notice: Notice, places: IncidentPlaces): Notice {
  return {
    ...notice,
    news: notice.news.map((each) => ({ ...each, incident: withPlace(each.incident, places) })),
    incidents: notice.incidents.map((incident) => withPlace(incident, places)),
  };
}

/** `3/9 pool oxp_…: 12 downstairs offline`. */
export function causeHeading(cause: string, incidents: readonly Incident[]): string {
  const states = new Map<string, string>();
  for (const { subject, sight } of incidents) {
    if (subject.downstairs === null) continue;
    const who = JSON.stringify([subject.rack, subject.zone, subject.upstairsId, subject.downstairs]);
    states.set(who, sight.states?.[subject.downstairs] ?? 'unknown');
  }
  const words = [...new Set(states.values())].map(
    (state) => [state, [...states.values()].filter((each) => each === state).length] as const,
  );
  const [only] = words;
  if (words.length === 1 && only !== undefined) return `${cause}: ${states.size} downstairs ${only[0]}`;
  const each = words.map(([state, count]) => `${count} ${state}`).join(', ');
  return `${cause}: ${states.size} downstairs (${each})`;
}

/** Items that stand together. */
export interface Block<T> {
  readonly heading: string | null;
  readonly items: readonly T[];
}

/**
 * Items with those of one cause together under a heading, the rest together in a block of their own; the blocks in the
 * order of their first. One alone has no heading.
 */
export function inBlocks<T>(
  items: readonly T[],
  incidentsOf: (item: T) => readonly Incident[],
  places: IncidentPlaces,
): readonly Block<T>[] {
  const causeOf = (item: T): string | null =>
    incidentsOf(item)
      .map(({ key }) => places.get(key)?.cause ?? null)
      .find((cause) => cause !== null) ?? null;
  const causes = items.map(causeOf);
  const isShared = (cause: string | null) =>
    cause !== null && causes.filter((each) => each === cause).length > 1;
  const blocks = new Map<string | null, T[]>();
  items.forEach((item, at) => {
    const cause = causes[at] ?? null;
    const own = isShared(cause) ? cause : null;
    const block = blocks.get(own);
    if (block === undefined) blocks.set(own, [item]);
    else block.push(item);
  });
  return [...blocks].map(([cause, its], at) => ({
    heading:
      cause === null
        ? at === 0
          ? null
          : OTHERS
        : causeHeading(
            cause,
            its.flatMap((item) => incidentsOf(item).filter(({ key }) => places.get(key)?.cause === cause)),
          ),
    items: its,
  }));
}

/** What follows is of no block before. */
const OTHERS = 'Others';
