import type { Issue } from '../model/issue.ts';
import type { Sled } from '../model/sled.ts';
import { HOST_REACH, readChatter, readHostLine, readPrompt, type Prompt } from '../parse/chatter.ts';
import { eachLine, isBlank } from '../parse/lines.ts';
import { quoteLine } from '../parse/quote-line.ts';
import { isSerial } from '../parse/pilot-heading.ts';
import { looksLikeHeading } from './sled-headings.ts';

/** What speaks against a text without headings being of one sled, or of that sled. */
export interface TextDoubts {
  readonly issues: readonly Issue[];
  readonly notes: readonly string[];
}

/** Sleds and hosts that are told apart. */
const MOST_NAMES = 8;

/**
 * Looks at the sleds that a text names, at whose prompts or commands its lines stand behind, and at what could be a
 * heading. The text is taken for one of `sled`, which `--sled` names or, if not `isGiven`, its file.
 */
export function doubtsOf(text: string, sled: Sled, isGiven: boolean): TextDoubts {
  const serials = serialsIn(text);
  const hosts = new Set<string>();
  let host: string | null = null;
  let isBehind = false;
  let heading: string | null = null;
  for (const { line } of eachLine(text)) {
    const prompt = readPrompt(line);
    const said = readHostLine(line);
    const isChatter = readChatter(line) !== null;
    const isOutput = !isChatter && !isBlank(line);
    const isClosed = said?.says === 'closed';
    if (prompt !== null) host = hostOf(prompt);
    else if (said?.says === 'screen') host = said.host ?? host;
    // Nothing before told the host of this session.
    else if (isClosed && said.host !== null && host === null && isBehind) hosts.add(said.host);
    // One goes from host to host before the sled answers.
    else if (host !== null && hosts.size < MOST_NAMES && isOutput) hosts.add(host);
    isBehind = !isClosed && (isBehind || isOutput);
    if (heading === null && !isChatter && looksLikeHeading(line)) heading = line;
  }
  const issues: Issue[] = [];
  const [what, names] =
    serials.length > 1 ? ['it names', serials] : ['its lines stand behind commands on', [...hosts]];
  if (names.length > 1) {
    const kind = names === serials ? 'sleds' : 'hosts';
    const message = `${what} ${names.length} ${kind} (${quoteLine(names.join(', '))}), so its rows may be of any of them`;
    issues.push({ code: 'warning', message });
  }
  if (heading !== null) {
    const message = `what looks like the heading of a sled could not be read, so rows may be of another sled: ${quoteLine(heading)}`;
    issues.push({ code: 'warning', message });
  }
  const [only] = serials;
  if (serials.length !== 1 || only === undefined || sled.serial === null || only === sled.serial)
    return { issues, notes: [] };
  if (isGiven) return { issues, notes: [`it names ${only}, and --sled names ${sled.id}`] };
  const message = `it names ${only}, and its file is named after ${sled.serial}: its rows may be of either`;
  return { issues: [...issues, { code: 'contradiction', message }], notes: [] };
}

/** What may be serials, whatever stands around them. */
const SERIALS = /(?<![\w-])(?:[A-Z]{3}\d{8}|\d[A-Z][A-Z0-9]{6})(?![\w-])/g;

function serialsIn(text: string): readonly string[] {
  const serials = new Set<string>();
  for (const [word] of text.matchAll(SERIALS)) {
    if (isSerial(word)) serials.add(word);
    if (serials.size === MOST_NAMES) break;
  }
  return [...serials];
}

/** A command of ssh with its options, to the host. */
const SSH =
  /(?:^|\s)ssh\s+(?:-[46AaCfGgKkMNnqsTtVvXxYy]+\s+|-[BbcDEeFIiJLlmOoPpQRSWw]\s*\S+\s+){0,20}(?:[^\s@]+@)?([\w.:-]+)/;

/** The host whose lines follow a prompt: that of the command where it goes to one, `sled14` of `root@sled14:~#`. */
function hostOf({ before, command }: Prompt): string | null {
  return SSH.exec(command.slice(0, HOST_REACH))?.[1] ?? /^[\w.-]+@([\w.-]+)/.exec(before)?.[1] ?? null;
}
