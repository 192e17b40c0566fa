import { unifiedDiff } from '../../drawing/line-diff.ts';
import { wrapped } from '../../drawing/wrap.ts';
import { applyPlan, newInventoryText, type WrittenRack } from '../../import/apply-plan.ts';
import { joinSources, type JoinSource } from '../../import/join.ts';
import { described, inventorySource, planImport, type ImportPlan } from '../../import/plan.ts';
import { withoutStrays } from '../../import/strays.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { withoutUserinfo } from '../../model/userinfo.ts';
import { EXIT } from '../exit-code.ts';
import { joinWithChoices, type ChoiceOptions } from './import-choices.ts';
import { openInventoryFile, parseFile, writeInventory, type InventoryFile } from './import-file.ts';
import { askForLeftRack, chooseRacks, writtenRacks, type RackChoice } from './import-racks.ts';
import { givenSources, openSources, type OpenedSource } from './import-sources.ts';
import { askWord, withQuestions, type AskPerson } from '../questions.ts';
import type { Surroundings } from '../surroundings.ts';

export interface ImportOptions extends ChoiceOptions {
  readonly inventory?: string;
  readonly from?: readonly string[];
  readonly rack?: readonly string[];
  readonly partial?: boolean;
  readonly write?: boolean;
  readonly yes?: boolean;
}

const NOTHING_WRITTEN = 'interrupted: nothing was written';

/** Joins what sources say of sleds, shows what it changes in the inventory, and writes it where that is wanted. */
export async function importInventory(
  files: readonly string[],
  options: ImportOptions,
  surroundings: Surroundings,
): Promise<number> {
  const given = givenSources(options.from ?? [], files);
  if (given.length === 0) {
    throw new FleetError('usage', 'nothing to import: name a file, or --from KIND FILE; - is standard input');
  }
  const sources = await openSources(given, surroundings);
  // What was piped in cannot answer.
  const canAsk = given.some(({ file }) => file === '-') ? { ...surroundings, ask: null } : surroundings;
  return await withQuestions(canAsk, NOTHING_WRITTEN, async (ask) => {
    await settleDoubts(sources, options, surroundings, ask);
    const opened = await openInventoryFile(options.inventory, surroundings);
    const { text } = opened;
    const inventory = text === null ? null : parseFile({ ...opened, text }, surroundings);
    const made = await makeText(sources, { opened, inventory }, options, surroundings, ask);
    tell(made, sources, surroundings);
    return await finish(opened, made, options, surroundings, ask);
  });
}

/** What may be the part of a table only is taken where somebody says so. */
async function settleDoubts(
  sources: readonly OpenedSource[],
  { partial }: ImportOptions,
  { terminal }: Surroundings,
  ask: AskPerson | null,
): Promise<void> {
  const doubts = sources.flatMap(({ label, doubts: own }) =>
    own.map((doubt) => printable(`${label}: ${doubt}`)),
  );
  if (doubts.length === 0) return;
  if (partial === true || ask !== null) {
    for (const doubt of doubts) terminal.err.write(`warning: ${doubt}\n`);
  }
  if (partial === true) return;
  if (ask === null) {
    throw new FleetError(
      'inventory',
      [...doubts, 'sleds may be missing: give the whole output, or take what is there with --partial'].join(
        '\n',
      ),
    );
  }
  if ((await askWord(ask, 'Sleds may be missing. Take what is there?', ['yes', 'no'])) === 'yes') return;
  throw new FleetError('inventory', 'nothing was written: give the whole output');
}

/** The text that the inventory would have, and what is to be said of it. */
interface Made {
  readonly text: string;
  readonly plan: ImportPlan;
  readonly leftOut: readonly string[];
}

async function makeText(
  sources: readonly OpenedSource[],
  { opened, inventory }: { readonly opened: InventoryFile; readonly inventory: Inventory | null },
  options: ImportOptions,
  surroundings: Surroundings,
  ask: AskPerson | null,
): Promise<Made> {
  const sleds = sources.flatMap((source) => source.sleds);
  const kinds = kindsOf(sources);
  let choices: ReadonlyMap<string, string> = new Map();
  let racks = await chooseRacks(options.rack ?? [], sleds, inventory, ask);
  for (;;) {
    const join = await joinWithChoices(
      joinable(sources, inventory),
      { rack: racks.rack, racksByUuid: racks.byUuid, choices },
      options,
      ask,
    );
    choices = join.choices;
    const told = withoutStrays(join.sleds, kinds);
    const plan = planImport(told.sleds, inventory ?? emptyInventory(opened.file));
    if (plan.withoutRack.length > 0) {
      const names = plan.withoutRack.map(described);
      racks = { ...racks, rack: await askForLeftRack(names, inventory, ask) };
      continue;
    }
    const text = textOf(opened, plan, writtenRacks(racks), kinds);
    if (plan.changes.length + plan.additions.length > 0)
      verify({ ...opened, text }, join.choices, racks, sources, surroundings);
    return {
      text,
      plan,
      leftOut: [
        ...sources.flatMap(({ label, leftOut }) => leftOut.map((each) => `${label}: ${each}`)),
        ...join.leftOut,
        ...told.leftOut,
      ],
    };
  }
}

function textOf(
  { text }: InventoryFile,
  plan: ImportPlan,
  racks: readonly WrittenRack[],
  kinds: ReadonlyMap<string, string>,
): string {
  if (text !== null) return applyPlan(text, plan, racks, kinds);
  return plan.additions.length === 0 ? '' : newInventoryText(plan, racks, kinds);
}

function joinable(sources: readonly OpenedSource[], inventory: Inventory | null): readonly JoinSource[] {
  return inventory === null ? sources : [inventorySource(inventory), ...sources];
}

function kindsOf(sources: readonly OpenedSource[]): ReadonlyMap<string, string> {
  return new Map<string, string>(sources.map(({ label, kind }) => [label, kind]));
}

function emptyInventory(file: string): Inventory {
  return { file, racks: [], targets: [], check: null };
}

/** Looks whether the new text holds what was to be written: importing the same into it must change nothing. */
function verify(
  made: { readonly file: string; readonly text: string },
  choices: ReadonlyMap<string, string>,
  racks: RackChoice,
  sources: readonly OpenedSource[],
  surroundings: Surroundings,
): void {
  const inventory = parseFile(made, surroundings);
  const again = joinSources(joinable(sources, inventory), {
    rack: racks.rack,
    racksByUuid: racks.byUuid,
    choices,
  });
  const { changes, additions } = planImport(withoutStrays(again.sleds, kindsOf(sources)).sleds, inventory);
  if (changes.length + additions.length === 0) return;
  const who = [...changes.map(({ target }) => target.sled.id), ...additions.map(described)];
  throw new FleetError(
    'inventory',
    `${made.file} is written in a way that an import cannot edit, such as an alias: write ${who.slice(0, 5).join(', ')}${who.length > 5 ? ' and others' : ''} by hand`,
  );
}

function tell(
  { plan, leftOut }: Made,
  sources: readonly OpenedSource[],
  { terminal: { err } }: Surroundings,
): void {
  const say = (line: string): void => {
    err.write(`${wrapped(printable(line), err.width(), '  ').join('\n')}\n`);
  };
  for (const { label, kind, sleds } of sources) say(`${label}: ${kind}, ${count(sleds.length, 'sled')}`);
  for (const line of leftOut) say(`left out: ${line}`);
  if (plan.withoutAddress.length > 0) {
    say(
      `without an address: ${plan.withoutAddress.map(described).join(', ')}; only a comment is written of them (omdb db sleds has addresses)`,
    );
  }
  for (const line of plan.byHand) say(`by hand: ${line}`);
}

async function finish(
  opened: InventoryFile,
  { text, plan }: Made,
  { write, yes }: ImportOptions,
  surroundings: Surroundings,
  ask: AskPerson | null,
): Promise<number> {
  const { out, err } = surroundings.terminal;
  const whole = plan.byHand.length === 0 ? EXIT.ok : EXIT.incomplete;
  if (text === (opened.text ?? '')) {
    if (opened.text === null) {
      throw new FleetError(
        'inventory',
        'no sled has an address, so nothing was written: import omdb db sleds too',
      );
    }
    err.write(`${opened.file}: nothing to change\n`);
    return whole;
  }
  out.write(printableDiff(unifiedDiff(opened.text ?? '', text, opened.file)));
  const what = `${count(plan.additions.length, 'sled')} added, ${count(plan.changes.length, 'entry', 'entries')} changed`;
  if (write !== true) {
    err.write(`${what}; nothing was written: --write writes it\n`);
    return whole;
  }
  if (yes !== true) {
    if (ask === null)
      throw new FleetError(
        'usage',
        'nobody can be asked, since this is not a terminal: --yes writes without asking',
      );
    if ((await askWord(ask, `${what}. Write ${opened.file}?`, ['yes', 'no'])) !== 'yes') {
      err.write('nothing was written\n');
      return whole;
    }
  }
  await writeInventory(opened, text);
  err.write(`${what}: wrote ${opened.file}\n`);
  return whole;
}

/** An inventory may hold a password in a URL, near to what changes. */
function printableDiff(diff: string): string {
  return diff
    .split('\n')
    .map((line) => printable(withoutUserinfo(line)))
    .join('\n');
}

function count(number: number, noun: string, nouns = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : nouns}`;
}
