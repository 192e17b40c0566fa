import type { Inventory } from '../inventory/inventory.ts';
import type { Issue } from '../model/issue.ts';
import { printable } from '../model/printable.ts';
import type { Sled } from '../model/sled.ts';
import { cutTo } from '../parse/limits.ts';
import { isBlank, linesOf } from '../parse/lines.ts';
import type { MarkedText } from '../parse/text-marks.ts';
import { sledOfFile, sledOfHeading } from './pasted-sleds.ts';
import type { SledBlock } from './sled-blocks.ts';

/** A text as it was given. */
export interface PastedText {
  /** The file, or `standard input`. */
  readonly where: string;
  /** What stands for the sled's name where nothing else does. */
  readonly name: string;
  readonly text: string;
}

/** What was pasted of one sled. */
export interface Piece {
  readonly where: string;
  readonly sled: Sled;
  readonly text: string;
  /** Nothing says whose the text is: `sled` stands for no sled that is known. */
  readonly isNobodys: boolean;
  /** What was said instead of an answer, or null. */
  readonly failure: string | null;
  /** The tool said that the command ended well, so that an empty text is the command's own. */
  readonly saidOk: boolean;
  /** What was said if the text holds no answer: the heading does not say how the command ended. */
  readonly otherwise: string | null;
  readonly issues: readonly Issue[];
  readonly notes: readonly string[];
  /** What a text of `cruc-fleet script` printed there, with its begin and its end. */
  readonly answer: MarkedText | null;
  /** Such a text was run, so that what has no answer of its kind was not reached, or did not run it. */
  readonly isOfMarked: boolean;
}

export const EMPTY_PIECE = {
  isNobodys: false,
  failure: null,
  saidOk: false,
  otherwise: null,
  issues: [],
  notes: [],
  answer: null,
  isOfMarked: false,
};

/** `hostname; get-ds-state.sh` is a habit: the sled's name is not a row. */
export function withoutOwnName(lines: readonly string[], serial: string | null, isOpen: boolean): string {
  const kept = serial === null ? lines : lines.filter((line) => line.trim() !== serial);
  return kept.length === 0 ? '' : kept.join('\n') + (isOpen ? '' : '\n');
}

/** What the blocks hold, without answers between marks. */
export function piecesOfBlocks(
  blocks: readonly SledBlock[],
  { where, name }: PastedText,
  inventory: Inventory | null,
): readonly Piece[] {
  return blocks.flatMap(({ heading, why, lines, isOpen }): readonly Piece[] => {
    if (heading === null) {
      const message = `no sled can be named for these lines: they come ${why}`;
      const { sled } = sledOfFile(name, null);
      const own = withoutOwnName(lines, null, isOpen);
      return [
        { ...EMPTY_PIECE, where, sled, text: own, isNobodys: true, issues: [{ code: 'warning', message }] },
      ];
    }
    return heading.sleds.map((headed): Piece => {
      const who = sledOfHeading(headed, inventory);
      const own = withoutOwnName(lines, headed.serial, isOpen);
      const says = () => `${heading.by} says: ${saidIn(own)}`;
      return {
        ...EMPTY_PIECE,
        ...who,
        where,
        text: own,
        failure: heading.ok === false ? says() : null,
        saidOk: heading.ok === true,
        otherwise: heading.ok === null && heading.first !== '' ? says() : null,
      };
    });
  });
}

const LONGEST_MESSAGE = 500;

/** Characters in which it is looked for. */
const LOOKED_AT = 8 * LONGEST_MESSAGE;

/** What was said instead of an answer, on one line; of the JSON of ansible its message. */
function saidIn(text: string): string {
  const start = text.slice(0, LOOKED_AT);
  const message = /"msg": "((?:[^"\\]|\\.)*)"/.exec(start)?.[1];
  const said = linesOf(start).lines.flatMap((line) => (isBlank(line) ? [] : [printable(line.trim())]));
  if (said.length === 0) return 'the command failed, without a message';
  const whole = message === undefined ? said.join('; ') : `${said[0]}: ${printable(message)}`;
  return cutTo(whole, LONGEST_MESSAGE);
}
