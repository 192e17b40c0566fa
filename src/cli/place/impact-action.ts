import { diskOf } from '../../facts/disk-of.ts';
import type { FactSet } from '../../facts/fact-set.ts';
import { known } from '../../facts/value.ts';
import { mergeReport, SLED_COLUMNS } from '../../fleet/merge.ts';
import { sortRows } from '../../fleet/sort-rows.ts';
import {
  byWorst,
  countsOf,
  effectCells,
  IMPACT_COLUMNS,
  isShown,
  SLED_IMPACT_COLUMNS,
  verdictCells,
} from '../../impact/impact-rows.ts';
import { VERDICTS, type Verdict, type VerdictWord } from '../../impact/verdict.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Column, Row } from '../../model/column.ts';
import { FleetError } from '../../model/error.ts';
import type { FleetReport } from '../../model/report.ts';
import type { Sled } from '../../model/sled.ts';
import { foldSleds } from '../../model/sled-fold.ts';
import { bySled } from '../../model/sled-order.ts';
import type { JudgedSubject } from '../../model/verdict.ts';
import { EXIT } from '../exit-code.ts';
import type { FleetOptions } from '../ask/fleet-run.ts';
import { openRounds } from '../ask/rounds.ts';
import type { HistoryOptions } from '../history/open-history.ts';
import { checkColumns, printReport, type OutputOptions } from '../options/output-options.ts';
import { openInventory } from '../options/selection-options.ts';
import { lookWithRepairs } from './impact-judge.ts';
import { askForImpact, lookAtStates, type ImpactLook, type ImpactLookOptions } from './impact-look.ts';
import { selectionWith, sledNamed, subjectOf, type PartOptions } from './impact-subject.ts';
import { verdictOn } from './impact-verdict.ts';
import { openFacts } from './open-facts.ts';
import type { Surroundings } from '../surroundings.ts';

export type ImpactOptions = FleetOptions & OutputOptions & HistoryOptions & ImpactLookOptions & PartOptions;

/** Says what a sled, disk or pool takes with it, or of each selected sled whether it may go; gives the exit status. */
export async function impact(
  word: string | undefined,
  given: ImpactOptions,
  surroundings: Surroundings,
): Promise<number> {
  const columns = word === undefined ? SLED_IMPACT_COLUMNS : IMPACT_COLUMNS;
  checkColumns([...SLED_COLUMNS, ...columns], given);
  const isPart = given.disk !== undefined || given.pool !== undefined;
  if (given.disk !== undefined && given.pool !== undefined)
    throw new FleetError('usage', '--disk and --pool: give one of them');
  if (word === undefined && isPart)
    throw new FleetError('usage', 'name the sled too, as in: cruc-fleet impact 3/17 --disk A0793');
  const inventory = await openInventory(given, surroundings);
  const sled = word === undefined ? null : sledNamed(word, inventory);
  const options = sled === null ? given : selectionWith(sled, given, inventory);
  const kept = await openFacts(surroundings);
  const look = await lookOnce(kept, inventory, options, surroundings);
  if (look === null) return EXIT.interrupted;
  const subjects =
    sled === null
      ? look.outcomes.map((outcome) => subjectOf(outcome.sled, {}, look.base, outcome.status === 'answered'))
      : [subjectOf(sled, options, look.base, isReached(sled, look))];
  const verdicts = subjects.map((subject) => verdictOn(subject, look, inventory));
  const [only] = verdicts;
  const rows = sled !== null && only !== undefined ? upstairsRows(only, look) : sledRows(verdicts, look);
  const report = reportOf(look, {
    columns,
    rows: options.sortBy === undefined ? rows : sortRows(rows, options.sortBy),
    what: sled !== null && only !== undefined ? `impact of ${only.ground.subject.text} on ` : '',
    headline: sled !== null && only !== undefined ? `${only.word}: ${only.text}` : headlineOf(verdicts),
    each: verdicts.map((verdict) => judged(verdict, options)),
  });
  await printReport(report, options, surroundings);
  if (report.interrupted) return EXIT.interrupted;
  return exitCodeOf(verdicts);
}

/** Both questions go over the same connections. Null where it was interrupted before the second. */
async function lookOnce(
  kept: readonly FactSet[],
  inventory: Inventory,
  options: ImpactOptions,
  surroundings: Surroundings,
): Promise<ImpactLook | null> {
  const rounds = openRounds(surroundings);
  try {
    const run = await lookAtStates(inventory, options, surroundings, { rounds });
    if (run.interrupted) return null;
    const asked = await askForImpact(run, kept, inventory, options, surroundings, { rounds });
    return await lookWithRepairs(run, asked, kept, inventory, options, surroundings);
  } finally {
    await rounds.close();
  }
}

/** One copy too few is certain, whatever else is unknown. */
function exitCodeOf(verdicts: readonly Verdict[]): number {
  if (verdicts.some(({ word }) => word === 'unsafe')) return VERDICTS.unsafe;
  return Math.max(...verdicts.map(({ word }) => VERDICTS[word]));
}

function isReached(sled: Sled, { outcomes }: ImpactLook): boolean {
  return outcomes.some((outcome) => outcome.sled.id === sled.id && outcome.status === 'answered');
}

/** A row for each upstairs that loses something, or may, or has little: the worst first. */
function upstairsRows(verdict: Verdict, { rows, base }: ImpactLook): readonly Row[] {
  return verdict.effects.toSorted(byWorst).flatMap((effect) => {
    const cells = effectCells(effect, verdict);
    if (!isShown(effect, cells)) return [];
    const row = rows.get(effect.running) ?? {};
    const id = row['upstairs_id'];
    const disk = typeof id === 'string' ? diskOf(base, id) : null;
    const own = { ...row, disk: disk && known(disk.disk), instance: disk && known(disk.instance), ...cells };
    return [cellsOf(own, IMPACT_COLUMNS)];
  });
}

function cellsOf(row: Row, columns: readonly Column[]): Row {
  return Object.fromEntries([...SLED_COLUMNS, ...columns].map(({ name }) => [name, row[name] ?? null]));
}

const ORDER: readonly VerdictWord[] = ['safe', 'wait', 'unknown', 'unsafe'];

/** A row for each sled: those that may go first. */
function sledRows(verdicts: readonly Verdict[], look: ImpactLook): readonly Row[] {
  return verdicts
    .toSorted(
      (a, b) =>
        ORDER.indexOf(a.word) - ORDER.indexOf(b.word) || bySled(a.ground.subject.sled, b.ground.subject.sled),
    )
    .map((verdict) => {
      const { sled } = verdict.ground.subject;
      return cellsOf(
        { ...sledCells(sled), ...verdictCells(verdict, isReached(sled, look)) },
        SLED_IMPACT_COLUMNS,
      );
    });
}

function sledCells({ rack, id, serial, cubby }: Sled): Row {
  return { rack, sled: id, serial, cubby };
}

/** Which sleds can go next; of several, one at a time. */
function headlineOf(verdicts: readonly Verdict[]): string {
  const of = (word: VerdictWord): readonly Verdict[] => verdicts.filter((each) => each.word === word);
  const safe = of('safe');
  const others = (['wait', 'unknown', 'unsafe'] as const)
    .map((word) => `${of(word).length} ${word}`)
    .filter((text) => !text.startsWith('0 '));
  const next =
    safe.length === 0
      ? 'no sled can go next'
      : `${safe.length} of ${verdicts.length} sleds can go next, one at a time: ${foldSleds(safe.map(({ ground }) => ground.subject.sled))}`;
  return [next, ...(others.length === 0 ? [] : [others.join(', ')])].join('; ');
}

function judged(verdict: Verdict, { disk, pool }: PartOptions): JudgedSubject {
  const { subject } = verdict.ground;
  const [id] = subject.pools ?? [];
  return {
    about: {
      ...sledCells(subject.sled),
      disk: disk ?? null,
      pool: disk === undefined && pool !== undefined ? (id ?? pool) : null,
    },
    verdict: verdict.word,
    text: verdict.text,
    counts: countsOf(verdict),
    vms: verdict.stopping.zones,
  };
}

function reportOf(
  { run, asked, outcomes }: ImpactLook,
  more: {
    readonly columns: readonly Column[];
    readonly rows: readonly Row[];
    readonly what: string;
    readonly headline: string;
    readonly each: readonly JudgedSubject[];
  },
): FleetReport {
  const own = outcomes.map((outcome) => {
    if (outcome.status === 'failed') return outcome;
    return { ...outcome, rows: more.rows.filter((row) => row['sled'] === outcome.sled.id) };
  });
  const report = mergeReport(own, {
    ...run,
    selection: `${more.what}${run.selection}`,
    finishedAt: asked.run.finishedAt,
    interrupted: run.interrupted || asked.run.interrupted,
    probe: { name: 'impact', shape: 'rows', check: () => [] },
    probeColumns: more.columns,
    filter: null,
    sortBy: [],
  });
  return {
    ...report,
    rows: more.rows,
    rowsBeforeFilter: more.rows.length,
    verdicts: { headline: more.headline, words: Object.keys(VERDICTS), each: more.each },
  };
}
