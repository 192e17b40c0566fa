import { InvalidArgumentError, Option, type Command } from 'commander';
import { isInForce } from '../alert/silences.ts';
import { lockPlace, placesOf, readSilences, writeSilences, type Places } from '../alert/store.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { FleetError } from '../model/error.ts';
import type { Silence } from '../model/incident.ts';
import { isRuleName, RULE_NAMES, type RuleName } from '../model/rules.ts';
import { silenceJson, silenceTable } from '../outputs/silence.ts';
import { nearest } from '../yaml/nearest.ts';
import { addConfigFileOptions, openConfig, type ConfigFileOptions } from './config-options.ts';
import { durationValue, listValue } from './option-values.ts';
import { randomHex } from './random-hex.ts';
import { chooseSleds, openInventory, type SelectionOptions } from './selection-options.ts';
import type { Surroundings } from './surroundings.ts';

type PlaceOptions = Pick<SelectionOptions, 'inventory'> & ConfigFileOptions;

type AddOptions = PlaceOptions &
  Pick<SelectionOptions, 'rack' | 'sled'> & {
    readonly zone?: readonly string[];
    readonly upstairs?: readonly string[];
    readonly rule?: readonly string[];
    readonly for?: number;
    readonly until?: number;
    readonly reason?: string;
    readonly by?: string;
  };

/** How long to wait for somebody who changes the silences at the same moment. */
const LOCK_WAIT_MS = 10_000;
/** Silences that ended so long ago are dropped when the file is written. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** Adds `silence`: incidents of which no mail speaks for a while. */
export function addSilenceCommand(program: Command, around: Surroundings): void {
  const silence = program
    .command('silence')
    .summary('keep incidents out of the mails of check for a while')
    .description(
      'Silences incidents of check until a time: they are listed as silenced, no mail speaks of them, and those that ' +
        'still stand when the silence ends are mailed then.',
    );
  addPlaceOptions(
    silence
      .command('add')
      .summary('silence a rack, sleds, zones, upstairs or rules; of several kinds all must match')
      .description('Adds a silence. An incident is silenced when it matches one of each kind that is given.')
      .optionsGroup('What is silenced:')
      .option('-r, --rack <ids>', 'incidents of these racks; with --sled: where the sleds are', listValue)
      .option('-s, --sled <sleds>', 'incidents seen on these sleds: 3/17, a serial, a range', listValue)
      .option('--zone <glob>', 'incidents of zones of this name', listValue)
      .option('--upstairs <prefix>', 'incidents of upstairs whose id begins so', prefixValue)
      .option('--rule <names>', `incidents of these rules: ${RULE_NAMES.join(', ')}`, listValue)
      .optionsGroup('Until when, and why:')
      .option('--for <time>', 'how long it lasts: 4h, 30m, 2d', durationValue)
      .option('--until <time>', 'when it ends: 2026-11-27T06:00 (local time, or with Z)', timeValue)
      .option('--reason <text>', 'why; everybody who sees the silence reads it')
      .option('--by <name>', 'who silences (default: you)'),
  )
    .addHelpText('after', ADD_EXAMPLES)
    .action(async (options: AddOptions) => await addSilence(options, around));
  addPlaceOptions(
    silence
      .command('list')
      .summary('the silences in force')
      .description('Lists silences.')
      .option('--all', 'those that are over too')
      .addOption(
        new Option('-o, --output <format>', 'how to print').choices(['table', 'json']).default('table'),
      ),
  ).action(async (options: PlaceOptions & ListOptions) => await listSilences(options, around));
  addPlaceOptions(
    silence
      .command('expire')
      .summary('end silences now')
      .description('Ends silences now. What still stands is mailed by the next check.')
      .argument('<id...>', 'as silence list shows them'),
  ).action(
    async (ids: readonly string[], options: PlaceOptions) => await expireSilences(ids, options, around),
  );
}

const ADD_EXAMPLES = `
Examples:
  cruc-fleet silence add --sled 3/17 --for 4h --reason "update"
  cruc-fleet silence add --rack 3 --rule repairing,repair_aborted --for 2d --reason "disks are replaced"
  cruc-fleet silence list
  cruc-fleet silence expire 5f2a91`;

interface ListOptions {
  readonly all?: boolean;
  readonly output: string;
}

function addPlaceOptions(command: Command): Command {
  return addConfigFileOptions(
    command
      .optionsGroup('Where it is kept:')
      .option('-i, --inventory <file>', 'the inventory that says which racks and sleds there are'),
  );
}

async function addSilence(options: AddOptions, around: Surroundings): Promise<void> {
  const now = around.now().getTime();
  const endsAt = endOf(options, now);
  const kinds = [options.rack, options.sled, options.zone, options.upstairs, options.rule];
  if (kinds.every((kind) => kind === undefined)) {
    throw usage('say what is silenced: --rack, --sled, --zone, --upstairs or --rule');
  }
  const inventory = await inventoryFor(
    options,
    around,
    options.rack !== undefined || options.sled !== undefined,
  );
  const places = await placesFor(options, inventory, around);
  const chosen =
    inventory === null || (options.rack === undefined && options.sled === undefined)
      ? null
      : chooseSleds(inventory, options).sleds;
  const silence = {
    racks:
      chosen === null || options.sled !== undefined ? null : [...new Set(chosen.map((sled) => sled.rack))],
    sleds: chosen === null || options.sled === undefined ? null : chosen.map((sled) => sled.id),
    zones: options.zone ?? null,
    upstairs: options.upstairs ?? null,
    rules: options.rule?.map(ruleNamed) ?? null,
    reason: options.reason ?? '',
    by: options.by ?? around.user,
    createdAt: now,
    endsAt,
  };
  const added = await change(places, around, (silences) => {
    const whole = { id: freeId(silences, around.random), ...silence };
    return { silences: [...silences, whole], value: whole };
  });
  around.terminal.out.write(silenceTable([added], now));
}

async function listSilences(options: PlaceOptions & ListOptions, around: Surroundings): Promise<void> {
  const { out } = around.terminal;
  const now = around.now().getTime();
  const places = await placesFor(options, await inventoryFor(options, around, false), around);
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
    around.terminal.err.write('no silence is in force\n');
  } else {
    out.write(silenceTable(silences, now));
  }
}

async function expireSilences(
  ids: readonly string[],
  options: PlaceOptions,
  around: Surroundings,
): Promise<void> {
  const now = around.now().getTime();
  const places = await placesFor(options, await inventoryFor(options, around, false), around);
  const ended = await change(places, around, (silences) => {
    const inForce = silences.filter((silence) => isInForce(silence, now));
    for (const id of ids) {
      if (inForce.some((silence) => silence.id === id)) continue;
      const known = inForce.map((silence) => silence.id).join(', ');
      const hint = known === '' ? 'none is' : `those in force are ${known}`;
      throw usage(`no silence '${id}' is in force; ${hint}`);
    }
    const isMeant = (silence: Silence) => ids.includes(silence.id) && isInForce(silence, now);
    const changed = silences.map((silence) => (isMeant(silence) ? { ...silence, endsAt: now } : silence));
    return { silences: changed, value: changed.filter((silence) => ids.includes(silence.id)) };
  });
  around.terminal.out.write(silenceTable(ended, now));
}

/** Changes the silences while nobody else does. */
async function change<T>(
  places: Places,
  around: Surroundings,
  work: (silences: readonly Silence[]) => { readonly silences: readonly Silence[]; readonly value: T },
): Promise<T> {
  const now = around.now().getTime();
  const locked = await lockPlace(places.silencesLock, { waitMs: LOCK_WAIT_MS, random: around.random });
  if (locked.status === 'busy') {
    throw new FleetError(
      'state',
      `the silences are being changed by another process (PID ${locked.holder.pid}); try again`,
    );
  }
  try {
    const { value, setAside } = await readSilences(places, now, true);
    if (setAside !== null) around.terminal.err.write(`warning: ${setAside}\n`);
    const changed = work(value ?? []);
    await writeSilences(
      places,
      changed.silences.filter((silence) => now - silence.endsAt < KEPT_MS),
    );
    return changed.value;
  } finally {
    await locked.release();
  }
}

/** The inventory, which is needed to name racks and sleds; else it may say where the state is, and need not be there. */
async function inventoryFor(
  options: PlaceOptions,
  around: Surroundings,
  isNeeded: boolean,
): Promise<Inventory | null> {
  try {
    return await openInventory(options, around);
  } catch (error) {
    if (isNeeded || options.inventory !== undefined || !(error instanceof FleetError)) throw error;
    return null;
  }
}

async function placesFor(
  { config: file, stateFile }: ConfigFileOptions,
  inventory: Inventory | null,
  around: Surroundings,
): Promise<Places> {
  const options = {
    ...(file === undefined ? {} : { config: file }),
    ...(stateFile === undefined ? {} : { stateFile }),
  };
  const { config, problems } = await openConfig(options, inventory, around);
  for (const { line } of problems) around.terminal.err.write(`warning: ${line}\n`);
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

function prefixValue(text: string, before: readonly string[] | undefined): readonly string[] {
  const prefixes = listValue(text.toLowerCase(), before);
  if (prefixes.some((prefix) => !/^[0-9a-f-]{1,36}$/.test(prefix))) {
    throw new InvalidArgumentError('give the beginning of a UUID such as 3f2b1c9e.');
  }
  return prefixes;
}

function timeValue(text: string): number {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('give a time such as 2026-11-27T06:00.');
  return time;
}

function freeId(silences: readonly Silence[], random: () => number): string {
  for (;;) {
    const id = randomHex(random, 6);
    if (!silences.some((silence) => silence.id === id)) return id;
  }
}

function usage(message: string): FleetError {
  return new FleetError('usage', message);
}
