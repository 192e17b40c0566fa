import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../files/make-folder.ts';
import { isMissingFile, replaceFile } from '../files/replace-file.ts';
import { FleetError } from '../model/error.ts';
import { factSchema, type Fact } from './fact.ts';
import { LIVE_SOURCES, type FactSet } from './fact-set.ts';
import { FACT_SOURCE_NAMES } from './sources/index.ts';

/** What is kept, and what of it could not be read. */
export interface KeptFacts {
  readonly sets: readonly FactSet[];
  readonly warnings: readonly string[];
}

const FORMAT = 'cruc-fleet-facts';
const VERSION = 1;
const MOST_FILES = 20_000;

const fileSchema = z.object({
  format: z.literal(FORMAT),
  version: z.number(),
  source: z.string(),
  label: z.string(),
  asOf: z.number().nullable(),
  isFileTime: z.boolean(),
  issues: z.array(z.string()).default([]),
  facts: z.array(z.unknown()),
});

const SOURCES: readonly FactSet['source'][] = [...FACT_SOURCE_NAMES, ...LIVE_SOURCES];

/**
 * Reads every kept fact. Rejects with `state` where others can read or write the folder: it holds names of customers.
 * A file that cannot be read, or is of a newer version, is a warning; so are facts that this version does not know.
 */
export async function readKeptFacts(folder: string): Promise<KeptFacts> {
  if (!(await isOurs(folder))) return { sets: [], warnings: [] };
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
  const warnings: string[] = [];
  if (names.length > MOST_FILES)
    warnings.push(`${folder} holds more than ${MOST_FILES} files: the rest is left out`);
  const sets: FactSet[] = [];
  for (const name of names.slice(0, MOST_FILES)) {
    const file = path.join(folder, name);
    const read = await readSet(file);
    if ('wrong' in read) warnings.push(`${file} is left out: ${read.wrong}`);
    else {
      sets.push(read.set);
      if (read.strange > 0)
        warnings.push(`${file}: ${read.strange} facts are of a kind that this version does not know`);
    }
  }
  return { sets, warnings };
}

/** Keeps what sources told, each in place of what the same source told before. Rejects with `state`. */
export async function keepFacts(folder: string, sets: readonly FactSet[]): Promise<void> {
  try {
    await makeFolder(folder, 0o700);
  } catch (cause) {
    throw new FleetError('state', `${folder}, where facts are kept, cannot be made`, { cause });
  }
  await isOurs(folder);
  for (const { source, label, asOf, isFileTime, issues, facts } of sets) {
    const file = path.join(folder, fileName(source, label));
    const text = JSON.stringify({
      format: FORMAT,
      version: VERSION,
      source,
      label,
      asOf,
      isFileTime,
      issues,
      facts,
    });
    try {
      await replaceFile(file, `${text}\n`);
    } catch (cause) {
      throw new FleetError('state', `${file} cannot be written: what was kept before stands`, { cause });
    }
  }
}

/** Removes all that is kept, and gives how many sources it was of. */
export async function clearFacts(folder: string): Promise<number> {
  if (!(await isOurs(folder))) return 0;
  const names = (await readdir(folder)).filter((name) => /^[a-z-]+\.[0-9a-f]{16}\.json$/.test(name));
  for (const name of names) await rm(path.join(folder, name), { force: true });
  return names.length;
}

function fileName(source: string, label: string): string {
  const hash = createHash('sha256').update(`${source}\n${label}`).digest('hex').slice(0, 16);
  return `${source}.${hash}.json`;
}

/** False where there is none yet. */
async function isOurs(folder: string): Promise<boolean> {
  try {
    const found = await stat(folder);
    if (!found.isDirectory())
      throw new FleetError('state', `${folder}, where facts are kept, is not a folder`);
    if ((found.mode & 0o077) === 0) return true;
  } catch (cause) {
    if (isMissingFile(cause)) return false;
    if (cause instanceof FleetError) throw cause;
    throw new FleetError('state', `${folder}, where facts are kept, cannot be read`, { cause });
  }
  throw new FleetError(
    'state',
    `others may read or change ${folder}, which holds the names of disks and instances; close it with: chmod 700 ${folder}`,
  );
}

type SetRead = { readonly set: FactSet; readonly strange: number } | { readonly wrong: string };

async function readSet(file: string): Promise<SetRead> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return { wrong: 'it cannot be read, or is not JSON' };
  }
  const read = fileSchema.safeParse(json);
  if (!read.success) return { wrong: 'it is no file of facts' };
  const { version, label, asOf, isFileTime, issues } = read.data;
  if (version > VERSION) return { wrong: `it has version ${version}, which a newer cruc-fleet wrote` };
  const source = SOURCES.find((each) => each === read.data.source);
  if (source === undefined) return { wrong: `this version knows no source ${read.data.source}` };
  const facts: Fact[] = [];
  for (const each of read.data.facts) {
    const fact = factSchema.safeParse(each);
    if (fact.success) facts.push(fact.data);
  }
  return {
    set: { source, label, asOf, isFileTime, isNow: false, issues, facts },
    strange: read.data.facts.length - facts.length,
  };
}
