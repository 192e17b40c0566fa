import { styleText } from 'node:util';
import { foldedTexts, type SledText } from '../drawing/folded-text.ts';
import { summaryLines } from '../drawing/summary.ts';
import { wrapped } from '../drawing/wrap.ts';
import type { SledOutcome } from '../model/report.ts';
import type { Output } from './output.ts';

/** The answers of `exec` for people: what the command printed, by sled, then who did not answer. */
export function foldedText(fold: boolean): Output {
  return {
    name: 'table',
    summary: 'what the command printed by sled, identical outputs folded',
    saysCoverage: true,
    *render(report, { color, width }) {
      yield* foldedTexts(report.outcomes.flatMap(commandText), { fold, color });
      for (const [index, line] of summaryLines(report).entries()) {
        for (const part of wrapped(line, width, '  ')) {
          yield `${color && index > 0 ? styleText('red', part, { validateStream: false }) : part}\n`;
        }
      }
    },
  };
}

function commandText(outcome: SledOutcome): readonly SledText[] {
  if (outcome.status === 'failed') return [];
  return outcome.rows.map(({ status, signal, stdout, stderr }) => ({
    sled: outcome.sled,
    stdout: String(stdout),
    stderr: String(stderr),
    remark:
      status === 0 ? null : `status ${String(status)}${typeof signal === 'string' ? ` (SIG${signal})` : ''}`,
  }));
}
