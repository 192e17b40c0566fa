import { isInForce } from '../../alert/silences.ts';
import { beginSilence, endSilences, type SilenceEdges } from '../../check/change-silences.ts';
import { silenceTable } from '../../check/silence-list.ts';
import type { ListReader } from '../../drawing/list-text.ts';
import { silenceJson } from '../../outputs/silence-json.ts';
import { unmatchedTerms } from '../../check/silence-targets.ts';
import { printable } from '../../model/printable.ts';
import { zonePattern } from '../../model/zone-name.ts';
import { requireStateFolder } from '../../store/state-folder.ts';
import { placesOf, readSilences, readState, type Places } from '../../store/store.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { describeError, FleetError } from '../../model/error.ts';
import { isRuleName, RULE_NAMES, type RuleName } from '../../alert/rules/index.ts';
import { nearest } from '../../yaml/nearest.ts';
import type { ConfigFileOptions } from '../options/config-options.ts';
import { openConfig } from './open-config.ts';
import { chooseSleds, openInventory, type SelectionOptions } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';

/** The options of every subcommand. */
export type PlaceOptions = Pick<SelectionOptions, 'inventory'> & ConfigFileOptions;

/** The options of `silence add`. */
export type AddOptions = PlaceOptions &
  Pick<SelectionOptions, 'rack' | 'sled'> & {
    readonly zone?: readonly string[];
    readonly upstairs?: readonly string[];
    readonly rule?: readonly string[];
    readonly for?: number;
    readonly until?: number;
    readonly reason?: string;
    readonly by?: string;
  };

/** The options of `silence list`. */
export interface ListOptions {
  readonly all?: boolean;
  readonly output: string;
}

export async function addSilence(options: AddOptions, surroundings: Surroundings): Promise<void> {
  const now = surroundings.now().getTime();
  const endsAt = endOf(options, now);
  const kinds = [options.rack, options.sled, options.zone, options.upstairs, options.rule];
  if (kinds.every((kind) => kind === undefined)) {
    throw usage('say what is silenced: --rack, --sled, --zone, --upstairs or --rule');
  }
  const inventory = await inventoryFor(
    options,
    surroundings,
    options.rack !== undefined || options.sled !== undefined,
  );
  const places = await placesFor(options, inventory, surroundings);
  const chosen =
    inventory === null || (options.rack === undefined && options.sled === undefined)
      ? null
      : chooseSleds(inventory, options).targets.map(({ sled }) => sled);
  const silence = {
    racks:
      chosen === null || options.sled !== undefined ? null : [...new Set(chosen.map((sled) => sled.rack))],
    sleds: chosen === null || options.sled === undefined ? null : chosen.map((sled) => sled.id),
    zones: options.zone?.map(zonePattern) ?? null,
    upstairs: options.upstairs ?? null,
    rules: options.rule?.map(ruleNamed) ?? null,
    reason: options.reason ?? '',
    by: options.by ?? surroundings.user,
    createdAt: now,
    endsAt,
  };
  const added = await beginSilence(silence, edgesOf(places, now, surroundings));
  await sayUnmatched(options, places, now, surroundings);
  surroundings.terminal.out.write(silenceTable([added], now, readerOf(surroundings)));
}

/** A silence that fits nothing now may be mistyped. */
async function sayUnmatched(
  { zone, upstairs }: AddOptions,
  places: Places,
  now: number,
  { terminal }: Surroundings,
): Promise<void> {
  const terms = { zones: zone ?? null, upstairs: upstairs ?? null };
  if (zone === undefined && upstairs === undefined) return;
  const lines = await readState(places, now, false).then(
    ({ value }) =>
      value === null
        ? ['no check is recorded here yet, so what this silences now is unknown']
        : unmatchedTerms(terms, value.incidents),
    (error: unknown) => [`what this silences now is unknown: ${describeError(error)}`],
  );
  for (const line of lines) terminal.err.write(`note: ${printable(line)}\n`);
}

export async function listSilences(
  options: PlaceOptions & ListOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { out } = surroundings.terminal;
  const now = surroundings.now().getTime();
  const places = await placesFor(options, await inventoryFor(options, surroundings, false), surroundings);
  const { value } = await readSilences(places, now, false);
  const silences = (value ?? [])
    .filter((silence) => options.all === true || isInForce(silence, now))
    .toSorted((a, b) => a.endsAt - b.endsAt);
  if (options.output === 'json') {
    out.write(
      `${JSON.stringify(
        silences.map((silence) => silenceJson(silence, now)),
        null,
        2,
      )}\n`,
    );
  } else if (silences.length === 0) {
    surroundings.terminal.err.write('no silence is in force\n');
  } else {
    out.write(silenceTable(silences, now, readerOf(surroundings)));
  }
}

export async function expireSilences(
  ids: readonly string[],
  options: PlaceOptions,
  surroundings: Surroundings,
): Promise<void> {
  const now = surroundings.now().getTime();
  const places = await placesFor(options, await inventoryFor(options, surroundings, false), surroundings);
  const ended = await endSilences(ids, edgesOf(places, now, surroundings));
  surroundings.terminal.out.write(silenceTable(ended, now, readerOf(surroundings)));
}

function readerOf({ terminal: { out } }: Surroundings): ListReader {
  return { width: out.width(), unicode: out.unicode };
}

function edgesOf(places: Places, now: number, { terminal, random }: Surroundings): SilenceEdges {
  return { places, now, random, warn: (problem) => terminal.err.write(`warning: ${problem}\n`) };
}

/** The inventory, which is needed to name racks and sleds; else it may say where the state is, and need not be there. */
async function inventoryFor(
  options: PlaceOptions,
  surroundings: Surroundings,
  isNeeded: boolean,
): Promise<Inventory | null> {
  try {
    return await openInventory(options, surroundings);
  } catch (error) {
    if (isNeeded || options.inventory !== undefined || !(error instanceof FleetError)) throw error;
    return null;
  }
}

async function placesFor(
  { config: file, stateFile }: ConfigFileOptions,
  inventory: Inventory | null,
  surroundings: Surroundings,
): Promise<Places> {
  const options = {
    ...(file === undefined ? {} : { config: file }),
    ...(stateFile === undefined ? {} : { stateFile }),
  };
  const { config, problems } = await openConfig(options, inventory, surroundings);
  for (const { line } of problems) surroundings.terminal.err.write(`warning: ${line}\n`);
  await requireStateFolder(config);
  return placesOf(config.stateFile);
}

function endOf({ for: forMs, until }: AddOptions, now: number): number {
  if (forMs !== undefined && until !== undefined) throw usage('give --for or --until, not both');
  const endsAt = forMs === undefined ? until : now + forMs;
  if (endsAt === undefined) {
    throw usage(
      'a silence needs an end: say how long with --for 4h, or until when with --until 2026-11-27T06:00',
    );
  }
  if (endsAt <= now) throw usage(`--until: ${new Date(endsAt).toISOString()} is over`);
  return endsAt;
}

function ruleNamed(text: string): RuleName {
  if (isRuleName(text)) return text;
  const [near] = nearest(text, RULE_NAMES);
  const hint = near === undefined ? '' : `did you mean ${near}? `;
  throw usage(`--rule: there is no rule '${text}'; ${hint}the rules are ${RULE_NAMES.join(', ')}`);
}

function usage(message: string): FleetError {
  return new FleetError('usage', message);
}
