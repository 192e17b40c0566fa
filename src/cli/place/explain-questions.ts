import { known } from '../../facts/value.ts';
import type { DownstairsPlace } from '../../facts/place.ts';
import { roleOf } from '../../model/health.ts';
import type { SledQuestion } from './explain-job.ts';
import type { ExplainOptions } from './explain-options.ts';
import type { Told } from './explain-told.ts';
import type { NamedPlaces, PlacedUpstairs } from './named-places.ts';

/** Processes of one sled that are traced, as slog.d has them. */
export const TRACED_PROCESSES = 4;

/** What each sled is asked, by its id. */
export type Questions = ReadonlyMap<string, SledQuestion>;

/** The logs of the services of lost copies that sleds listed in this run, those left out that were asked for. */
export function logQuestions(
  { placed, inventory, base }: NamedPlaces,
  { offline }: Pick<ExplainOptions, 'offline'>,
  { answers }: Told,
): Questions {
  if (offline === true) return new Map();
  const sleds = new Map(
    inventory.targets.flatMap(({ sled }) => (sled.serial === null ? [] : [[sled.serial, sled.id] as const])),
  );
  const asked = new Set(answers.flatMap(({ question }) => question.logs));
  const logs = new Map<string, Set<string>>();
  for (const copy of placed.flatMap(lostOf)) {
    const sled = sleds.get(known(copy.sled) ?? '');
    const name = logName(copy);
    const isListed = base
      .by('service', 'region', known(copy.region) ?? '')
      .some(({ fact, origin }) => origin.isNow && fact.zone === known(copy.zone));
    if (sled === undefined || name === null || !isListed || asked.has(name)) continue;
    logs.set(sled, (logs.get(sled) ?? new Set()).add(name));
  }
  return new Map([...logs].map(([sled, names]) => [sled, { logs: [...names], pids: [] }] as const));
}

/** The processes of VMs that lost copies. */
export function traceQuestions(
  { placed }: NamedPlaces,
  { trace, offline }: Pick<ExplainOptions, 'trace' | 'offline'>,
): Questions {
  if (!trace || offline === true) return new Map();
  const pids = new Map<string, Set<number>>();
  for (const upstairs of placed) {
    const { row, cells } = upstairs;
    const sled = cells['sled'];
    if (lostOf(upstairs).length === 0 || typeof row?.['pid'] !== 'number' || typeof sled !== 'string')
      continue;
    const own = pids.get(sled) ?? new Set();
    if (own.size < TRACED_PROCESSES) pids.set(sled, own.add(row['pid']));
  }
  return new Map([...pids].map(([sled, own]) => [sled, { logs: [], pids: [...own] }] as const));
}

/** Those of its copies that do not serve and are not under repair. */
export function lostOf({ place }: PlacedUpstairs): readonly DownstairsPlace[] {
  return place.downstairs.filter(({ state }) => state !== null && roleOf(state) === 'lost');
}

/** `ZONE/REGION`, as explain.sh is asked; null where either is not known. */
export function logName({ zone, region }: DownstairsPlace): string | null {
  const [a, b] = [known(zone), known(region)];
  return a === null || b === null ? null : `${a}/${b}`;
}
