import { shortAge } from '../../facts/age.ts';
import type { Fact } from '../../facts/fact.ts';
import type { FactSet } from '../../facts/fact-set.ts';
import { keepFacts } from '../../facts/kept-facts.ts';
import { readSledPlaces, type SledZone, type StatusAsked } from '../../facts/sled-places.ts';
import type { AskedUpstairs } from '../../facts/target-of.ts';
import { readUnanswered, writeUnanswered } from '../../facts/unanswered.ts';
import { makeFolder } from '../../files/make-folder.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { describeError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import type { SledOutcome } from '../../model/report.ts';
import { otherSerial } from '../../model/serial.ts';
import type { FleetRun } from '../ask/fleet-run.ts';
import { runOnFleet, type FleetOptions, type FleetRunSettings, type ReachedRun } from '../ask/fleet-run.ts';
import { factsFolder } from './facts-folder.ts';
import {
  PLACE_OUTPUT_BYTES,
  PLACE_TIMEOUT_MS,
  placeJob,
  type PlaceQuestion,
  type StatusRequest,
} from './place-job.ts';
import type { Surroundings } from '../surroundings.ts';

/** What sleds told of their regions, and VMs of their disks. */
export interface PlacesAsked {
  readonly run: ReachedRun;
  readonly sets: readonly FactSet[];
  /** Why a VM did not say what a disk's upstairs talks to, by `ZONE/DISK`. */
  readonly unasked: ReadonlyMap<string, NonNullable<AskedUpstairs['unasked']>>;
  /** Serials of the sleds that did not answer. */
  readonly notReached: ReadonlySet<string>;
  /** By the id of the sled. */
  readonly zones: ReadonlyMap<string, readonly SledZone[]>;
  /** Addresses that zones have connections to, by `SLED ZONE`. */
  readonly peers: ReadonlyMap<string, readonly string[]>;
}

/**
 * Asks every selected sled for its regions, and VMs for the status of disks: none of a disk whose last request nobody
 * answered lately. What they say is kept, so that other commands have it with its age.
 */
export async function askPlaces(
  options: FleetOptions,
  surroundings: Surroundings,
  inventory: Inventory,
  { requests, connections, peers }: PlaceQuestion,
  more: Pick<FleetRunSettings, 'rounds' | 'ownDrawing'> = {},
): Promise<PlacesAsked> {
  const folder = factsFolder(surroundings);
  const now = surroundings.now().getTime();
  const { err } = surroundings.terminal;
  const silent = new Map(await readUnanswered(folder, now));
  const unasked = new Map<string, NonNullable<AskedUpstairs['unasked']>>();
  const due = requests.filter(({ zone, disk }) => {
    const asked = silent.get(disk);
    if (asked === undefined) return true;
    const detail = `its last request, ${shortAge(now - asked)} ago, is unanswered: asked again after 10 minutes`;
    unasked.set(`${zone}/${disk}`, { reason: 'not_asked', detail });
    return false;
  });
  for (const { disk } of due) silent.set(disk, now);
  const chosen = due.length === 0 || (await remember(folder, silent, err)) ? due : [];
  if (chosen.length < due.length) {
    const detail = 'that it was asked could not be written down';
    for (const { zone, disk } of due) unasked.set(`${zone}/${disk}`, { reason: 'not_asked', detail });
  }
  const without = requests.filter((request) => !chosen.includes(request));
  const run = await runOnFleet(options, surroundings, {
    ...more,
    job: await placeJob(surroundings.scriptsFolder, {
      requests: chosen,
      connections,
      ...(peers === undefined
        ? {}
        : {
            peers: [
              ...peers,
              ...without.flatMap(({ zone, sled }) => (sled === undefined ? [] : [{ zone, sled }])),
            ],
          }),
    }),
    inventory,
    runTimeoutMs: PLACE_TIMEOUT_MS,
    maxOutputBytes: PLACE_OUTPUT_BYTES,
  });
  const read = run.outcomes.map((outcome) => {
    if (outcome.status === 'failed') return { outcome, sets: [], asked: [], places: null };
    const places = readPlaces(outcome.text, outcome.sled);
    const live = { isFileTime: false, isNow: true, asOf: now, issues: [] };
    const own: FactSet = { ...live, source: 'live-sled', label: outcome.sled.id, facts: places.facts };
    const status = places.asked
      .filter(({ problem }) => problem === null)
      .map(({ zone, disk, facts }): FactSet => ({
        ...live,
        source: 'live-status',
        label: `${zone}/${disk}`,
        facts: facts.map((fact) =>
          withReplaced(
            fact,
            chosen.find((each) => each.zone === zone && each.disk === disk),
          ),
        ),
      }));
    const issues = places.issues.map((message) => ({ code: 'warning' as const, message }));
    return {
      outcome: { ...outcome, text: '', issues: [...outcome.issues, ...issues] },
      sets: [own, ...status],
      asked: places.asked,
      places,
    };
  });
  const asked: readonly StatusAsked[] = read.flatMap((each) => each.asked);
  for (const { zone, disk, problem } of asked) {
    if (problem === null || problem.reason === 'not_asked') silent.delete(disk);
    if (problem !== null) unasked.set(`${zone}/${disk}`, problem);
  }
  for (const { zone, disk } of chosen) {
    if (asked.some((each) => each.zone === zone && each.disk === disk)) continue;
    unasked.set(`${zone}/${disk}`, { reason: 'no_answer', detail: 'its sled did not say what became of it' });
    // It was not asked where no sled had the zone, or the sled was not reached.
    silent.delete(disk);
  }
  const sets = read.flatMap((each) => each.sets);
  if (chosen.length > 0) await remember(folder, silent, err);
  try {
    await keepFacts(folder, sets);
  } catch (error) {
    err.write(`warning: what was asked is not kept: ${printable(describeError(error))}\n`);
  }
  const failed = read.filter(({ outcome }) => outcome.status === 'failed');
  return {
    run: { ...run, outcomes: read.map(({ outcome }) => outcome) },
    sets,
    unasked,
    notReached: new Set(failed.flatMap(({ outcome }) => outcome.sled.serial ?? [])),
    zones: new Map(read.map(({ outcome, places }) => [outcome.sled.id, places?.zones ?? []] as const)),
    peers: new Map(
      read.flatMap(({ outcome, places }) =>
        [...(places?.peers ?? [])].map(([zone, hosts]) => [`${outcome.sled.id} ${zone}`, hosts] as const),
      ),
    ),
  };
}

/** The fact with how often each downstairs had been replaced: a later count tells whether it still holds. */
function withReplaced(fact: Fact, request: StatusRequest | undefined): Fact {
  const before = request?.before;
  return fact.kind === 'upstairs' && fact.id === request?.disk && fact.session === before?.session
    ? { ...fact, replaced: before === undefined ? null : [...before.replaced] }
    : fact;
}

/** Writes down which disks are asked and have not answered; false where that cannot be, which is said. */
async function remember(
  folder: string,
  silent: ReadonlyMap<string, number>,
  err: Surroundings['terminal']['err'],
): Promise<boolean> {
  try {
    await makeFolder(folder, 0o700);
    await writeUnanswered(folder, silent);
    return true;
  } catch (error) {
    err.write(`warning: which VMs were asked cannot be written down: ${printable(describeError(error))}\n`);
    return false;
  }
}

/** A sled that stands in another's place is who it says it is. */
function readPlaces(text: string, sled: FleetRun['outcomes'][number]['sled']) {
  const { hostName } = readSledPlaces(text, sled.id, sled.serial);
  return readSledPlaces(text, sled.id, otherSerial(hostName, sled.serial) ?? sled.serial);
}

/** What is kept without what this run has asked again, and that. */
export function withLive(kept: readonly FactSet[], live: readonly FactSet[]): readonly FactSet[] {
  const isNew = (set: FactSet): boolean =>
    live.some(({ source, label }) => source === set.source && label === set.label);
  return [...kept.filter((set) => !isNew(set)), ...live];
}

/** Every sled once, with its first answer's rows, and what was wrong with either of its two answers. */
export function bothAnswers(
  outcomes: readonly SledOutcome[],
  asked: { readonly run: Pick<FleetRun, 'outcomes'> } | null,
): readonly SledOutcome[] {
  const second = new Map(asked?.run.outcomes.map((outcome) => [outcome.sled.id, outcome]) ?? []);
  return outcomes.map((outcome) => {
    const other = second.get(outcome.sled.id);
    if (outcome.status === 'failed' || other === undefined) return outcome;
    if (other.status === 'failed') return other;
    return { ...outcome, issues: [...outcome.issues, ...other.issues] };
  });
}
