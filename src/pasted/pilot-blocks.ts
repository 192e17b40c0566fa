import { readChatter } from '../parse/chatter.ts';
import { isBlank, linesOf } from '../parse/lines.ts';

/** What `pilot host exec` printed for one sled. */
export interface PilotBlock {
  /** Null, and no serial, for lines before the first sled's that are no prompt and no note: nobody knows whose. */
  readonly cubby: number | null;
  readonly serial: string | null;
  /** The command ended well; else the lines are what was said instead. */
  readonly ok: boolean;
  /** The command's output, its first line from the block's own first line. Without line ends, blank lines kept. */
  readonly lines: readonly string[];
}

/**
 * The blocks of pasted `pilot host exec` output, one a sled: ` 8  BRM44220011        ok: first line`, then the further
 * lines. Another word than `ok` is a sled whose command failed. Null where the text has no such line.
 */
export function splitPilotBlocks(text: string): readonly PilotBlock[] | null {
  const before: string[] = [];
  const blocks: (PilotBlock & { readonly lines: string[] })[] = [];
  for (const line of linesOf(text).lines) {
    const head = readHead(line);
    if (head !== null)
      blocks.push({ cubby: head.cubby, serial: head.serial, ok: head.ok, lines: [head.first] });
    else (blocks.at(-1)?.lines ?? before).push(line);
  }
  if (blocks.length === 0) return null;
  const stray = before.filter((line) => !isBlank(line) && readChatter(line)?.length !== 0);
  return stray.length === 0 ? blocks : [{ cubby: null, serial: null, ok: true, lines: stray }, ...blocks];
}

const LARGEST_CUBBY = 31;

function readHead(line: string) {
  const match = /^ {0,4}(\d{1,2}) +([A-Z][A-Z0-9-]{4,30}) +([A-Za-z][\w ()-]{0,30}):(?: (.*))?$/s.exec(line);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  if (Number(match[1]) > LARGEST_CUBBY || !/\d/.test(match[2])) return null;
  return {
    cubby: Number(match[1]),
    serial: match[2],
    ok: match[3]?.toLowerCase() === 'ok',
    first: match[4] ?? '',
  };
}
