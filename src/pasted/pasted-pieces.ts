import type { Inventory } from '../inventory/inventory.ts';
import { FleetError } from '../model/error.ts';
import type { Issue } from '../model/issue.ts';
import { printable } from '../model/printable.ts';
import type { Sled } from '../model/sled.ts';
import { splitPilotBlocks, type PilotBlock } from './pilot-blocks.ts';
import { sledNamed, sledOfBlock, sledOfFile } from './pasted-sleds.ts';

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
  /** What was said instead of an answer, or null. */
  readonly failure: string | null;
  /** pilot said that the command ended well, so that an empty text is the command's own. */
  readonly saidOk: boolean;
  readonly issues: readonly Issue[];
  readonly notes: readonly string[];
}

/**
 * What was pasted, by sled: each block of `pilot host exec` is one, and any other text. `names` are those of the
 * other texts, in their order; without any, the files' own names count. Throws a FleetError `usage`.
 */
export function piecesOf(
  texts: readonly PastedText[],
  names: readonly string[],
  inventory: Inventory | null,
): readonly Piece[] {
  const split = texts.map((text) => ({ text, blocks: splitPilotBlocks(text.text) }));
  const plain = split.filter(({ blocks }) => blocks === null);
  if (names.length > 0 && names.length !== plain.length) {
    throw new FleetError('usage', namesMessage(names.length, plain.length, split.length - plain.length));
  }
  let named = 0;
  return split.flatMap(({ text, blocks }): readonly Piece[] => {
    if (blocks !== null) {
      const isOpen = !text.text.endsWith('\n');
      return blocks.map((block, i) =>
        pieceOfBlock(block, text, isOpen && i === blocks.length - 1, inventory),
      );
    }
    const name = names[named++];
    const who = name === undefined ? sledOfFile(text.name, inventory) : sledNamed(name, inventory);
    return [{ where: text.where, ...who, text: text.text, failure: null, saidOk: false, issues: [] }];
  });
}

function namesMessage(names: number, plain: number, pilot: number): string {
  const ofPilot = pilot === 0 ? '' : ` (${pilot} of pilot host exec, which names its sleds itself)`;
  const texts = plain === 1 ? '1 text needs' : `${plain} texts need`;
  return `--sled names ${names} ${names === 1 ? 'sled' : 'sleds'}, and ${texts} a name${ofPilot}; give one for each, in their order`;
}

function pieceOfBlock(
  block: PilotBlock,
  { where, name }: PastedText,
  isOpen: boolean,
  inventory: Inventory | null,
): Piece {
  const { serial, cubby } = block;
  // `hostname; get-ds-state.sh` is a habit: the sled's name is no row.
  const lines = block.lines.filter((line) => line.trim() !== serial);
  const text = lines.join('\n') + (isOpen ? '' : '\n');
  if (serial === null || cubby === null) {
    const message = 'lines before the first sled of pilot host exec: nothing says whose they are';
    const issues: readonly Issue[] = [{ code: 'warning', message }];
    const { sled } = sledOfFile(name, null);
    return { where, sled, notes: [], text, failure: null, saidOk: false, issues };
  }
  const who = sledOfBlock({ serial, cubby }, inventory);
  const failure = block.ok ? null : `pilot host exec says: ${saidIn(lines)}`;
  return { where, ...who, text, failure, saidOk: block.ok, issues: [] };
}

const LONGEST_MESSAGE = 500;

function saidIn(lines: readonly string[]): string {
  const said = lines.map((line) => printable(line.trim())).filter((line) => line !== '');
  return said.length === 0
    ? 'the command failed, without a message'
    : said.join('; ').slice(0, LONGEST_MESSAGE);
}

/** Refuses a sled that was pasted twice: nothing says which text is the newer, and their rows are not to be mixed. */
export function findTwice(pieces: readonly Piece[]): void {
  const seen = new Map<string, Piece>();
  for (const piece of pieces) {
    const { id, serial } = piece.sled;
    for (const key of serial === null ? [id] : [id, `serial ${serial}`]) {
      const before = seen.get(key);
      if (before !== undefined && before !== piece) {
        const places =
          before.where === piece.where
            ? `twice in ${piece.where}`
            : `in ${before.where} and in ${piece.where}`;
        throw new FleetError(
          'usage',
          `${before.sled.id} was pasted ${printable(places)}; keep one of the two, or name their sleds with --sled`,
        );
      }
      seen.set(key, piece);
    }
  }
}
