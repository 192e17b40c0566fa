import { checkProbe } from '../../check/check-probe.ts';
import { ageText } from '../../facts/age.ts';
import { diskIdOf } from '../../facts/disk-of.ts';
import { createFactBase, type FactBase } from '../../facts/fact-base.ts';
import { INDICES } from '../../facts/fact.ts';
import type { FactSet } from '../../facts/fact-set.ts';
import { askedOfRow, targetOf } from '../../facts/target-of.ts';
import { trustOrder, UNKNOWN_REASONS, type Value } from '../../facts/value.ts';
import { endpointIn, networkOf } from '../../facts/values.ts';
import { fleetRow } from '../../fleet/merge.ts';
import type { Copies, RepairOutlook, Running } from '../../impact/running.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Row } from '../../model/column.ts';
import { roleOf } from '../../model/health.ts';
import type { SledOutcome } from '../../model/report.ts';
import { hasExited, isOldIn, unreadableIn } from '../../model/row-note.ts';
import { shortZone } from '../../model/zone-name.ts';
import type { FleetOptions, FleetRun, FleetRunSettings } from '../ask/fleet-run.ts';
import { runStateProbe } from '../ask/state-run.ts';
import { askPlaces, bothAnswers, withLive, type PlacesAsked } from './ask-places.ts';
import type { Surroundings } from '../surroundings.ts';

/** The options that say what a look for impact asks, and what it believes. */
export interface ImpactLookOptions {
  readonly http: boolean;
  /** Milliseconds. */
  readonly trustFacts?: number;
  readonly window: number;
}

type RoundSettings = Pick<FleetRunSettings, 'rounds' | 'ownDrawing'>;

/** Everything that a verdict needs, of one look. */
export interface ImpactLook {
  readonly run: FleetRun;
  readonly asked: PlacesAsked;
  /** Every sled once. */
  readonly outcomes: readonly SledOutcome[];
  readonly running: readonly Running[];
  /** The row of each, with its sled's cells. */
  readonly rows: ReadonlyMap<Running, Row>;
  /** What is kept and what was asked. */
  readonly base: FactBase;
}

export async function lookAtStates(
  inventory: Inventory,
  options: FleetOptions & ImpactLookOptions,
  surroundings: Surroundings,
  more: RoundSettings = {},
): Promise<FleetRun> {
  return await runStateProbe(checkProbe, options.window, options, surroundings, { inventory, ...more });
}

/** Asks the VMs of all upstairs of a run what these talk to, and all sleds for their regions. */
export async function askForImpact(
  run: FleetRun,
  kept: readonly FactSet[],
  inventory: Inventory,
  options: FleetOptions & ImpactLookOptions,
  surroundings: Surroundings,
  more: RoundSettings = {},
): Promise<PlacesAsked> {
  const base = createFactBase(kept);
  const named = rowsOf(run).flatMap(({ row, sled }) => {
    const id = row['upstairs_id'];
    if (typeof id !== 'string') return [];
    const { session, replaced } = askedOfRow(id, row);
    const before = session === null || replaced === null ? {} : { before: { session, replaced } };
    return [{ zone: String(row['zone']), disk: diskIdOf(base, id), sled, ...before }];
  });
  const isAsked = ({ zone }: { readonly zone: string }): boolean => options.http && isVm(zone);
  const requests = new Map(
    named.filter(isAsked).map((each) => [`${each.sled} ${each.zone}/${each.disk}`, each]),
  );
  const peers = new Map(
    named
      .filter((each) => !isAsked(each))
      .map(({ zone, sled }) => [`${sled} ${zone}`, { zone, sled }] as const),
  );
  return await askPlaces(
    options,
    surroundings,
    inventory,
    { requests: [...requests.values()], connections: true, peers: [...peers.values()] },
    more,
  );
}

/** What repairs a row's session runs, and how long they still take. */
export type RepairsOf = (row: Row, sledId: string) => readonly RepairOutlook[];

/** Puts together what states and places tell. */
export function impactLook(
  run: FleetRun,
  asked: PlacesAsked,
  kept: readonly FactSet[],
  options: ImpactLookOptions,
  now: number,
  repairsOf: RepairsOf = () => [],
): ImpactLook {
  const base = createFactBase(withLive(kept, asked.sets));
  const { trustFacts } = options;
  const trusted = kept.filter(
    ({ asOf }) => trustFacts !== undefined && asOf !== null && Math.abs(now - asOf) <= trustFacts,
  );
  const believed = createFactBase(withLive(trusted, asked.sets));
  const seen = rowsOf(run);
  const rows = new Map<Running, Row>();
  for (const { row, sled } of seen) {
    const id = typeof row['upstairs_id'] === 'string' ? row['upstairs_id'] : null;
    const zone = String(row['zone']);
    const process = `${shortZone(zone)} on ${sled}`;
    const running: Running = {
      name: id === null ? process : id.slice(0, 8),
      identity: id ?? `${sled} ${zone} ${String(row['pid'])}`,
      sled,
      zone,
      states: statesIn(row),
      doubt: doubtIn(row),
      copies:
        id === null
          ? { unknown: 'it did not report' }
          : copiesOf(id, row, { believed, base, asked, options, now }),
      talksTo: talksTo(sled, zone, seen, asked),
      repairs: repairsOf(row, sled),
    };
    rows.set(running, row);
  }
  return { run, asked, outcomes: bothAnswers(run.outcomes, asked), running: [...rows.keys()], rows, base };
}

function isVm(zone: string): boolean {
  return zone.startsWith('oxz_propolis-server_');
}

interface SeenRow {
  readonly row: Row;
  /** The sled's id. */
  readonly sled: string;
}

/** A process that ended within the window has no upstairs any more. */
export function rowsOf(run: FleetRun): readonly SeenRow[] {
  return run.outcomes.flatMap((outcome) =>
    outcome.status === 'failed'
      ? []
      : outcome.rows
          .filter((row) => !hasExited(row))
          .map((row) => ({ row: fleetRow(outcome.sled, row), sled: outcome.sled.id })),
  );
}

function statesIn({ ds0, ds1, ds2 }: Row): Running['states'] {
  return typeof ds0 === 'string' && typeof ds1 === 'string' && typeof ds2 === 'string'
    ? [ds0, ds1, ds2]
    : null;
}

function doubtIn(row: Row): string | null {
  const unreadable = unreadableIn(row);
  if (unreadable !== null) return `its report could not be read: ${unreadable}`;
  if (statesIn(row) === null) return 'it did not report';
  return isOldIn(row) ? 'its last report is old' : null;
}

interface Sources {
  /** What this run asked, and what of the kept is trusted. */
  readonly believed: FactBase;
  /** All that is kept too. */
  readonly base: FactBase;
  readonly asked: PlacesAsked;
  readonly options: ImpactLookOptions;
  readonly now: number;
}

function copiesOf(id: string, row: Row, { believed, base, asked, options, now }: Sources): Copies {
  const zone = String(row['zone']);
  const unasked = !isVm(zone)
    ? ({ reason: 'not_asked', detail: 'a pantry is not asked' } as const)
    : options.http
      ? (asked.unasked.get(`${zone}/${id}`) ?? null)
      : ({ reason: 'not_asked', detail: '--no-http' } as const);
  const upstairs = { ...askedOfRow(id, row), unasked };
  const values = INDICES.map((index) => targetOf(believed, upstairs, index, now));
  const unknown = values.find((value) => 'unknown' in value);
  const [a, b, c] = values.map((value) => ('value' in value ? endpointIn(value.value) : null));
  if (a && b && c) return { endpoints: [a, b, c], trusted: trustedAge(values, now) };
  const isExported = INDICES.every((index) => 'value' in targetOf(base, upstairs, index, now));
  const why = unknown !== undefined && 'unknown' in unknown ? unknown : null;
  const detail = why === null ? 'its address cannot be read' : (why.detail ?? UNKNOWN_REASONS[why.unknown]);
  return {
    unknown: isExported ? `${detail}; kept facts know it, and are not trusted without --trust-facts` : detail,
  };
}

/** Of values that an export alone tells, the age of the oldest. */
function trustedAge(values: readonly Value<string>[], now: number): string | null {
  const origins = values.flatMap((value) => ('value' in value ? value.from.slice(0, 1) : []));
  const [oldest] = origins.filter(({ isNow }) => !isNow).toSorted((a, b) => trustOrder(b, a));
  return oldest === undefined ? null : ageText(oldest, now);
}

/**
 * The networks that a zone has connections to, where these are all of its upstairs' copies: every copy is in use, and
 * there are three connections for each upstairs, no more and no fewer.
 */
function talksTo(
  sled: string,
  zone: string,
  seen: readonly SeenRow[],
  { peers }: PlacesAsked,
): ReadonlySet<string> | null {
  const hosts = peers.get(`${sled} ${zone}`);
  if (hosts === undefined) return null;
  const own = seen.filter((each) => each.sled === sled && each.row['zone'] === zone);
  const isWhole = own.every(
    ({ row }) => doubtIn(row) === null && statesIn(row)?.every((state) => roleOf(state) !== 'lost') === true,
  );
  if (!isWhole || hosts.length !== own.length * 3) return null;
  return new Set(hosts.flatMap((host) => networkOf(host) ?? []));
}
