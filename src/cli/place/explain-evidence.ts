import type { Copy, Evidence, PoolSeen, ServiceSeen, Shared } from '../../explain/evidence.ts';
import type { FactBase } from '../../facts/fact-base.ts';
import type { Three } from '../../facts/fact.ts';
import { placeOfRow } from '../../facts/join-rows.ts';
import { ageText } from '../../facts/age.ts';
import { known } from '../../facts/value.ts';
import { endpointIn } from '../../facts/values.ts';
import type { DownstairsPlace } from '../../facts/place.ts';
import type { Row } from '../../model/column.ts';
import { describeError, type ErrorCode } from '../../model/error.ts';
import { asHealth, roleOf, sessionHealth } from '../../model/health.ts';
import { onOneLine } from '../../model/printable.ts';
import { hasExited, isOldIn, unreadableIn } from '../../model/row-note.ts';
import { heardOf, logOf } from './explain-ask.ts';
import { lifeOf, movedIn, sinceOf, type Past } from './explain-history.ts';
import { lostOf } from './explain-questions.ts';
import type { Told } from './explain-told.ts';
import type { ExplainOptions } from './explain-options.ts';
import { repairOutlooks } from './impact-repairs.ts';
import { knownSleds, shortNamesOf } from './known-sleds.ts';
import type { NamedPlaces, PlacedUpstairs } from './named-places.ts';

/** Everything that was read of one upstairs. */
export function evidenceOf(
  upstairs: PlacedUpstairs,
  named: NamedPlaces,
  told: Told,
  past: Past,
  options: Pick<ExplainOptions, 'trace' | 'offline'>,
): Evidence {
  const { row, cells, place, own } = upstairs;
  const { inventory, base, asked, now } = named;
  const shortName = shortNamesOf(inventory);
  const failed = failuresOf(named, told);
  const unreached = unreachedOf(named);
  const ids = new Map(
    inventory.targets.flatMap(({ sled }) => (sled.serial === null ? [] : [[sled.serial, sled.id] as const])),
  );
  const life = past.chronicle === null ? null : lifeOf(past.chronicle, upstairs);
  const others = lostOf(upstairs).length === 0 ? [] : named.others();
  const copyOf = (copy: DownstairsPlace): Copy => {
    const serial = known(copy.sled);
    const sledId = serial === null ? null : (ids.get(serial) ?? null);
    const sled = serial === null ? null : shortName(serial);
    return {
      index: copy.index,
      state: copy.state,
      role: copy.state === null ? null : roleOf(copy.state),
      place: copy,
      sled,
      unreached: sledId === null ? null : (unreached.get(sledId) ?? null),
      service: serviceOf(copy, base, sled, now),
      pool: poolOf(copy, base, sled, now),
      log: logOf(copy, told, options),
      heard: heardOf(upstairs, copy.index, told, options),
      since: life === null || copy.state === null ? null : sinceOf(life, copy.index, copy.state),
      shared: copy.state !== null && roleOf(copy.state) === 'lost' ? sharedOf(copy, others, sled) : null,
      replaced: numberIn(row, `replaced_${copy.index}`),
    };
  };
  const [a, b, c] = place.downstairs;
  const copies: Three<Copy> = [copyOf(a), copyOf(b), copyOf(c)];
  const sledOfRow = inventory.targets.find(({ sled }) => sled.id === cells['sled'])?.sled;
  const repairs =
    row === null || sledOfRow === undefined
      ? []
      : repairOutlooks(row, sledOfRow, {
          chronicle: past.chronicle,
          placeOf: (each) => placeOfRow(base, each, knownSleds(inventory, asked), now),
          at: named.run.startedAt.getTime(),
        });
  return {
    now,
    place,
    notSeen:
      row !== null
        ? null
        : options.offline === true
          ? 'nobody was asked (--offline)'
          : 'no VM that runs it was seen',
    runsIn:
      row === null
        ? null
        : {
            sled: sledNameOf(cells),
            zone: String(row['zone']),
            pid: numberIn(row, 'pid'),
            session: typeof own.session === 'string' ? own.session : null,
            health: healthOf(row),
            note: noteOf(row),
          },
    copies,
    moved: life === null ? [] : movedIn(life),
    noHistory:
      past.why ?? (past.chronicle !== null && life === null ? 'the history has not seen this session' : null),
    repairs: repairs.map(({ downstairs, eta }) => {
      const what =
        downstairs === null ? 'reconciliation of all three' : `live repair of downstairs ${downstairs}`;
      return `${what}, ${eta === null ? 'time left not known' : `about ${eta} left`}`;
    }),
    othersUnplaced: others
      .flatMap(lostOf)
      .filter(({ pool, sled }) => known(pool) === null && known(sled) === null).length,
    unread: [
      ...[...failed].map(([sled, why]) => `what ${sled} would have told: ${why}`),
      ...(options.offline === true ? [] : place.downstairs.flatMap((copy) => unaskedText(copy, named, ids))),
    ],
  };
}

/** That a copy is on a sled that this run did not ask. */
function unaskedText(
  { index, sled, state }: DownstairsPlace,
  { run, nameOf }: NamedPlaces,
  ids: ReadonlyMap<string, string>,
): readonly string[] {
  const serial = known(sled);
  if (serial === null || state === null || roleOf(state) === 'serves') return [];
  const id = ids.get(serial);
  const what = `what ${nameOf(serial)} would tell of downstairs ${index}`;
  if (id === undefined) return [`${what}: it is not in the inventory`];
  return run.outcomes.some((outcome) => outcome.sled.id === id)
    ? []
    : [`${what}: it is not among the selected sleds`];
}

/** Why each sled that was asked did not tell all, by its id. */
function failuresOf({ run, asked }: NamedPlaces, told: Told): ReadonlyMap<string, string> {
  const later = told.answers.flatMap(({ sled, failure }) =>
    failure === null ? [] : [[sled, failure] as const],
  );
  // What failed first says why: it was not tried again in vain, or failed for the same reason.
  const failed = [...(asked?.run.outcomes ?? []), ...run.outcomes].flatMap((outcome) =>
    outcome.status === 'failed' ? [[outcome.sled.id, onOneLine(describeError(outcome.error))] as const] : [],
  );
  return new Map([...later, ...failed]);
}

/** What says that a sled itself, and not a gateway or a key, keeps us from it. */
const UNREACHED: readonly ErrorCode[] = ['timeout', 'refused', 'unreachable'];

/** Why each sled could not be reached, by its id. */
function unreachedOf({ run, asked }: NamedPlaces): ReadonlyMap<string, string> {
  return new Map(
    [...run.outcomes, ...(asked?.run.outcomes ?? [])].flatMap((outcome) =>
      outcome.status === 'failed' && outcome.stage === 'connect' && UNREACHED.includes(outcome.error.code)
        ? [[outcome.sled.id, onOneLine(describeError(outcome.error))] as const]
        : [],
    ),
  );
}

function sledNameOf({ rack, cubby, sled }: Row): string {
  return cubby === null || cubby === undefined ? String(sled) : `${String(rack)}/${String(cubby)}`;
}

function healthOf(row: Row): string | null {
  const { ds0, ds1, ds2, health } = row;
  if (typeof ds0 === 'string' && typeof ds1 === 'string' && typeof ds2 === 'string')
    return sessionHealth([ds0, ds1, ds2]);
  return asHealth(health);
}

function noteOf(row: Row): string | null {
  const unreadable = unreadableIn(row);
  if (unreadable !== null) return `what it reports: it could not be read: ${onOneLine(unreadable)}`;
  if (hasExited(row)) return 'how it went on: its process ended while it was watched';
  return isOldIn(row) ? 'its states now: its last report is old' : null;
}

function numberIn(row: Row | null, name: string): number | null {
  const value = row?.[name];
  return typeof value === 'number' ? value : null;
}

/** The service of its region by the word of this run's own answers alone: an older state is not its state. */
function serviceOf(
  { region, address }: DownstairsPlace,
  base: FactBase,
  sled: string | null,
  now: number,
): ServiceSeen | null {
  const id = known(region);
  const endpoint = endpointIn(known(address) ?? '');
  if (id === null || endpoint === null) return null;
  const own = base
    .by('service', 'region', id)
    .filter(({ fact, origin }) => origin.isNow && fact.snapshot === null && fact.address === endpoint.host);
  const [first] = own;
  if (first === undefined || own.length > 1) return null;
  const { state, since, zone } = first.fact;
  return {
    state,
    since,
    zone,
    fmri: `svc:/oxide/crucible/downstairs:downstairs-${id}`,
    source: `SMF of ${sled ?? first.fact.sled}, ${ageText(first.origin, now)}`,
  };
}

function poolOf(
  { pool }: DownstairsPlace,
  base: FactBase,
  sled: string | null,
  now: number,
): PoolSeen | null {
  const id = known(pool);
  const [told] = base.by('own_pool', 'pool', id ?? '').filter(({ origin }) => origin.isNow);
  if (id === null || told === undefined || told.fact.health === null) return null;
  return {
    pool: id,
    health: told.fact.health,
    source: `zpool of ${sled ?? told.fact.sled}, ${ageText(told.origin, now)}`,
  };
}

/** Sick downstairs of others on the same pool; where its pool is not known, on the same sled. */
function sharedOf(
  { pool, sled, physicalDisk }: DownstairsPlace,
  others: readonly PlacedUpstairs[],
  sledName: string | null,
): Shared | null {
  const [ownPool, ownSled] = [known(pool), known(sled)];
  if (ownPool === null && ownSled === null) return null;
  const disk = known(physicalDisk);
  const name = [
    ...(sledName === null ? [] : [sledName]),
    ...(ownPool === null ? [] : [`pool oxp_${ownPool}`]),
    ...(disk === null ? [] : [`(disk ${disk})`]),
  ].join(' ');
  const isSame = (other: DownstairsPlace): boolean =>
    ownPool === null ? known(other.sled) === ownSled : known(other.pool) === ownPool;
  return {
    name,
    others: others.flatMap((other) =>
      lostOf(other)
        .filter(isSame)
        .map(
          ({ index, state }) => `upstairs ${other.place.upstairsId} downstairs ${index} (${state ?? '?'})`,
        ),
    ),
  };
}
