import { readChatter, readHostLine, readPrompt, saysSomething } from '../parse/chatter.ts';
import { isSerial } from '../parse/pilot-heading.ts';
import { isSummary } from './fleet-summary.ts';
import { isBlank, linesOf } from '../parse/lines.ts';
import {
  BARE_SERIAL,
  DASHED,
  looksLikeHeading,
  OWN_EXEC,
  PILOT,
  readDashedHeading,
  readFailureLine,
  readSledHeading,
  serialIn,
  type SledHeading,
} from './sled-headings.ts';

/** What a text has of one sled, or of several that gave the same. */
export interface SledBlock {
  /** Null: nothing says whose the lines are. */
  readonly heading: SledHeading | null;
  /** Where such lines stand, as the end of a sentence; empty where there is a heading. */
  readonly why: string;
  /** The command's output, its first line from the heading's own. Without line ends. */
  readonly lines: readonly string[];
  /** The last of them has no line end, so it may be cut. */
  readonly isOpen: boolean;
}

export interface SledBlocks {
  readonly blocks: readonly SledBlock[];
  /** The headings are serials alone, which may be what a command printed. */
  readonly areBare: boolean;
}

interface OpenBlock extends Omit<SledBlock, 'isOpen'> {
  readonly lines: string[];
}

const BEFORE = 'before the first heading of a sled';
const UNREAD = 'after what looks like the heading of a sled and could not be read';
const AFTER_FAILURE = 'after a message about another sled';
const AFTER_SUMMARY = 'after the summary of cruc-fleet exec';
const AFTER_PROMPT = 'after a prompt, so they are of another command';

/**
 * The blocks of a text with headings of sleds: `pilot host exec`, clush -b, ansible, `tail -n +1` and others. A line is
 * a sled's only if its heading was the last thing that looked like one: after another, after a prompt and before the
 * first the lines are nobody's. Null where no heading is read.
 */
export function splitSledBlocks(text: string): SledBlocks | null {
  const { lines, lastIsOpen } = linesOf(text);
  const blocks: OpenBlock[] = [];
  let open: OpenBlock = nobodys(BEFORE);
  const found = lines.map(
    (line, i) => readDashedHeading(line, lines[i + 1] ?? '', lines[i + 2] ?? '') ?? readSledHeading(line),
  );
  const ofPilot = commandsOfPilot(lines, found);
  let command = 0;
  // Among headings of a tool a serial is what `hostname` printed.
  const areBare = found.every((heading) => (heading?.by ?? BARE_SERIAL) === BARE_SERIAL);
  const accepted = (heading: SledHeading | null): SledHeading | null => {
    if (heading?.by === BARE_SERIAL && !areBare) return null;
    if (heading?.by !== PILOT || heading.ok !== null) return heading;
    return ofPilot.has(command) || FAILURES.test(heading.first) ? heading : null;
  };
  const begin = (block: OpenBlock): void => {
    blocks.push(open);
    open = block;
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const heading = accepted(found[i] ?? null);
    const failure = heading === null ? readFailureLine(line) : null;
    if (heading?.by === DASHED) i += 2;
    if (heading !== null) {
      // `hostname; get-ds-state.sh` is a habit: the sled's name is not a row.
      if (heading.by === BARE_SERIAL && isOf(open, heading)) continue;
      begin({ heading, why: '', lines: heading.first === '' ? [] : [heading.first] });
    } else if (failure !== null) {
      begin({ heading: failure, why: '', lines: [failure.first] });
      begin(nobodys(AFTER_FAILURE));
    } else if (readPrompt(line) !== null) {
      command++;
      if (open.heading !== null) begin(nobodys(AFTER_PROMPT));
      // Output may begin behind it.
      if (saysSomething(line)) open.lines.push(line);
    } else if (open.heading?.by === OWN_EXEC && isSummary(line)) {
      begin(nobodys(AFTER_SUMMARY));
    } else if (isNameOf(open, line)) {
      continue;
    } else {
      if (open.heading !== null && open.heading.ok !== false && isStrange(line, open.heading)) {
        begin(nobodys(UNREAD));
      }
      open.lines.push(line);
    }
  }
  blocks.push(open);
  const kept = blocks
    .map((block) => ({ ...block, lines: keptLines(block), isOpen: lastIsOpen && block === open }))
    .filter((block) => block.heading !== null || block.lines.length > 0);
  const headings = kept.flatMap(({ heading }) => (heading === null ? [] : [heading]));
  if (headings.length === 0) return null;
  // `get-ds-state.sh; hostname` prints the name behind the rows: whose they are is not told by what stands before them.
  const [first, last] = [kept[0], kept.at(-1)];
  if (areBare && first?.heading === null && last?.lines.every((line) => isBlank(line)) === true) return null;
  return { blocks: kept, areBare };
}

/** What a tool may say of a sled without a colon. */
const FAILURES = /\btime(?:d[ -]?)?out|fail|error|refused|unreachable|no route|denied/i;

/**
 * Which commands of a text, counted by their prompts, are of pilot: a list of sleds has their cubbies and serials too, and
 * says of none how a command ended.
 */
function commandsOfPilot(
  lines: readonly string[],
  found: readonly (SledHeading | null)[],
): ReadonlySet<number> {
  const commands = new Set<number>();
  let command = 0;
  for (const [i, line] of lines.entries()) {
    const heading = found[i] ?? null;
    if (heading?.by === PILOT && heading.ok !== null) commands.add(command);
    else if (heading === null && readPrompt(line) !== null) command++;
  }
  return commands;
}

function nobodys(why: string): OpenBlock {
  return { heading: null, why, lines: [] };
}

/** Whether the line is what `hostname` prints on a sled of the block, which may be known by its cubby alone. */
function isNameOf({ heading }: OpenBlock, line: string): boolean {
  const name = line.trim();
  const sleds = heading?.sleds ?? [];
  return isSerial(name) && sleds.some(({ serial }) => serial === name || serial === null);
}

function isOf(block: OpenBlock, heading: SledHeading): boolean {
  const [sled] = heading.sleds;
  return block.heading?.sleds.some(({ name }) => name === sled?.name) === true;
}

const RULE = /^-{3,80}\s*$/;

/** Whether the line names another sled, or looks like a heading of one. */
function isStrange(line: string, heading: SledHeading): boolean {
  if (readChatter(line) !== null && readHostLine(line) === null) return false;
  // A set of names that could not be read stands between two of them.
  if (heading.by === DASHED && RULE.test(line)) return true;
  const own = heading.sleds.map(({ name }) => name);
  return looksLikeHeading(line) || serialIn(line, own) !== null;
}

/** The lines of a block; of nobody's those that mean something. */
function keptLines({ heading, lines }: OpenBlock): readonly string[] {
  if (heading !== null) return lines;
  return lines.filter(saysSomething);
}
