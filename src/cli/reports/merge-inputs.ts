import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readRecording, recordedOutcomes } from '../../fleet/recording-reader.ts';
import { FleetError } from '../../model/error.ts';
import { globMatcher } from '../../model/glob.ts';
import { printable } from '../../model/printable.ts';
import { naturally } from '../../model/sled-order.ts';
import { readReport, type ReadReport } from '../../reports/read-report.ts';
import { mergeableOf } from './mergeable.ts';
import { NO_SETTINGS, withArrived } from '../run/run-report.ts';
import type { Surroundings } from '../surroundings.ts';

/** A report that is to be merged: where it is, and how it is read. */
export interface MergeInput {
  readonly name: string;
  readonly read: () => Promise<ReadReport>;
}

/** Finds what is named: files, folders of recordings, `-`, and patterns that the shell has left as they were. */
export async function findInputs(
  names: readonly string[],
  surroundings: Surroundings,
): Promise<readonly MergeInput[]> {
  if (names.filter((name) => name === '-').length > 1) {
    throw new FleetError('usage', '- is named twice; standard input can be read once');
  }
  const inputs: MergeInput[] = [];
  for (const name of names) {
    if (name === '-') {
      const read = async () => readReport(textOf(await surroundings.readStdin()), 'standard input');
      inputs.push({ name: 'standard input', read });
      continue;
    }
    for (const each of await expanded(name, surroundings.cwd))
      inputs.push(await inputOf(each, surroundings.cwd));
  }
  return inputs;
}

/** A file that has that very name goes before a pattern. */
async function expanded(name: string, cwd: string): Promise<readonly string[]> {
  if (!/[*?[]/.test(name)) return [name];
  if ((await stat(resolve(cwd, name)).catch(() => null)) !== null) return [name];
  const folder = dirname(name);
  const matches = globMatcher(basename(name));
  const there = await readdir(resolve(cwd, folder)).catch(() => []);
  const found = there
    .filter((each) => matches(each) && (!each.startsWith('.') || basename(name).startsWith('.')))
    .sort(naturally);
  if (found.length > 0) return found.map((each) => (folder === '.' ? each : join(folder, each)));
  throw new FleetError(
    'usage',
    `no file matches ${printable(name)}; * and ? stand for names within one folder`,
  );
}

async function inputOf(name: string, cwd: string): Promise<MergeInput> {
  const path = resolve(cwd, name);
  const shown = printable(name);
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (cause) {
    throw new FleetError('usage', `${shown} cannot be read; give files of -o json, or folders of --record`, {
      cause,
    });
  }
  if (isFolder) return { name: shown, read: () => recordedReport(path, shown) };
  const read = async () => {
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new FleetError('usage', `${shown} cannot be read`, { cause });
    });
    return readReport(textOf(bytes), shown);
  };
  return { name: shown, read };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** What the sleds of a recorded run gave: all of it, whatever its command showed. */
async function recordedReport(folder: string, name: string): Promise<ReadReport> {
  const recording = await readRecording(folder);
  const { probe, command, selection, startedAt, settings, run } = recording.facts;
  const { spec, readRecorded } = mergeableOf(probe, settings['own'] === true);
  const read = recordedOutcomes(recording, readRecorded(settings));
  const whole = { ...NO_SETTINGS, ...settings };
  const outcomes =
    command === 'run' && spec !== null ? read.map((outcome) => withArrived(outcome, spec, whole)) : read;
  const { finishedAt, interrupted } = recording;
  return {
    name,
    probe,
    selection,
    filter: null,
    startedAt,
    finishedAt,
    interrupted,
    run: run ?? null,
    outcomes,
    issues: [],
    groups: null,
    settings: askedOf(settings),
  };
}

/** What was asked, without how long: windows of several lengths are answers to one question. */
function askedOf(settings: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...NO_SETTINGS, ...settings, seconds: 0, prints: undefined });
}
