import type { Inventory } from '../inventory/inventory.ts';
import { FleetError } from '../model/error.ts';
import type { Issue } from '../model/issue.ts';
import { printable } from '../model/printable.ts';
import type { Sled } from '../model/sled.ts';
import { cutTo } from '../parse/limits.ts';
import { isBlank, linesOf } from '../parse/lines.ts';
import { sledNamed, sledOfFile, sledOfHeading, sledsCalled } from './pasted-sleds.ts';
import { splitPrefixedLines } from './prefixed-lines.ts';
import { splitSledBlocks, type SledBlock } from './sled-blocks.ts';
import { doubtsOf } from './text-doubts.ts';

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
}

/**
 * What was pasted, by sled: the blocks of a text that names its sleds, and any other text. `names` are those of the
 * other texts, in their order; without any, the files' own names count. Throws a FleetError `usage`.
 */
export function piecesOf(
  texts: readonly PastedText[],
  names: readonly string[],
  inventory: Inventory | null,
): readonly Piece[] {
  const split = texts.map((text) => ({ text, blocks: blocksOf(text.text, names, inventory) }));
  const plain = split.filter(({ blocks }) => blocks === null);
  if (names.length > 0 && names.length !== plain.length) {
    throw new FleetError('usage', namesMessage(names.length, plain.length, split.length - plain.length));
  }
  let named = 0;
  return split.flatMap(({ text, blocks }): readonly Piece[] => {
    if (blocks !== null) return piecesOfBlocks(blocks, text, inventory);
    return [plainPiece(text, names[named++], inventory)];
  });
}

/** The blocks of a text that names its sleds. A serial alone on a line is no such name where `--sled` gives one. */
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
  const doubts = doubtsOf(text, given === undefined ? null : who.sled);
  return {
    ...EMPTY,
    where,
    sled: who.sled,
    text: withoutOwnName(linesOf(text).lines, who.sled.serial, !text.endsWith('\n')),
    issues: doubts.issues,
    notes: [...who.notes, ...doubts.notes],
  };
}

const EMPTY = { isNobodys: false, failure: null, saidOk: false, otherwise: null, issues: [], notes: [] };

/** `hostname; get-ds-state.sh` is a habit: the sled's name is no row. */
function withoutOwnName(lines: readonly string[], serial: string | null, isOpen: boolean): string {
  const kept = serial === null ? lines : lines.filter((line) => line.trim() !== serial);
  return kept.length === 0 ? '' : kept.join('\n') + (isOpen ? '' : '\n');
}

function piecesOfBlocks(
  blocks: readonly SledBlock[],
  { where, name }: PastedText,
  inventory: Inventory | null,
): readonly Piece[] {
  return blocks.flatMap(({ heading, why, lines, isOpen }): readonly Piece[] => {
    if (heading === null) {
      const message = `no sled can be named for these lines: they come ${why}`;
      const { sled } = sledOfFile(name, null);
      const own = withoutOwnName(lines, null, isOpen);
      return [{ ...EMPTY, where, sled, text: own, isNobodys: true, issues: [{ code: 'warning', message }] }];
    }
    return heading.sleds.map((headed): Piece => {
      const who = sledOfHeading(headed, inventory);
      const own = withoutOwnName(lines, headed.serial, isOpen);
      const says = () => `${heading.by} says: ${saidIn(own)}`;
      return {
        ...EMPTY,
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
