import { FleetError } from '../model/error.ts';
import type { Issue } from '../model/issue.ts';
import { printable } from '../model/printable.ts';
import type { ProbeSpec } from '../model/probe.ts';
import type { AnsweredOutcome, SledOutcome } from '../model/report.ts';
import type { PasteSettings } from '../pasted/paste.ts';
import type { Piece } from '../pasted/pasted-pieces.ts';
import { readPasted } from '../pasted/read-pasted.ts';

/** What became of the sleds of a paste. */
export interface PastedOutcomes {
  readonly outcomes: readonly SledOutcome[];
  /** Of the paste, and of no sled of it. */
  readonly issues: readonly Issue[];
}

/**
 * The outcome of each piece. Lines that nobody owns are no sled that answered: only where there are rows in them they are
 * shown, as of a sled that is not known.
 */
export function outcomesOf(
  pieces: readonly Piece[],
  probe: ProbeSpec,
  settings: PasteSettings,
): PastedOutcomes {
  const outcomes: SledOutcome[] = [];
  const issues: Issue[] = [];
  const unknown = new Map<string, AnsweredOutcome>();
  for (const piece of pieces) {
    const outcome = outcomeOf(piece, probe, settings);
    if (!piece.isNobodys) {
      outcomes.push(outcome);
      continue;
    }
    if (outcome.status === 'failed' || outcome.rows.length + outcome.distributions.length === 0) {
      issues.push(...(outcome.status === 'failed' ? piece.issues : outcome.issues));
      continue;
    }
    const before = unknown.get(piece.sled.id);
    unknown.set(piece.sled.id, before === undefined ? outcome : joined(before, outcome));
  }
  return { outcomes: [...outcomes, ...unknown.values()], issues };
}

function joined(a: AnsweredOutcome, b: AnsweredOutcome): AnsweredOutcome {
  return {
    ...a,
    rows: [...a.rows, ...b.rows],
    distributions: [...a.distributions, ...b.distributions],
    issues: [...a.issues, ...b.issues],
    warnings: [...a.warnings, ...b.warnings],
  };
}

function outcomeOf(piece: Piece, probe: ProbeSpec, settings: PasteSettings): SledOutcome {
  const { sled } = piece;
  const failed = (error: FleetError): SledOutcome => ({
    status: 'failed',
    sled,
    elapsedMs: 0,
    stage: 'run',
    error,
  });
  const partial = { stdout: piece.text, stderr: '' };
  if (piece.failure !== null) return failed(new FleetError('exit_status', piece.failure, { partial }));
  const { rows, distributions = [], issues, notes, hasHeadings } = readPasted(probe, piece.text, settings);
  const answered: AnsweredOutcome = {
    status: 'answered',
    sled,
    elapsedMs: 0,
    via: null,
    rows,
    distributions,
    text: '',
    issues: [...piece.issues, ...issues],
    warnings: [...piece.notes, ...notes],
  };
  const hasData = rows.length + distributions.length > 0 || hasHeadings;
  if (!hasData && piece.otherwise !== null) {
    return failed(new FleetError('exit_status', piece.otherwise, { partial }));
  }
  if (hasData || issues.length > 0) return answered;
  if (!piece.saidOk) {
    const message = `${printable(piece.where)} holds no output of ${probe.name}: an empty paste is no answer`;
    return failed(new FleetError('not_tried', message));
  }
  // The scripts that are run by hand end well although their dtrace failed.
  const message = `the command ended well and printed nothing: there is nothing to show on the sled, or its dtrace failed`;
  return { ...answered, issues: [...answered.issues, { code: 'warning', message }] };
}
