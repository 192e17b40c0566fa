import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFacts } from '../../doctor/sled-facts.ts';
import { mergeReport, SLED_COLUMNS } from '../../fleet/merge.ts';
import { sortRows } from '../../fleet/sort-rows.ts';
import { withoutComments } from '../../fleet/octal-words.ts';
import {
  DRIFT_STATES,
  driftOf,
  identityOf,
  placeWords,
  unknownSleds,
  type DriftState,
  type Known,
} from '../../import/drift.ts';
import { joinSources, nameOf } from '../../import/join.ts';
import type { Column, Row } from '../../model/column.ts';
import { FleetError } from '../../model/error.ts';
import type { Job } from '../../model/job.ts';
import { printable } from '../../model/printable.ts';
import type { Finding, FleetReport } from '../../model/report.ts';
import { EXIT, exitCodeOfReport } from '../exit-code.ts';
import { runOnFleet, type FleetOptions, type ReachedRun } from '../ask/fleet-run.ts';
import { givenSources, openSources } from './import-sources.ts';
import { checkColumns, printReport, type OutputOptions } from '../options/output-options.ts';
import { openInventory } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';

export type LiveCheckOptions = FleetOptions & OutputOptions & { readonly from?: readonly string[] };

const TIMEOUT_MS = 15_000;
const OUTPUT_BYTES = 64 * 1024;

export const DRIFT_COLUMNS: readonly Column[] = [
  { name: 'state', heading: 'STATE', kind: 'text', help: Object.keys(DRIFT_STATES).join(', '), narrow: true },
  {
    name: 'says',
    heading: 'SAYS',
    kind: 'text',
    help: 'the serial that the sled says; null where it does not tell',
    narrow: true,
  },
  { name: 'part', heading: 'PART', kind: 'text', help: 'the part number that the sled says' },
  { name: 'host_name', heading: 'HOST NAME', kind: 'text', help: 'what the sled is called' },
  { name: 'details', heading: 'DETAILS', kind: 'text', help: 'what differs, and who says so', narrow: true },
];

/** Asks each selected sled who it is, and says what differs from the inventory and from sources; gives the exit status. */
export async function checkLive(options: LiveCheckOptions, surroundings: Surroundings): Promise<number> {
  checkColumns([...SLED_COLUMNS, ...DRIFT_COLUMNS], options);
  const given = givenSources(options.from ?? [], []);
  const sources = await openSources(given, surroundings);
  const inventory = await openInventory(options, surroundings);
  const racksByUuid = new Map(
    inventory.racks.flatMap(({ id, uuid }) => (uuid === undefined ? [] : [[uuid, id] as const])),
  );
  const joined = joinSources(sources, { rack: null, racksByUuid, choices: new Map() });
  const { err } = surroundings.terminal;
  const doubts = [
    ...sources.flatMap(({ label, doubts: own }) => own.map((doubt) => `${label}: ${doubt}`)),
    ...joined.contradictions.map(
      ({ id, claims }) =>
        `${id}: ${claims.map(({ value, from }) => `${value} (${from.join(', ')})`).join(' or ')}: not compared`,
    ),
  ];
  for (const doubt of doubts) err.write(`warning: ${printable(doubt)}\n`);
  const run = await runOnFleet(options, surroundings, {
    job: await identityJob(surroundings.scriptsFolder),
    inventory,
    runTimeoutMs: TIMEOUT_MS,
    maxOutputBytes: OUTPUT_BYTES,
  });
  const known: Known = { targets: inventory.targets, sleds: sources.length === 0 ? null : joined.sleds };
  const report = driftReport(run, known, options.sortBy ?? []);
  await printReport(report, options, surroundings);
  const status = exitCodeOfReport(report);
  const states = new Set(report.rows.map(({ state }) => state));
  if (status !== EXIT.ok) return status;
  if (states.has('untold') || doubts.length > 0) return EXIT.incomplete;
  return [...states].every((state) => state === 'same' || state === 'no_serial') ? EXIT.ok : EXIT.warning;
}

/** Asks a sled who it is; its row is what `scripts/identity.sh` prints. Nothing is uploaded. */
async function identityJob(scriptsFolder: string): Promise<Job> {
  const script = await readFile(join(scriptsFolder, 'identity.sh'), 'utf8');
  return {
    what: 'identity.sh',
    bundle: null,
    payload: { script: withoutComments(script), isCounted: true, lock: null },
    mayRepeat: true,
    read: ({ stdout, stderr, exitStatus }) => {
      const row = readFacts(stdout).find((each) => each['ask'] === 'identity');
      if (row !== undefined) return { status: 'answer', rows: [row], issues: [] };
      const message = `what it printed does not say which sled it is (status ${exitStatus})`;
      return {
        status: 'failure',
        error: new FleetError('exit_status', message, { partial: { stdout, stderr } }),
      };
    },
  };
}

/** A row a sled that answered, and one for each that sources know and the inventory does not. */
function driftReport(run: ReachedRun, known: Known, sortBy: readonly string[]): FleetReport {
  const order = sortBy.length === 0 ? ['rack', 'cubby', 'sled'] : sortBy;
  const outcomes = run.outcomes.map((outcome, index) => {
    const target = run.targets[index];
    if (outcome.status === 'failed' || target === undefined) return outcome;
    const identity = identityOf(outcome.rows[0] ?? {});
    const { state, details } = driftOf(target, identity, known);
    return {
      ...outcome,
      rows: [
        driftRow(state, details, {
          says: identity.serial,
          part: identity.part,
          host_name: identity.hostName,
        }),
      ],
    };
  });
  const report = mergeReport(outcomes, {
    ...run,
    probe: { name: 'inventory-check', shape: 'rows', check: () => [] },
    probeColumns: DRIFT_COLUMNS,
    filter: null,
    sortBy: order,
  });
  const racks = new Set(run.targets.map(({ sled }) => sled.rack));
  const unknown = unknownSleds(known)
    .filter(({ rack }) => rack === null || racks.has(rack.value))
    .map((sled): Row => ({
      // A rack that nobody tells is not guessed.
      rack: sled.rack?.value ?? '?',
      sled: `${sled.rack?.value ?? '?'}/${nameOf(sled)}`,
      serial: sled.serial?.value ?? null,
      cubby: sled.cubby?.value ?? null,
      ...driftRow('not_in_inventory', placeWords(sled), { says: null, part: sled.part, host_name: null }),
    }));
  const rows = sortRows([...report.rows, ...unknown], order);
  return {
    ...report,
    rows,
    rowsBeforeFilter: rows.length,
    findings: [...report.findings, ...rows.flatMap(findingOf)],
  };
}

function driftRow(state: DriftState, details: readonly string[], said: Row): Row {
  return { state, ...said, details: details.length === 0 ? null : details.join('; ') };
}

function findingOf(row: Row): readonly Finding[] {
  const state = String(row['state']);
  if (state === 'same' || state === 'no_serial' || state === 'untold') return [];
  const details = row['details'] === null ? '' : `: ${String(row['details'])}`;
  return [
    {
      rule: state === 'other_sled' ? 'other_sled' : 'inventory_differs',
      severity: 'warning',
      message: `${String(row['sled'])}: ${meaningOf(state)}${details}`,
      rack: String(row['rack']),
      sled: String(row['sled']),
      zone: null,
      pid: null,
      upstairsId: null,
      sessionId: null,
    },
  ];
}

function meaningOf(state: string): string {
  const meanings: Readonly<Record<string, string>> = DRIFT_STATES;
  return meanings[state] ?? state;
}
