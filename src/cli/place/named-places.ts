import { checkProbe } from '../../check/check-probe.ts';
import { diskIdOf } from '../../facts/disk-of.ts';
import { createFactBase, type FactBase } from '../../facts/fact-base.ts';
import type { FactSet } from '../../facts/fact-set.ts';
import { disksNamed, upstairsNamed } from '../../facts/find-upstairs.ts';
import { placeOf } from '../../facts/join.ts';
import type { UpstairsPlace } from '../../facts/place.ts';
import { askedOfRow, type AskedUpstairs } from '../../facts/target-of.ts';
import { fleetRow } from '../../fleet/merge.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Cell, Row } from '../../model/column.ts';
import type { FleetOptions, FleetRun } from '../ask/fleet-run.ts';
import { runStateProbe } from '../ask/state-run.ts';
import type { Rounds } from '../ask/rounds.ts';
import type { FactFilterOptions } from '../options/fact-filter-options.ts';
import { zoneMatcher } from '../options/filters.ts';
import { chooseSleds, openInventory } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { askPlaces, withLive, type PlacesAsked } from './ask-places.ts';
import { factFilter, type FactFilter } from './fact-filter.ts';
import { knownSleds, namesOf } from './known-sleds.ts';
import { openFacts } from './open-facts.ts';

/** How it is looked and asked. */
export type PlaceOptions = FleetOptions & {
  readonly http: boolean;
  readonly offline?: boolean;
  readonly window: number;
};

/** One session of what was named, or an upstairs that no VM runs, with the places of its copies. */
export interface PlacedUpstairs {
  readonly cells: Row;
  /** What its process reported; null where no VM runs it. */
  readonly row: Row | null;
  readonly place: UpstairsPlace;
  readonly own: { readonly zone: Cell; readonly session: Cell };
}

/** What a word names, with the runs that asked about it. */
export interface NamedPlaces {
  readonly run: FleetRun;
  readonly inventory: Inventory;
  /** Sessions and processes in the zones that were named that do not say which upstairs they are. */
  readonly nameless: readonly Row[];
  /** What is kept, with what this run asked. */
  readonly base: FactBase;
  /** The places of the other sessions that were seen, by what is known without asking their VMs. */
  readonly others: () => readonly PlacedUpstairs[];
  /** Null where nobody was asked for regions and targets. */
  readonly asked: PlacesAsked | null;
  readonly placed: readonly PlacedUpstairs[];
  /** The same with what else this run asked. */
  readonly with: (more: readonly FactSet[]) => NamedPlaces;
  /** The name of a sled by its serial. */
  readonly nameOf: (serial: string) => string;
  readonly now: number;
}

/** A session that was seen, with its sled's cells. */
interface Seen {
  readonly row: Row;
  readonly sled: string;
}

const NOT_SEEN = { reason: 'not_asked', detail: 'no VM that runs it was seen' } as const;

/** What is meant: a word, or all that a filter keeps of it. */
export interface Named {
  readonly word: string | null;
  readonly filter: FactFilterOptions | null;
}

/** Finds what is named among what runs and what is kept, asks its VMs and all sleds, and joins what they say. */
export async function placesNamed(
  named: Named,
  options: PlaceOptions,
  surroundings: Surroundings,
  rounds?: Rounds,
): Promise<NamedPlaces> {
  const kept = await openFacts(surroundings);
  const inventory = await openInventory(options, surroundings);
  const before = createFactBase(kept);
  const filter = named.filter === null ? null : factFilter(before, named.filter);
  const { run, seen, nameless } = await lookAtUpstairs(inventory, options, surroundings, rounds);
  const first = seen.filter((each) => isNamed(named.word, each, before) && keeps(filter, idOf(each)));
  const idleOf = (base: FactBase): readonly string[] =>
    [...(named.word === null ? [] : upstairsNamed(base, named.word)), ...(filter?.disks ?? [])].filter((id) =>
      keeps(filter, id),
    );
  const isKnown = first.length > 0 || idleOf(before).length > 0;
  const asked =
    isKnown && !run.interrupted
      ? await askAbout(first, before, inventory, options, surroundings, rounds)
      : null;
  const assemble = (more: readonly FactSet[]): NamedPlaces => {
    const base = createFactBase(asked === null ? kept : withLive(kept, [...asked.sets, ...more]));
    const disks = new Set([...first.map(idOf), ...idleOf(base)]);
    // The upstairs of a disk's read-only parent are the disk's too.
    const wanted = [
      ...first,
      ...seen.filter((each) => {
        const id = idOf(each);
        return !first.includes(each) && (disks.has(id) || disks.has(diskIdOf(base, id)));
      }),
    ];
    const running = new Set(wanted.map(idOf));
    const idle = [...disks].filter((id) => !running.has(id));
    const now = surroundings.now().getTime();
    const sleds = knownSleds(inventory, asked);
    const placedOf = (each: Seen): PlacedUpstairs => ({
      cells: sledCells(each.row),
      row: each.row,
      place: withStates(placeOf(base, askedOf(each.row, asked, options), sleds, now), each.row),
      own: { zone: each.row['zone'] ?? null, session: each.row['session_id'] ?? null },
    });
    let others: readonly PlacedUpstairs[] | null = null;
    const idlePlaceOf = (id: string): PlacedUpstairs => ({
      cells: { rack: null, sled: null, serial: null, cubby: null },
      row: null,
      place: placeOf(base, { upstairsId: id, session: null, replaced: null, unasked: NOT_SEEN }, sleds, now),
      own: { zone: null, session: null },
    });
    return {
      run,
      inventory,
      nameless: nameless.filter(({ zone }) => named.word !== null && zoneMatcher([named.word])(String(zone))),
      base,
      asked,
      placed: [...wanted.map(placedOf), ...idle.map(idlePlaceOf)],
      others: () => (others ??= seen.filter((each) => !wanted.includes(each)).map(placedOf)),
      with: assemble,
      nameOf: namesOf(inventory),
      now,
    };
  };
  return assemble([]);
}

function idOf({ row }: Seen): string {
  return String(row['upstairs_id']);
}

function keeps(filter: FactFilter | null, id: string): boolean {
  return filter === null || filter.keeps(id);
}

/** What runs: sessions, and what does not say which upstairs it is. */
interface Look {
  readonly run: FleetRun;
  readonly seen: readonly Seen[];
  readonly nameless: readonly Row[];
}

async function lookAtUpstairs(
  inventory: Inventory,
  options: PlaceOptions,
  surroundings: Surroundings,
  rounds: Rounds | undefined,
): Promise<Look> {
  if (options.offline === true) {
    const at = surroundings.now();
    const selection = chooseSleds(inventory, options).description;
    return {
      run: {
        selection: `${selection}, not asked`,
        startedAt: at,
        finishedAt: at,
        interrupted: false,
        outcomes: [],
      },
      seen: [],
      nameless: [],
    };
  }
  const run = await runStateProbe(checkProbe, options.window, options, surroundings, {
    inventory,
    ...(rounds === undefined ? {} : { rounds }),
  });
  const all = run.outcomes.flatMap((outcome) =>
    outcome.status === 'answered'
      ? outcome.rows.map((row) => ({ row: fleetRow(outcome.sled, row), sled: outcome.sled.id }))
      : [],
  );
  const hasId = ({ row }: Seen): boolean => typeof row['upstairs_id'] === 'string';
  const nameless = all.filter((each) => !hasId(each)).map(({ row }) => row);
  return { run, seen: all.filter(hasId), nameless };
}

/** Whether a word names the session: by the beginning of an id, its zone, or a disk that facts know by name. */
function isNamed(word: string | null, { row }: Seen, base: FactBase): boolean {
  if (word === null) return true;
  const id = String(row['upstairs_id']);
  const lower = word.toLowerCase();
  const disks = disksNamed(base, word);
  return (
    disks.includes(id) ||
    disks.includes(diskIdOf(base, id)) ||
    (/^[0-9a-f-]{6,36}$/.test(lower) && id.startsWith(lower)) ||
    zoneMatcher([word])(String(row['zone']))
  );
}

async function askAbout(
  named: readonly Seen[],
  base: FactBase,
  inventory: Inventory,
  options: PlaceOptions,
  surroundings: Surroundings,
  rounds: Rounds | undefined,
): Promise<PlacesAsked | null> {
  if (options.offline === true) return null;
  const requests = new Map(
    named
      .filter(({ row }) => options.http && String(row['zone']).startsWith('oxz_propolis-server_'))
      .map(({ row }) => {
        const { session, replaced } = askedOfRow(String(row['upstairs_id']), row);
        const before = session === null || replaced === null ? {} : { before: { session, replaced } };
        const disk = diskIdOf(base, String(row['upstairs_id']));
        const request = { zone: String(row['zone']), disk, ...before };
        return [`${request.zone}/${request.disk}`, request] as const;
      }),
  );
  return await askPlaces(
    options,
    surroundings,
    inventory,
    { requests: [...requests.values()], connections: false },
    rounds === undefined ? {} : { rounds },
  );
}

function askedOf(row: Row, asked: PlacesAsked | null, { http }: PlaceOptions): AskedUpstairs {
  const id = String(row['upstairs_id']);
  const key = `${String(row['zone'])}/${id}`;
  return {
    ...askedOfRow(id, row),
    unasked: http ? (asked?.unasked.get(key) ?? null) : { reason: 'not_asked', detail: '--no-http' },
  };
}

function withStates(place: UpstairsPlace, row: Row): UpstairsPlace {
  const [a, b, c] = place.downstairs;
  const stateOf = (index: number): string | null => {
    const state = row[`ds${index}`];
    return typeof state === 'string' ? state : null;
  };
  return {
    ...place,
    downstairs: [
      { ...a, state: stateOf(0) ?? a.state },
      { ...b, state: stateOf(1) ?? b.state },
      { ...c, state: stateOf(2) ?? c.state },
    ],
  };
}

function sledCells(row: Row): Row {
  return {
    rack: row['rack'] ?? null,
    sled: row['sled'] ?? null,
    serial: row['serial'] ?? null,
    cubby: row['cubby'] ?? null,
  };
}
