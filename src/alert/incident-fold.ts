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
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = JSON.stringify([apart(item), thingOf(incidentOf(item))]);
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
