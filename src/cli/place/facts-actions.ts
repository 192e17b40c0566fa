import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { listText } from '../../drawing/list-text.ts';
import { ageText } from '../../facts/age.ts';
import type { FactSet } from '../../facts/fact-set.ts';
import { clearFacts, keepFacts } from '../../facts/kept-facts.ts';
import { readFactText } from '../../facts/read-facts.ts';
import { FACT_SOURCE_NAMES, isFactSourceName } from '../../facts/sources/index.ts';
import { guessKind } from '../../import/guess.ts';
import type { Column } from '../../model/column.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { decodedText } from '../../pasted/decoded-text.ts';
import { plainText } from '../../pasted/plain-text.ts';
import { EXIT } from '../exit-code.ts';
import { factsFolder } from './facts-folder.ts';
import { openFacts } from './open-facts.ts';
import type { Surroundings } from '../surroundings.ts';

export interface ImportFactsOptions {
  readonly from?: string;
  readonly asOf?: string;
}

export interface ListFactsOptions {
  readonly output: string;
  readonly headers: boolean;
}

/** All disks of a thousand sleds are a tenth of it. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Keeps what files tell; nothing of any of them where one is of no kind. Gives the exit status. */
export async function importFacts(
  files: readonly string[],
  { from, asOf }: ImportFactsOptions,
  surroundings: Surroundings,
): Promise<number> {
  if (from !== undefined && !isFactSourceName(from))
    throw new FleetError(
      'usage',
      `--from: there is no kind ${printable(from)}; the kinds are ${FACT_SOURCE_NAMES.join(', ')}`,
    );
  if (files.filter((file) => file === '-').length > 1)
    throw new FleetError('usage', 'standard input (-) can be read once: put the other text into a file');
  const given = asOf === undefined ? null : timeOf(asOf, surroundings.now().getTime());
  const sets: FactSet[] = [];
  for (const file of files) sets.push(await readGiven(file, from, given, surroundings));
  await keepFacts(factsFolder(surroundings), sets);
  const { err } = surroundings.terminal;
  const now = surroundings.now().getTime();
  for (const set of sets) {
    err.write(
      `${printable(set.label)}: ${set.source}, ${countText(set.facts.length)}, ${ageText(set, now)}\n`,
    );
    for (const issue of set.issues) err.write(`warning: ${printable(`${set.label}: ${issue}`)}\n`);
    if (set.asOf === null)
      err.write(`warning: ${printable(set.label)}: when it was printed is not known: say it with --as-of\n`);
  }
  const apart = agesApart(await openFacts(surroundings, true), now);
  if (apart !== null) err.write(`warning: ${printable(apart)}\n`);
  return sets.every(({ issues }) => issues.length === 0) ? EXIT.ok : EXIT.incomplete;
}

async function readGiven(
  file: string,
  kind: ImportFactsOptions['from'],
  given: number | null,
  surroundings: Surroundings,
): Promise<FactSet> {
  const { bytes, changed } = await bytesOf(file, surroundings);
  const label = file === '-' ? 'standard input' : path.resolve(surroundings.cwd, file);
  const decoded = decodedText(bytes).text;
  if (decoded.includes('\0'))
    throw new FleetError('usage', `${printable(file)} is not text but a binary file; nothing is kept`);
  const text = plainText(decoded);
  const read = readFactText(text, kind !== undefined && isFactSourceName(kind) ? kind : null);
  if ('wrong' in read) {
    const wrong = aboutSleds(text) ?? read.wrong;
    throw new FleetError('usage', `${printable(file)} is ${wrong}; nothing is kept`);
  }
  const subject = read.facts[0];
  // Several disks may come through standard input, one after another.
  const own = file === '-' && subject !== undefined && 'id' in subject ? `${label}, ${subject.id}` : label;
  return {
    source: read.kind,
    label: own,
    asOf: given ?? changed,
    isFileTime: given === null && changed !== null,
    isNow: false,
    facts: read.facts,
    issues: read.issues,
  };
}

/** What is said of a text that tells where sleds are, and nothing of disks; null for others. */
function aboutSleds(text: string): string | null {
  const guess = guessKind(text);
  return guess.status === 'one'
    ? `${guess.kind}, which tells where sleds are: cruc-fleet inventory import reads it`
    : null;
}

/** Exports that are further apart than this may be of different states of a rack. */
const APART_MS = 3_600_000;

/** A sentence where the exports that are kept are of different times; null where they are not. */
function agesApart(sets: readonly FactSet[], now: number): string | null {
  const timed = sets
    .flatMap((set) => (set.asOf !== null && isFactSourceName(set.source) ? [{ ...set, asOf: set.asOf }] : []))
    .toSorted((a, b) => b.asOf - a.asOf);
  const [newest] = timed;
  const oldest = timed.at(-1);
  if (newest === undefined || oldest === undefined || newest.asOf - oldest.asOf <= APART_MS) return null;
  return (
    `exports of different times are kept, the newest ${newest.source} (${ageText(newest, now)}), the oldest ` +
    `${oldest.source} (${ageText(oldest, now)}): each value that is shown says its age`
  );
}

async function bytesOf(
  file: string,
  { cwd, readStdin }: Surroundings,
): Promise<{ readonly bytes: Uint8Array; readonly changed: number | null }> {
  if (file === '-') return { bytes: await readStdin(), changed: null };
  const whole = path.resolve(cwd, file);
  try {
    const { size, mtimeMs } = await stat(whole);
    if (size <= MOST_BYTES) return { bytes: await readFile(whole), changed: Math.floor(mtimeMs) };
  } catch (cause) {
    throw new FleetError('usage', `${printable(file)} cannot be read; nothing is kept`, { cause });
  }
  throw new FleetError(
    'usage',
    `${printable(file)} is larger than ${MOST_BYTES / 1024 / 1024} MiB; nothing is kept`,
  );
}

function timeOf(text: string, now: number): number {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new FleetError('usage', `--as-of: give a time such as 2026-11-27T06:00Z`);
  if (time > now) throw new FleetError('usage', `--as-of: ${printable(text)} is yet to come`);
  return time;
}

const COLUMNS: readonly Column[] = [
  { name: 'source', heading: 'SOURCE', kind: 'text', role: 'identity', help: 'kind of the source' },
  { name: 'facts', heading: 'FACTS', kind: 'count', help: 'how many facts it tells' },
  { name: 'age', heading: 'AGE', kind: 'text', role: 'state', help: 'how old they are' },
  { name: 'issues', heading: 'ISSUES', kind: 'count', help: 'why it may not be whole: how many reasons' },
  { name: 'label', heading: 'FROM', kind: 'text', help: 'file or sled' },
];

/** Prints what is kept. */
export async function listFacts(
  { output, headers }: ListFactsOptions,
  surroundings: Surroundings,
): Promise<void> {
  const sets = await openFacts(surroundings);
  const { out, err } = surroundings.terminal;
  const now = surroundings.now().getTime();
  const rows = sets.map((set) => ({
    source: set.source,
    label: set.label,
    as_of: set.asOf === null ? null : new Date(set.asOf).toISOString(),
    is_file_time: set.isFileTime,
    facts: set.facts.length,
    issues: set.issues,
  }));
  if (output === 'json') {
    out.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  if (sets.length === 0) {
    err.write('no facts are kept: cruc-fleet facts import FILE… keeps what omdb and the API print\n');
    return;
  }
  const shown = sets.map((set) => ({
    source: set.source,
    facts: set.facts.length,
    age: ageText(set, now),
    issues: set.issues.length,
    label: set.label,
  }));
  out.write(listText(COLUMNS, shown, { width: out.width(), unicode: out.unicode }, headers));
}

/** Removes what is kept. */
export async function clearAllFacts(surroundings: Surroundings): Promise<void> {
  const count = await clearFacts(factsFolder(surroundings));
  surroundings.terminal.err.write(`facts of ${count === 1 ? '1 source' : `${count} sources`} were removed\n`);
}

function countText(count: number): string {
  return count === 1 ? '1 fact' : `${count} facts`;
}
