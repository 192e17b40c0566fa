import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { replaceFileOfMany } from '../files/replace-file.ts';

/** A disk whose VM did not answer is not asked again for so long. */
export const PATIENCE_MS = 10 * 60_000;

const schema = z.record(z.string(), z.number());

/** When each disk was asked that has not answered since, by its id; those of long ago are left out. */
export async function readUnanswered(folder: string, now: number): Promise<ReadonlyMap<string, number>> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(fileOf(folder), 'utf8'));
  } catch {
    return new Map();
  }
  const read = schema.safeParse(json);
  const entries = read.success ? Object.entries(read.data) : [];
  return new Map(entries.filter(([, asked]) => asked <= now && now - asked < PATIENCE_MS));
}

/** Written before disks are asked, so that a run that is killed counts, and once more when they have answered. */
export async function writeUnanswered(folder: string, asked: ReadonlyMap<string, number>): Promise<void> {
  const file = await replaceFileOfMany(fileOf(folder), `${JSON.stringify(Object.fromEntries(asked))}\n`);
  await file.close();
}

function fileOf(folder: string): string {
  return path.join(folder, 'unanswered');
}
