import { checkProbe } from '../../check/check-probe.ts';
import { createFactBase } from '../../facts/fact-base.ts';
import type { FactSet } from '../../facts/fact-set.ts';
import { disksNamed, upstairsNamed } from '../../facts/find-upstairs.ts';
import { placeOf } from '../../facts/join.ts';
import { diskIdOf } from '../../facts/disk-of.ts';
import { isPlaced, PLACE_COLUMNS, placeRows } from '../../facts/place-rows.ts';
import type { UpstairsPlace } from '../../facts/place.ts';
import { askedOfRow, type AskedUpstairs } from '../../facts/target-of.ts';
import { fleetRow, mergeReport, SLED_COLUMNS } from '../../fleet/merge.ts';
import { sortRows } from '../../fleet/sort-rows.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Row } from '../../model/column.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { isComplete, type FleetReport, type SledOutcome } from '../../model/report.ts';
import { askPlaces, bothAnswers, withLive, type PlacesAsked } from './ask-places.ts';
import { EXIT, exitCodeOfReport } from '../exit-code.ts';
import { zoneMatcher } from '../options/filters.ts';
import type { FleetOptions, FleetRun } from '../ask/fleet-run.ts';
import { knownSleds, namesOf } from './known-sleds.ts';
import { openFacts } from './open-facts.ts';
import { checkColumns, printReport, type OutputOptions } from '../options/output-options.ts';
import { chooseSleds, openInventory } from '../options/selection-options.ts';
import { runStateProbe } from '../ask/state-run.ts';
import type { Surroundings } from '../surroundings.ts';

export type WhereOptions = FleetOptions &
  OutputOptions & {
    readonly ds?: number;
    readonly http: boolean;
    readonly offline?: boolean;
    readonly window: number;
  };

/** A session that was seen, with its sled's cells. */
interface Seen {
  readonly row: Row;
  readonly sled: string;
}

/** Says where each downstairs is of what a word names; gives the exit status. */
export async function where(
  word: string,
  options: WhereOptions,
  surroundings: Surroundings,
): Promise<number> {
  checkColumns([...SLED_COLUMNS, ...PLACE_COLUMNS], options);
  const kept = await openFacts(surroundings);
  const inventory = await openInventory(options, surroundings);
  const { run, seen } = await lookAtUpstairs(inventory, options, surroundings);
  const named = namedSessions(word, seen, kept);
  const isKnown = named.length > 0 || upstairsNamed(createFactBase(kept), word).length > 0;
  const asked =
    isKnown && !run.interrupted ? await askAbout(named, kept, inventory, options, surroundings) : null;
  const sets = asked === null ? kept : withLive(kept, asked.sets);
  const base = createFactBase(sets);
  const disks = new Set([
    ...named.map(({ row }) => String(row['upstairs_id'])),
    ...upstairsNamed(base, word),
  ]);
  // The upstairs of a disk's read-only parent are the disk's too.
  const wanted = [
    ...named,
    ...seen.filter((each) => {
      const id = String(each.row['upstairs_id']);
      return !named.includes(each) && (disks.has(id) || disks.has(diskIdOf(base, id)));
    }),
  ];
  const running = new Set(wanted.map(({ row }) => String(row['upstairs_id'])));
  const idle = [...disks].filter((id) => !running.has(id));
  const now = surroundings.now().getTime();
  const sleds = knownSleds(inventory, asked);
  const nameOf = namesOf(inventory);
  const placed = [
    ...wanted.map((each) => ({
      cells: sledCells(each.row),
      place: withStates(placeOf(base, askedOf(each.row, asked, options), sleds, now), each.row),
      own: { zone: each.row['zone'] ?? null, session: each.row['session_id'] ?? null },
    })),
    ...idle.map((id) => ({
      cells: { rack: null, sled: null, serial: null, cubby: null },
      place: placeOf(base, { upstairsId: id, session: null, replaced: null, unasked: NOT_SEEN }, sleds, now),
      own: { zone: null, session: null },
    })),
  ];
  const rows = placed.flatMap(({ cells, place, own }) =>
    placeRows(place, own, nameOf, now)
      .filter(({ index }) => options.ds === undefined || index === options.ds)
      .map((row) => ({ ...cells, ...row })),
  );
  const report = whereReport(run, asked, rows, options.sortBy ?? []);
  if (rows.length === 0) sayNothingFound(word, report, options, surroundings);
  await printReport(report, options, surroundings);
  const status = exitCodeOfReport(report);
  const chosen = placed.flatMap(({ place }) =>
    place.downstairs.filter(({ index }) => options.ds === undefined || index === options.ds),
  );
  return status === EXIT.ok && !(chosen.length > 0 && chosen.every(isPlaced)) ? EXIT.incomplete : status;
}

const NOT_SEEN = { reason: 'not_asked', detail: 'no VM that runs it was seen' } as const;

async function lookAtUpstairs(
  inventory: Inventory,
  options: WhereOptions,
  surroundings: Surroundings,
): Promise<{ readonly run: FleetRun; readonly seen: readonly Seen[] }> {
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
    };
  }
  const run = await runStateProbe(checkProbe, options.window, options, surroundings, { inventory });
  const seen = run.outcomes.flatMap((outcome) =>
    outcome.status === 'answered'
      ? outcome.rows
          .filter((row) => typeof row['upstairs_id'] === 'string')
          .map((row) => ({ row: fleetRow(outcome.sled, row), sled: outcome.sled.id }))
      : [],
  );
  return { run, seen };
}

/** The sessions that a word names: by the beginning of an id, a zone, or a disk that facts know by name. */
function namedSessions(word: string, seen: readonly Seen[], kept: readonly FactSet[]): readonly Seen[] {
  const base = createFactBase(kept);
  const disks = new Set(disksNamed(base, word));
  const lower = word.toLowerCase();
  const isId = /^[0-9a-f-]{6,36}$/.test(lower);
  const isZone = zoneMatcher([word]);
  return seen.filter(({ row }) => {
    const id = String(row['upstairs_id']);
    return (
      disks.has(id) ||
      disks.has(diskIdOf(base, id)) ||
      (isId && id.startsWith(lower)) ||
      isZone(String(row['zone']))
    );
  });
}

async function askAbout(
  named: readonly Seen[],
  kept: readonly FactSet[],
  inventory: Inventory,
  options: WhereOptions,
  surroundings: Surroundings,
): Promise<PlacesAsked | null> {
  if (options.offline === true) return null;
  const base = createFactBase(kept);
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
  return await askPlaces(options, surroundings, inventory, {
    requests: [...requests.values()],
    connections: false,
  });
}

function askedOf(row: Row, asked: PlacesAsked | null, { http }: WhereOptions): AskedUpstairs {
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

/** Every sled once, with what was wrong with either of its two answers. */
function whereReport(
  run: FleetRun,
  asked: PlacesAsked | null,
  rows: readonly Row[],
  sortBy: readonly string[],
): FleetReport {
  const outcomes = bothAnswers(run.outcomes, asked).map((outcome): SledOutcome =>
    outcome.status === 'failed' ? outcome : { ...outcome, rows: [] },
  );
  const report = mergeReport(outcomes, {
    ...run,
    finishedAt: asked?.run.finishedAt ?? run.finishedAt,
    interrupted: run.interrupted || asked?.run.interrupted === true,
    probe: { name: 'where', shape: 'rows', check: () => [] },
    probeColumns: PLACE_COLUMNS,
    filter: null,
    sortBy: [],
  });
  return {
    ...report,
    rows: sortBy.length === 0 ? rows : sortRows(rows, sortBy),
    rowsBeforeFilter: rows.length,
  };
}

/** Throws `usage` where every sled was heard; where one was not, what was named may be there. */
function sayNothingFound(
  word: string,
  report: FleetReport,
  { offline }: WhereOptions,
  { terminal }: Surroundings,
): void {
  const shown = printable(word);
  if (offline === true) {
    throw new FleetError(
      'usage',
      `${shown}: no kept fact names such an upstairs, zone or disk; facts list shows what is kept`,
    );
  }
  if (!isComplete(report)) {
    terminal.err.write(`${shown} was not found, and may be on a sled that did not answer in full\n`);
    return;
  }
  throw new FleetError(
    'usage',
    `${shown}: no upstairs or zone is called so on the selected sleds, and no kept fact names such a disk; ` +
      'names of disks are known once omdb db disks list, or JSON of the API, was given to facts import',
  );
}
