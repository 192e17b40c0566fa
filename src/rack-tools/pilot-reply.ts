import type { ToolAnswer } from '../fleet/by-tool.ts';
import { FleetError } from '../model/error.ts';
import type { Issue } from '../model/issue.ts';
import { printable } from '../model/printable.ts';
import { cutTo } from '../parse/limits.ts';
import { linesOf } from '../parse/lines.ts';
import { isSerial, readPilotHeading, type PilotHeading } from '../parse/pilot-heading.ts';
import { splitMarked, type MarkedText } from '../parse/text-marks.ts';

/** What `pilot host exec` printed of one sled. */
export interface PilotSled {
  readonly serial: string;
  readonly cubby: number | null;
  readonly gave: ToolAnswer | FleetError;
}

interface Block {
  readonly heading: PilotHeading;
  readonly said: string[];
  answer: MarkedText | null;
}

/** What it printed, sled by sled, and what stood before the first one. Never throws. */
export function readPilotReply(stdout: string): {
  readonly sleds: readonly PilotSled[];
  readonly before: string;
} {
  const blocks: Block[] = [];
  const before: string[] = [];
  const begin = (heading: PilotHeading): Block => {
    const block: Block = { heading, said: heading.first === '' ? [] : [heading.first], answer: null };
    blocks.push(block);
    return block;
  };
  for (const part of splitMarked(linesOf(stdout).lines)) {
    const line = part.kind === 'line' ? part.line : part.before;
    const heading = readPilotHeading(line);
    const block = heading === null ? blocks.at(-1) : begin(heading);
    if (heading === null && line.trim() !== '') (block?.said ?? before).push(line.trim());
    if (part.kind === 'line') continue;
    if (block !== undefined && block.answer === null) block.answer = part.answer;
    else begin(headingOf(part.answer)).answer = part.answer;
  }
  return { sleds: blocks.map(sledOf), before: onOneLine(before) };
}

/** An answer under no heading is the sled's that it names. */
function headingOf({ host }: MarkedText): PilotHeading {
  return { serial: host, cubby: null, ok: true, first: '' };
}

function sledOf({ heading, said, answer }: Block): PilotSled {
  const { serial, cubby, ok } = heading;
  if (answer !== null) return { serial, cubby, gave: { answer, issues: otherSled(answer, serial) } };
  const text = onOneLine(said);
  const error =
    ok === true
      ? new FleetError(
          'not_begun',
          `the sled ran the text, and its output does not hold an answer: ${text || 'nothing'}`,
        )
      : new FleetError('unreachable', `pilot did not reach it: ${text || 'it does not say why'}`);
  return { serial, cubby, gave: error };
}

/** A sled's host name is its serial. */
function otherSled({ host }: MarkedText, serial: string): readonly Issue[] {
  if (!isSerial(host) || host === serial) return [];
  return [{ code: 'contradiction', message: `pilot names ${serial}, and the sled calls itself ${host}` }];
}

const LONGEST_QUOTE = 300;

function onOneLine(lines: readonly string[]): string {
  return cutTo(printable(lines.join('; ')), LONGEST_QUOTE);
}
