import { outcomeOf, readCut } from '../../fleet/visit.ts';
import { FleetError } from '../../model/error.ts';
import type { ProbeSettings, ProbeSpec } from '../../model/probe.ts';
import type { SledOutcome } from '../../model/report.ts';
import { readNamedWords } from '../../parse/named-words.ts';
import { endOfMarked, otherQuestion, type MarkedText } from '../../parse/text-marks.ts';
import { aboutText } from '../../fleet/one-text.ts';
import type { PasteSettings } from '../../pasted/paste.ts';
import type { Piece } from '../../pasted/piece.ts';

/** The outcome of a pasted answer with its begin and its end: read as if the sled had been visited. */
export function outcomeOfMarked(
  piece: Pick<Piece, 'sled' | 'issues' | 'notes'>,
  answer: MarkedText,
  probe: ProbeSpec,
  { totals }: PasteSettings,
): SledOutcome {
  const { sled } = piece;
  const settings = { ...settingsIn(answer), totals };
  const other = otherQuestion(answer, aboutText(probe, settings));
  if (other !== null) {
    const { stdout, stderr } = answer;
    const error = new FleetError('not_tried', other, { partial: { stdout, stderr } });
    return { status: 'failed', sled, elapsedMs: 0, stage: 'run', error };
  }
  const { result, cut } = endOfMarked(answer);
  const reading = readCut(
    { read: (ended) => probe.read(ended, settings) },
    { ...result, cut, notes: [], noise: [] },
  );
  const outcome = outcomeOf(reading, { sled, elapsedMs: 0, via: null, warnings: piece.notes });
  return outcome.status === 'failed' ? outcome : { ...outcome, issues: [...piece.issues, ...outcome.issues] };
}

/** What the text was made with, as it says. */
function settingsIn({ about }: MarkedText): ProbeSettings {
  const words = readNamedWords(about);
  const number = (name: string) => Number(words?.get(name) ?? 0);
  return {
    seconds: number('seconds'),
    interval: number('interval'),
    pid: words?.has('pid') === true ? number('pid') : null,
    volume: words?.get('volume') ?? null,
    totals: false,
    rates: false,
  };
}
