import { thingOf, type Incident } from './incident.ts';

/**
 * Items with their incidents, those of one upstairs together: an upstairs has an incident a downstairs, and for a
 * reader it is one. `apart` holds what must not be put together besides. In the order of each group's first.
 */
export function foldBySubject<T>(
  items: readonly T[],
  incidentOf: (item: T) => Incident,
  apart: (item: T) => string = () => '',
): readonly (readonly [T, ...T[]])[] {
  return foldBy(items, (item) => JSON.stringify([apart(item), thingOf(incidentOf(item))]));
}

/** As `foldBySubject`, and with them sleds that have the same to tell: for many sleds that is one thing. */
export function foldAlike<T>(
  items: readonly T[],
  incidentOf: (item: T) => Incident,
  apart: (item: T) => string = () => '',
): readonly (readonly [T, ...T[]])[] {
  return foldBy(items, (item) => {
    const incident = incidentOf(item);
    return JSON.stringify([apart(item), lifeOfSled(incident) ?? thingOf(incident)]);
  });
}

/** The rack, the rule and the life of an incident of a sled; null of any other. */
function lifeOfSled(incident: Incident): readonly unknown[] | null {
  const { subject, rule, severity, firstSeenAt, ruleSince, lastSeenAt, cleanRuns } = incident;
  if (subject.sled === null) return null;
  const { unknown, ending, silencedBy, stages } = incident;
  const life = [firstSeenAt, ruleSince, lastSeenAt, cleanRuns, unknown, ending, silencedBy];
  return [subject.rack, rule, severity, ...life, ...stages];
}

/** Items with one key together, in the order of each group's first. */
function foldBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** A list that was cut, and how many of it are not here. */
export interface Cut<T> {
  readonly items: readonly T[];
  readonly more: number;
}

export function cut<T>(items: readonly T[], limit: number): Cut<T> {
  return { items: items.slice(0, limit), more: Math.max(0, items.length - limit) };
}
