import type { Inventory } from '../inventory/inventory.ts';
import { FleetError } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import { linesOf } from '../parse/lines.ts';
import { fleetTablePieces } from './fleet-table.ts';
import { markedPieces } from './marked-pieces.ts';
import { sledNamed, sledOfFile, sledsCalled } from './pasted-sleds.ts';
import { EMPTY_PIECE, piecesOfBlocks, withoutOwnName, type PastedText, type Piece } from './piece.ts';
import { splitPrefixedLines } from './prefixed-lines.ts';
import { splitSledBlocks, type SledBlock } from './sled-blocks.ts';
import { doubtsOf } from './text-doubts.ts';

/**
 * What was pasted, by sled: the blocks of a text that names its sleds, and any other text. `names` are those of the
 * other texts, in their order; without any, the files' own names count. Throws a FleetError `usage`.
 */
export function piecesOf(
  texts: readonly PastedText[],
  names: readonly string[],
  inventory: Inventory | null,
): readonly Piece[] {
  const split = texts.map((text) => ({ text, pieces: headedPieces(text, names, inventory) }));
  const plain = split.filter(({ pieces }) => pieces === null);
  if (names.length > 0 && names.length !== plain.length) {
    throw new FleetError('usage', namesMessage(names.length, plain.length, split.length - plain.length));
  }
  let named = 0;
  return split.flatMap(({ text, pieces }) => pieces ?? [plainPiece(text, names[named++], inventory)]);
}

/** The pieces of a text that names its sleds itself; null of any other. */
function headedPieces(
  text: PastedText,
  names: readonly string[],
  inventory: Inventory | null,
): readonly Piece[] | null {
  const marked = markedPieces(text, inventory);
  if (marked !== null) return marked;
  const ofTable = fleetTablePieces(text, inventory);
  if (ofTable !== null) return ofTable;
  const blocks = blocksOf(text.text, names, inventory);
  return blocks === null ? null : piecesOfBlocks(blocks, text, inventory);
}

/** The blocks of a text that names its sleds. A serial alone on a line does not name one where `--sled` gives one. */
function blocksOf(
  text: string,
  names: readonly string[],
  inventory: Inventory | null,
): readonly SledBlock[] | null {
  const prefixed = splitPrefixedLines(text, (name) => sledsCalled(name, inventory).length > 0);
  if (prefixed !== null) return prefixed;
  const split = splitSledBlocks(text);
  if (split === null) return null;
  const sleds = new Set(split.blocks.flatMap(({ heading }) => heading?.sleds.map(({ name }) => name) ?? []));
  return split.areBare && names.length > 0 && sleds.size === 1 ? null : split.blocks;
}

function namesMessage(names: number, plain: number, headed: number): string {
  const ofHeadings = headed === 0 ? '' : ` (${headed} with headings, which name the sleds)`;
  const texts = plain === 1 ? '1 text needs' : `${plain} texts need`;
  return `--sled names ${names} ${names === 1 ? 'sled' : 'sleds'}, and ${texts} a name${ofHeadings}; give one for each, in their order`;
}

/** A text of one sled, which `--sled` or the file names. */
function plainPiece(
  { where, name, text }: PastedText,
  given: string | undefined,
  inventory: Inventory | null,
): Piece {
  const who = given === undefined ? sledOfFile(name, inventory) : sledNamed(given, inventory);
  const doubts = doubtsOf(text, who.sled, given !== undefined);
  return {
    ...EMPTY_PIECE,
    where,
    sled: who.sled,
    text: withoutOwnName(linesOf(text).lines, who.sled.serial, !text.endsWith('\n')),
    issues: doubts.issues,
    notes: [...who.notes, ...doubts.notes],
  };
}

/** Refuses a sled that was pasted twice: nothing says which text is the newer, and their rows are not to be mixed. */
export function findTwice(pieces: readonly Piece[]): void {
  const seen = new Map<string, Piece>();
  for (const piece of pieces) {
    const { id, serial } = piece.sled;
    for (const key of serial === null ? [id] : [id, `serial ${serial}`]) {
      const before = seen.get(key);
      const areNobodys = before?.isNobodys === true && piece.isNobodys && before.where === piece.where;
      if (before !== undefined && before !== piece && !areNobodys) {
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
