import type { Inventory } from '../inventory/inventory.ts';
import type { Issue } from '../model/issue.ts';
import { readChatter } from '../parse/chatter.ts';
import { linesOf } from '../parse/lines.ts';
import { hasMarks, splitMarked, type MarkedText } from '../parse/text-marks.ts';
import { sledOfHeading, sledsCalled } from './pasted-sleds.ts';
import { EMPTY_PIECE, piecesOfBlocks, type PastedText, type Piece } from './piece.ts';
import { splitPrefixedLines } from './prefixed-lines.ts';
import { splitSledBlocks, type SledBlock } from './sled-blocks.ts';
import { isSerial } from '../parse/pilot-heading.ts';
import { named } from './sled-headings.ts';
import { splitSushJson } from './sush-json.ts';

/** What stands for an answer while headings are looked for: nothing of its data may look like one. */
const STAND_IN = 'cruc-fleet answer';

/**
 * The pieces of a text that a tool printed for `cruc-fleet script`: each answer with the sled that its heading names, or
 * that it names itself; and what the tool says of others, which were not reached. Null of a text without such an answer.
 */
export function markedPieces(text: PastedText, inventory: Inventory | null): readonly Piece[] | null {
  if (!hasMarks(text.text)) return null;
  const answers: MarkedText[] = [];
  const hide = (lines: readonly string[]): readonly string[] =>
    splitMarked(lines).map((part) => {
      if (part.kind === 'line') return part.line;
      answers.push(part.answer);
      return `${part.before} ${STAND_IN} ${answers.length - 1}`.trim();
    });
  return blocksOf(text, inventory, hide).flatMap((block) => piecesOfBlock(block, answers, text, inventory));
}

function blocksOf(
  { text }: PastedText,
  inventory: Inventory | null,
  hide: (lines: readonly string[]) => readonly string[],
): readonly SledBlock[] {
  const isSled = (name: string) => sledsCalled(name, inventory).length > 0;
  const byTool = splitSushJson(text) ?? splitPrefixedLines(text, isSled);
  if (byTool !== null) return byTool.map((block) => ({ ...block, lines: hide(block.lines) }));
  const lines = hide(linesOf(text).lines);
  const blocks = splitSledBlocks(`${lines.join('\n')}\n`)?.blocks;
  return blocks ?? [{ heading: null, why: 'without a heading', lines, isOpen: false }];
}

function piecesOfBlock(
  block: SledBlock,
  answers: readonly MarkedText[],
  text: PastedText,
  inventory: Inventory | null,
): readonly Piece[] {
  const others: string[] = [];
  const found: MarkedText[] = [];
  for (const line of block.lines) {
    const at = line.lastIndexOf(`${STAND_IN} `);
    const answer = at < 0 ? undefined : answers[Number(line.slice(at + STAND_IN.length))];
    if (answer !== undefined) found.push(answer);
    const other = answer === undefined ? line : line.slice(0, at);
    const isNoise = block.heading === null && readChatter(other)?.length === 0;
    if (other.trim() !== '' && !isNoise) others.push(other);
  }
  const [only, ...more] = block.heading?.sleds ?? [];
  const headed = only !== undefined && more.length === 0 ? only : null;
  const pieces = found.map((answer, i): Piece => {
    const own = headed !== null && i === 0 ? headed : named(answer.host);
    const who = sledOfHeading(own, inventory);
    const { where } = text;
    return {
      ...EMPTY_PIECE,
      ...who,
      where,
      text: '',
      issues: otherSled(answer, who.sled.serial),
      answer,
      isOfMarked: true,
    };
  });
  if (pieces.length > 0 && block.heading !== null) return pieces;
  const rest =
    block.heading !== null || others.length > 0
      ? piecesOfBlocks([{ ...block, lines: others }], text, inventory)
      : [];
  return [...pieces, ...rest.map((piece) => ({ ...piece, isOfMarked: true }))];
}

/** A sled's host name is its serial: where it is another one, the heading may be of another sled. */
function otherSled({ host }: MarkedText, serial: string | null): readonly Issue[] {
  if (serial === null || !isSerial(host) || host === serial) return [];
  const message = `the sled calls itself ${host}, and the heading or the inventory has the serial ${serial}`;
  return [{ code: 'contradiction', message }];
}
