import { readChatter } from '../parse/chatter.ts';
import { eachLine, isBlank } from '../parse/lines.ts';
import type { SledBlock } from './sled-blocks.ts';
import { isSerial } from '../parse/pilot-heading.ts';
import { named, nameOfFile, readFailureLine } from './sled-headings.ts';

/**
 * What has a digit as sleds' names have: programs whose messages begin with their name, zones, and numbers that are
 * those of processes or lines.
 */
const NO_SLED = /^(?:ksh\d*|python[\d.]*|perl[\d.]*|lua[\d.]*|p\d|oxz_.*|\d{3,})$/;

/** A date or a time, which logs begin their lines with. */
const MOMENT = /^(?:\d{4}-\d\d-\d\d|\d\d:\d\d)/;

/**
 * The blocks of a text whose lines each begin with the name of their sled, `BRM42220014: line`, as pdsh and clush print
 * them. Most lines must begin like this; the others have no sled. Null where they do not. `isSled` knows names without a
 * digit.
 */
export function splitPrefixedLines(
  text: string,
  isSled: (name: string) => boolean,
): readonly SledBlock[] | null {
  const sleds = new Map<string, { failed: boolean; readonly lines: string[]; readonly said: string[] }>();
  const others: string[] = [];
  const blockOf = (name: string) => {
    const block = sleds.get(name) ?? { failed: false, lines: [], said: [] };
    sleds.set(name, block);
    return block;
  };
  let prefixed = 0;
  let data = 0;
  /** Where the line is that has no line end: in the block of a sled, or among the others. */
  let open: string | null | undefined;
  for (const { line, isOpen } of eachLine(text)) {
    if (isBlank(line)) continue;
    const failure = readFailureLine(line);
    const prefix = readPrefix(line, isSled);
    if (isOpen) open = prefix?.name ?? null;
    if (failure !== null) {
      prefixed++;
      for (const { name } of failure.sleds) {
        const block = blockOf(name);
        block.failed = true;
        block.said.push(failure.first);
      }
    } else if (prefix !== null) {
      prefixed++;
      if (!isBlank(prefix.rest)) data++;
      blockOf(prefix.name).lines.push(prefix.rest);
    } else if (readChatter(line)?.length !== 0) others.push(line);
  }
  if (data === 0 || prefixed <= others.length || (areLineNumbers(sleds) && ![...sleds.keys()].some(isSled)))
    return null;
  const blocks = [...sleds].map(([name, { failed, lines, said }]): SledBlock => ({
    heading: { by: 'pdsh', sleds: [named(name)], ok: failed ? false : null, first: '' },
    why: '',
    lines: [...said, ...lines],
    isOpen: name === open,
  }));
  if (others.length === 0) return blocks;
  const why = 'without the name of a sled before them';
  return [{ heading: null, why, lines: others, isOpen: open === null }, ...blocks];
}

/** Whether the names are what `grep -n` prints: numbers that rise, of a line each. Cubbies may look the same. */
function areLineNumbers(sleds: ReadonlyMap<string, { readonly lines: readonly string[] }>): boolean {
  let last = -1;
  return [...sleds].every(([name, { lines }]) => {
    const rises = /^\d+$/.test(name) && Number(name) > last;
    last = Number(name);
    return rises && lines.length === 1;
  });
}

/**
 * `NAME: line`; `[NAME] out: line` of fabric and `NAME.txt:line` of grep only where the name is one of a sled for sure.
 */
function readPrefix(line: string, isSled: (name: string) => boolean) {
  const ofFabric = /^\s*\[([\w.-]{1,253})\](?: out:| err:)?(?: (.*))?$/s.exec(line);
  const ofGrep = /^\s*([\w./-]{1,253}):(?! |$)(.*)$/s.exec(line);
  for (const match of [ofFabric, ofGrep]) {
    const name = nameOfFile(match?.[1] ?? '');
    if (isSerial(name) || (name !== '' && isSled(name)))
      return { name: named(name).name, rest: match?.[2] ?? '' };
  }
  const match = /^\s*([A-Za-z0-9][A-Za-z0-9._%:-]{0,252}?):(?: (.*))?$/s.exec(line);
  const name = match?.[1];
  if (name === undefined) return null;
  const isLikely =
    isSerial(name) || isSled(name) || (/\d/.test(name) && !NO_SLED.test(name) && !MOMENT.test(name));
  return isLikely ? { name: named(name).name, rest: match?.[2] ?? '' } : null;
}
