import { access, readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { makeBundle, readBundle } from '../../fleet/bundle.ts';
import { probeText } from '../../fleet/one-text.ts';
import { scriptCommand } from '../../fleet/upload.ts';
import { nearest } from '../../yaml/nearest.ts';
import { FleetError } from '../../model/error.ts';
import type { Bundle, JobText, Payload } from '../../model/job.ts';
import type { ProbeSettings, ProbeSpec } from '../../model/probe.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { ScriptHabits } from '../../parse/print-habits.ts';
import { PROBES } from '../../probes/index.ts';
import { SEED_NAMES } from '../../probes/seed-names.ts';
import { destructiveReason, ownScript, withTimeLimit } from '../../kinds/own-script.ts';
import { scriptHabits } from '../../kinds/script-habits.ts';
import { checkView } from '../options/distribution-options.ts';
import { FILTER_NAMES, refuseFilters, rowFilter, type FilterName, pickFilters } from '../options/filters.ts';
import type { RunOptions, WhatIsAsked } from './run-options.ts';
import { requireSelection } from '../options/selection-options.ts';
import { lockOf, probeWords } from '../ask/state-run.ts';
import type { Surroundings } from '../surroundings.ts';

/** How long a script of the user's own is watched, unless --window says otherwise. */
const OWN_SCRIPT_SECONDS = 30;

/** The filters of `run`, whose --pid is the probe's own limit. */
export const RUN_FILTERS: readonly FilterName[] = FILTER_NAMES.filter((name) => name !== 'pid');

/** A probe by its name, `-` and `_` alike, or by what Crucible's own scripts call it. */
export function probeNamed(name: string): ProbeSpec {
  const probe = findProbe(name);
  if (probe !== null) return probe;
  const near = nearest(name, [...PROBES.map((each) => each.name), ...SEED_NAMES.keys()], 3);
  const hint = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  throw new FleetError(
    'usage',
    `there is no probe '${name}'${hint} (cruc-fleet probes lists them; name your own script by its path)`,
  );
}

/** The same, or null where there is none. */
export function findProbe(name: string): ProbeSpec | null {
  const wanted = plainName(name);
  const ours = SEED_NAMES.get(wanted) ?? wanted;
  return PROBES.find((each) => plainName(each.name) === plainName(ours)) ?? null;
}

function plainName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/\.(d|sh)$/, '');
}

/** What `run` does on a sled: a probe, its files and its command. */
export interface Prepared {
  /** The command line. */
  readonly what: string;
  readonly probe: ProbeSpec;
  readonly bundle: Bundle;
  readonly settings: ProbeSettings;
  readonly payload: Payload;
  readonly mayRepeat: boolean;
  /** The same as one text; null of a script of the user's own. */
  readonly asText: JobText | null;
  /** How a script of the user's own prints; null of a probe. */
  readonly habits: ScriptHabits | null;
}

/** Makes it of a name and the options; refuses what does not go together, before any sled is visited. */
export async function prepare(
  name: string,
  args: readonly string[],
  options: RunOptions,
  surroundings: Surroundings,
): Promise<Prepared> {
  if (await isOwnScript(name, surroundings)) return await prepareOwn(name, args, options, surroundings);
  return await prepareProbe(probeNamed(name), args, options, surroundings);
}

/** A path is a script, and so is a file here by its name; another name that ends in .d may be a probe's. */
async function isOwnScript(name: string, { cwd }: Surroundings): Promise<boolean> {
  if (name.includes('/')) return true;
  if (!name.endsWith('.d')) return false;
  if (findProbe(name) === null) return true;
  return await access(resolve(cwd, name)).then(
    () => true,
    () => false,
  );
}

async function prepareProbe(
  probe: ProbeSpec,
  args: readonly string[],
  given: RunOptions,
  surroundings: Surroundings,
): Promise<Prepared> {
  const options = withPid(probe, args, given);
  checkView(probe, options);
  const filters = pickFilters(options, RUN_FILTERS);
  const columns = probe.columns.map((column) => column.name);
  const isByPid = probe.takes.pid !== 'no';
  refuseFilters(
    filters,
    probe.name,
    columns,
    FILTER_NAMES.filter((each) => each !== 'pid' || isByPid),
  );
  // Wrong values are said before a sled is visited.
  rowFilter(filters);
  const settings = settingsFor(probe, options);
  if (options.by?.includes('time') === true && settings.interval === 0) {
    throw new FleetError('usage', '--by time: it needs an interval, such as --interval 10s or 1m');
  }
  const bundle = await readBundle(surroundings.scriptsFolder, [probe.script, ...probe.needs]);
  const job = jobOf(bundle, probeWords(probe, settings), lockOf(probe));
  const asText = probeText(surroundings.scriptsFolder, probe, settings);
  return { ...job, probe, settings, habits: null, mayRepeat: true, asText };
}

/** The scripts of Crucible take the PID as their argument: `single_up_info 15579`. */
function withPid(probe: ProbeSpec, args: readonly string[], options: RunOptions): RunOptions {
  const [word, ...others] = args;
  if (word === undefined) return options;
  const takes = probe.takes.pid === 'no' ? 'only options' : 'only options, or just a PID';
  if (others.length > 0 || probe.takes.pid === 'no' || !/^[1-9]\d{0,9}$/.test(word)) {
    throw new FleetError('usage', `the probe ${probe.name} takes no arguments, ${takes}`);
  }
  const pid = Number(word);
  if (options.pid === undefined || options.pid === pid) return { ...options, pid };
  throw new FleetError(
    'usage',
    `${probe.name} ${word} and --pid ${options.pid} name two processes; give one`,
  );
}

/** What a probe is run with. Throws a FleetError `usage` where it cannot be limited so. */
export function settingsFor(probe: ProbeSpec, options: WhatIsAsked): ProbeSettings {
  if (options.pid !== undefined && probe.takes.pid === 'no') {
    throw new FleetError('usage', `the probe ${probe.name} cannot be limited to a PID`);
  }
  if (options.pid === undefined && probe.takes.pid === 'needed') {
    throw new FleetError('usage', `the probe ${probe.name} is of one process; say which with --pid N`);
  }
  if (options.volume !== undefined && !probe.takes.volume) {
    throw new FleetError('usage', `the probe ${probe.name} cannot be limited to a volume`);
  }
  return {
    seconds: windowOf(options) ?? probe.seconds,
    interval: options.interval ?? probe.interval,
    pid: options.pid ?? null,
    volume: options.volume ?? null,
    totals: options.totals === true,
    rates: options.rates === true,
  };
}

async function prepareOwn(
  path: string,
  args: readonly string[],
  options: RunOptions,
  surroundings: Surroundings,
): Promise<Prepared> {
  for (const option of ['interval', 'pid', 'volume', 'totals', 'rates'] as const) {
    if (options[option] === undefined) continue;
    throw new FleetError(
      'usage',
      `--${option} is for probes; give ${path} what it takes as arguments, after --`,
    );
  }
  if (options.destructive === true) requireSelection(options, 'run --destructive');
  let text: string;
  try {
    text = await readFile(resolve(surroundings.cwd, path), 'utf8');
  } catch (cause) {
    throw new FleetError('usage', `the D script ${path} cannot be read`, { cause });
  }
  const reason = destructiveReason(text);
  if (reason !== null && options.destructive !== true) {
    throw new FleetError(
      'usage',
      `${path} may change the sleds: ${reason}; if that is what you want, say --destructive`,
    );
  }
  const seconds = windowOf(options) ?? OWN_SCRIPT_SECONDS;
  const file = basename(path)
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^[.-]+/, '');
  const runner = await readBundle(surroundings.scriptsFolder, ['run-d.sh']);
  const bundle = makeBundle([
    ...runner.files,
    { name: file, content: Buffer.from(withTimeLimit(text, seconds)) },
  ]);
  const habits = scriptHabits(text);
  const settings = { seconds, interval: 0, pid: null, volume: null, totals: false, rates: false };
  const flags = reason === null ? [] : ['-w'];
  return {
    // As a path: what it is given is not for us to read.
    ...jobOf(bundle, ['run-d.sh', ...flags, `./${file}`, ...args], { name: file, room: 1 }),
    probe: ownScript(basename(path), file, args, habits),
    settings,
    habits,
    mayRepeat: reason === null,
    asText: null,
  };
}

/** A command line of a script that lies in a bundle. */
function jobOf(
  bundle: Bundle,
  [script, ...words]: readonly [string, ...string[]],
  lock: Payload['lock'],
): Pick<Prepared, 'what' | 'bundle' | 'payload'> {
  return {
    what: [script, ...words].map(shellWord).join(' '),
    bundle,
    payload: { script: scriptCommand(bundle, script, words), isCounted: true, hasLastWords: true, lock },
  };
}

function windowOf(options: WhatIsAsked): number | undefined {
  return options.window ?? options.for;
}
