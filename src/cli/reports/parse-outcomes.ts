import { FleetError, type ErrorCode } from '../../model/error.ts';
import type { Distribution } from '../../model/histogram.ts';
import type { Row } from '../../model/column.ts';
import type { Issue } from '../../model/issue.ts';
import { printable } from '../../model/printable.ts';
import type { ProbeSpec } from '../../model/probe.ts';
import type { AnsweredOutcome, SledOutcome } from '../../model/report.ts';
import type { Sled } from '../../model/sled.ts';
import type { Stage } from '../../model/stage.ts';
import { boundedIssues, createIssueLog } from '../../parse/lines.ts';
import { quoteLine } from '../../parse/quote-line.ts';
import type { Pasted, PasteSettings } from '../../pasted/paste.ts';
import type { Piece } from '../../pasted/piece.ts';
import { outcomeOfMarked } from './marked-outcome.ts';
import { PROBES } from '../../probes/index.ts';
import { readPasted } from '../../pasted/read-pasted.ts';

/** What became of the sleds of a paste. */
export interface PastedOutcomes {
  readonly outcomes: readonly SledOutcome[];
  /** Of the paste, and of no sled of it. */
  readonly issues: readonly Issue[];
}

/** The outcome of each piece. Lines that belong to no sled do not count as a sled that answered. */
export function outcomesOf(
  pieces: readonly Piece[],
  probe: ProbeSpec,
  settings: PasteSettings,
): PastedOutcomes {
  const owned = pieces.filter((piece) => !piece.isNobodys);
  const nobodys = nobodysOutcomes(
    pieces.filter((piece) => piece.isNobodys),
    probe,
    settings,
  );
  let tried = 0;
  const hintOf = (text: string): string => (tried++ < MOST_TRIED ? otherReader(probe, text) : '');
  return {
    outcomes: [...owned.map((piece) => outcomeOf(piece, probe, settings, hintOf)), ...nobodys.outcomes],
    issues: nobodys.issues,
  };
}

/** Rows of nobody are shown as those of a sled that is not known, one a text; without rows there is no such sled. */
function nobodysOutcomes(
  pieces: readonly Piece[],
  probe: ProbeSpec,
  settings: PasteSettings,
): PastedOutcomes {
  const ofNoSled = createIssueLog();
  const found = new Map<
    string,
    {
      readonly sled: Sled;
      readonly rows: Row[];
      readonly distributions: Distribution[];
      readonly issues: Issue[];
    }
  >();
  for (const { sled, text, issues: doubts } of pieces) {
    const read = readPasted(probe, text, settings);
    const issues = [...doubts, ...read.issues];
    if (!hasRows(read)) {
      for (const { code, message } of issues) ofNoSled.add(code, message);
      continue;
    }
    const before = found.get(sled.id) ?? { sled, rows: [], distributions: [], issues: [] };
    found.set(sled.id, before);
    for (const row of read.rows) before.rows.push(row);
    for (const distribution of read.distributions ?? []) before.distributions.push(distribution);
    for (const issue of issues) before.issues.push(issue);
  }
  const outcomes = [...found.values()].map(({ sled, rows, distributions, issues }) =>
    answered(sled, { rows, distributions, issues: boundedIssues(issues), notes: [] }),
  );
  return { outcomes, issues: ofNoSled.all() };
}

function answered(
  sled: Sled,
  { rows, distributions = [], issues, notes }: Pick<Pasted, 'rows' | 'distributions' | 'issues' | 'notes'>,
): AnsweredOutcome {
  return {
    status: 'answered',
    sled,
    elapsedMs: 0,
    via: null,
    rows,
    distributions,
    text: '',
    issues,
    warnings: notes,
  };
}

function hasRows({ rows, distributions = [] }: Pasted): boolean {
  return rows.length + distributions.length > 0;
}

/** Said by a dtrace that ran: drops, faults, reports. */
const OF_A_RUN: readonly Issue['code'][] = ['drops', 'fault', 'unreadable', 'contradiction'];

function outcomeOf(
  piece: Piece,
  probe: ProbeSpec,
  settings: PasteSettings,
  hintOf: (text: string) => string,
): SledOutcome {
  const { sled, text, failure, otherwise, saidOk } = piece;
  const failed = (code: ErrorCode, message: string, stage: Stage = 'run'): SledOutcome => ({
    status: 'failed',
    sled,
    elapsedMs: 0,
    stage,
    error: new FleetError(code, message, { partial: { stdout: text, stderr: '' } }),
  });
  if (piece.answer !== null) return outcomeOfMarked(piece, piece.answer, probe, settings);
  if (piece.isOfMarked) {
    // The text ends well whatever its command did.
    return failure === null
      ? failed('not_begun', `the output does not hold an answer: ${quoteLine(text) || 'nothing'}`)
      : failed('unreachable', `not reached: ${failure}`, 'connect');
  }
  if (failure !== null) return failed('exit_status', failure);
  const read = readPasted(probe, text, settings);
  const issues = [...piece.issues, ...read.issues];
  const notes = [...piece.notes, ...read.notes];
  if (hasRows(read) || read.hasHeadings) return answered(sled, { ...read, issues, notes });
  if (otherwise !== null) return failed('exit_status', otherwise);
  const dtraceSaid = read.issues.find(
    ({ code, message }) => code === 'warning' && message.startsWith('dtrace: '),
  );
  if (dtraceSaid !== undefined && read.issues.every(({ code }) => !OF_A_RUN.includes(code))) {
    return failed('dtrace', dtraceSaid.message);
  }
  if (read.issues.length === 0 && saidOk) {
    // The scripts that are run by hand end well although their dtrace failed.
    const message = `the command ended well and printed nothing: there is nothing to show on the sled, or its dtrace failed`;
    return answered(sled, { ...read, issues: [...issues, { code: 'warning', message }], notes });
  }
  if (saidOk || read.issues.some(({ code }) => code !== 'unparsed_line')) {
    return answered(sled, { ...read, issues, notes });
  }
  const where = printable(piece.where);
  const [first, ...others] = read.issues;
  if (first === undefined) {
    return failed('not_tried', `${where} holds no output of ${probe.name}: an empty paste is not an answer`);
  }
  const more = others.length === 0 ? '' : `; and ${others.length} more`;
  const hint = first.message.endsWith(' reads it') ? '' : hintOf(text);
  return failed('not_tried', `${where} holds no output of ${probe.name}: ${first.message}${more}${hint}`);
}

/** Texts that other probes are tried on: what is of another probe is so from the first sled on. */
const MOST_TRIED = 8;

/** Characters of a text that other probes are tried on. */
const TRIED = 2048;

/** Probes whose texts have no headings or keys that name them. */
const WITHOUT_HEADINGS: readonly string[] = ['ds-state', 'lr-state', 'upstairs_raw'];

/** What reads a text that the probe does not, as the end of a sentence; empty where nothing is known that does. */
function otherReader(probe: ProbeSpec, text: string): string {
  const start = text.slice(0, TRIED);
  if (/^\s*\{\s*"schema":\s*"cruc-fleet\/report\//.test(start)) return '; it is a report: merge reads it';
  const reader = PROBES.filter(({ name }) => WITHOUT_HEADINGS.includes(name) && name !== probe.name).find(
    (each) => hasRows(readPasted(each, start, { totals: false, older: false })),
  );
  return reader === undefined ? '' : `; parse ${reader.name} reads it`;
}
