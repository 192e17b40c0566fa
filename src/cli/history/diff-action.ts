import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { checkProbe } from '../../check/check-probe.ts';
import { momentText } from '../../drawing/moment.ts';
import { readRecording, recordedOutcomes } from '../../fleet/recording-reader.ts';
import { LOOK_MS } from '../../history/chronicle.ts';
import { difference } from '../../history/difference.ts';
import {
  DIFFERENCE_COLUMNS,
  differenceReport,
  hasChanged,
  isWhole,
  type Named,
} from '../../history/difference-report.ts';
import { readLines } from '../../history/history-file.ts';
import { picturesAt } from '../../history/moments.ts';
import { pictureOf } from '../../history/picture.ts';
import { pictureOfReport } from '../../history/report-picture.ts';
import { readReport } from '../../reports/read-report.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { readTime } from '../../model/time-words.ts';
import { STATE_PROBES } from '../../probes/index.ts';
import { EXIT } from '../exit-code.ts';
import { requireHistory } from './history-action.ts';
import { inventoryIfThere, openHistory, type HistoryOptions } from './open-history.ts';
import { checkColumns, printReport, type OutputOptions } from '../options/output-options.ts';
import { stateSettings } from '../ask/state-run.ts';
import type { Surroundings } from '../surroundings.ts';

export type DiffOptions = HistoryOptions & OutputOptions & { readonly maxAge?: number };

/** One side, and what its rows were filtered by. */
interface Side extends Named {
  readonly filter: string | null;
  /** Null of a time: the history holds what every run selected. */
  readonly selection: string | null;
}

/** The probes whose answers hold states. */
const COMPARED = [...STATE_PROBES, checkProbe];

/** Compares two sides, prints what changed, and gives the exit status. */
export async function diff(
  a: string,
  b: string,
  options: DiffOptions,
  surroundings: Surroundings,
): Promise<number> {
  checkColumns(DIFFERENCE_COLUMNS, options);
  const now = surroundings.now().getTime();
  const read = [readTime(a, now), readTime(b, now)];
  const times = read.flatMap((each) => ('ms' in each ? [each.ms] : []));
  const pictures = times.length === 0 ? [] : await historyAt(times, options, surroundings);
  const sides: Side[] = [];
  for (const [n, text] of [a, b].entries()) {
    const each = read[n];
    if (each === undefined || 'problem' in each) {
      sides.push(await sideOfPath(text, each?.problem ?? '', surroundings));
      continue;
    }
    const found = pictures.shift();
    if (found === undefined || found === null)
      throw new FleetError('state', `the history has no run before ${text} (${momentText(each.ms)})`);
    const name = `${text} (run of ${momentText(found.run.at)})`;
    sides.push({ picture: found.picture, name, filter: null, selection: null });
  }
  const [before, after] = sides;
  if (before === undefined || after === undefined) throw new Error('a comparison has two sides');
  const comparison = difference(
    { picture: before.picture, isFiltered: before.filter !== null },
    { picture: after.picture, isFiltered: after.filter !== null },
  );
  const report = differenceReport(comparison, before, after);
  await printReport(report, { ...options, sortBy: [] }, surroundings);
  if (options.quiet !== true)
    for (const note of notesOn(before, after, comparison))
      surroundings.terminal.err.write(`warning: ${printable(note)}\n`);
  if (!isWhole(comparison, before.picture, after.picture)) return EXIT.incomplete;
  return hasChanged(comparison) ? EXIT.warning : EXIT.ok;
}

async function historyAt(times: readonly number[], options: DiffOptions, surroundings: Surroundings) {
  const { path } = await openHistory(options, await inventoryIfThere(options, surroundings), surroundings);
  await requireHistory(path);
  return [...(await picturesAt(() => readLines(path), times, options.maxAge ?? LOOK_MS))];
}

/** A recording or a report. Rejects with `usage` for what is neither. */
async function sideOfPath(text: string, problem: string, { cwd }: Surroundings): Promise<Side> {
  const path = resolve(cwd, text);
  const found = await stat(path).catch(() => null);
  if (found === null) throw new FleetError('usage', `${problem}; there is no file or folder ${path} either`);
  return found.isDirectory() ? await sideOfRecording(text, path) : await sideOfReport(text, path);
}

async function sideOfRecording(name: string, path: string): Promise<Side> {
  const recording = await readRecording(path);
  const probe = COMPARED.find((each) => each.name === recording.facts.probe);
  if (probe === undefined) {
    const names = COMPARED.map((each) => each.name).join(' or ');
    throw new FleetError(
      'usage',
      `${name} is a recording of ${recording.facts.probe}, which has no states; give one of ${names}`,
    );
  }
  const { seconds } = recording.facts.settings;
  const settings = stateSettings(typeof seconds === 'number' ? seconds : 0);
  const outcomes = recordedOutcomes(recording, (result) => probe.read(result, settings));
  const { startedAt, selection } = recording.facts;
  const picture = pictureOf({ outcomes, startedAt, finishedAt: recording.finishedAt });
  // A recording holds all that the sleds gave, whatever was shown of it.
  return { picture, name, filter: null, selection };
}

async function sideOfReport(name: string, path: string): Promise<Side> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new FleetError('usage', `${name} cannot be read`, { cause });
  });
  const report = readReport(text, name);
  return { picture: pictureOfReport(report), name, filter: report.filter, selection: report.selection };
}

function notesOn(
  before: Side,
  after: Side,
  { apart, leftOut, sleds }: ReturnType<typeof difference>,
): readonly string[] {
  const filters = [before, after].flatMap(({ name, filter }) =>
    filter === null ? [] : [`${name} (${filter})`],
  );
  const selections =
    before.selection === after.selection || before.selection === null || after.selection === null
      ? ''
      : `: ${before.name} is of ${before.selection}, ${after.name} of ${after.selection}`;
  return [
    ...(filters.length === 0
      ? []
      : [
          `filtered: ${filters.join(', ')}; only what is on both sides is compared, and ${leftOut} sessions are left out`,
        ]),
    ...(apart.length === 0
      ? []
      : [
          `${apart.length} sleds are on one side only, and are not compared: ${apart.slice(0, 8).join(', ')}${apart.length > 8 ? ', …' : ''}${selections}`,
        ]),
    ...(sleds.length > 0 ? [] : ['no sled is on both sides: nothing could be compared']),
  ];
}
