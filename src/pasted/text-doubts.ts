import type { Issue } from '../model/issue.ts';
import type { Sled } from '../model/sled.ts';
import { readChatter, readPrompt } from '../parse/chatter.ts';
import { eachLine, isBlank } from '../parse/lines.ts';
import { quoteLine } from '../parse/quote-line.ts';
import { isSerial } from '../parse/pilot-heading.ts';
import { looksLikeHeading, serialIn } from './sled-headings.ts';

/** What speaks against a text without headings being of one sled, or of that sled. */
export interface TextDoubts {
  readonly issues: readonly Issue[];
  readonly notes: readonly string[];
}

/** Prompts that are told apart. */
const MOST_PROMPTS = 8;

/** Looks at the prompts, and at what could be a heading, of a text that is taken for one sled's: `named` by --sled. */
export function doubtsOf(text: string, named: Sled | null): TextDoubts {
  const prompts = new Set<string>();
  const hosts = new Set<string>();
  const alone = new Set<string>();
  let host: string | null = null;
  let heading: string | null = null;
  for (const { line } of eachLine(text)) {
    if (alone.size < MOST_PROMPTS && isSerial(line.trim())) alone.add(line.trim());
    const prompt = readPrompt(line);
    const serial = prompt === null ? null : serialIn(prompt);
    if (serial !== null && prompts.size < MOST_PROMPTS) prompts.add(serial);
    if (prompt !== null) host = hostIn(prompt);
    // One goes from host to host before the sled answers.
    else if (host !== null && hosts.size < MOST_PROMPTS && isOutput(line)) hosts.add(host);
    if (heading === null && looksLikeHeading(line) && readChatter(line) === null) heading = line;
  }
  const issues: Issue[] = [];
  if (alone.size > 1) {
    const message = `it names ${alone.size} sleds (${quoteLine([...alone].join(', '))}), before their lines or behind them, so its rows may be of any of them`;
    issues.push({ code: 'warning', message });
  }
  const serials = [...prompts].join(', ');
  const several = prompts.size > 1 ? serials : hosts.size > 1 ? [...hosts].join(', ') : null;
  if (several !== null) {
    const what = prompts.size > 1 ? `${prompts.size} sleds` : `${hosts.size} hosts`;
    const message = `its prompts are of ${what} (${quoteLine(several)}), so its rows may be of any of them`;
    issues.push({ code: 'warning', message });
  }
  if (heading !== null) {
    const message = `what looks like the heading of a sled could not be read, so rows may be of another sled: ${quoteLine(heading)}`;
    issues.push({ code: 'warning', message });
  }
  const isOther = prompts.size === 1 && named !== null && named.serial !== null && !prompts.has(named.serial);
  return { issues, notes: isOther ? [`its prompt is of ${serials}, and --sled names ${named.id}`] : [] };
}

/** `sled14` of the prompt `root@sled14:~`. */
function hostIn(prompt: string): string | null {
  return /^[\w.-]+@([\w.-]+)/.exec(prompt)?.[1] ?? null;
}

function isOutput(line: string): boolean {
  return !isBlank(line) && readChatter(line) === null;
}
