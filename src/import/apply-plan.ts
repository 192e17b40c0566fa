import { sameWord } from '../inventory/words.ts';
import type { Sled } from '../model/sled.ts';
import {
  addList,
  addPair,
  appendElements,
  appendLines,
  applyEdits,
  dropLine,
  elementLine,
  elementsOf,
  flowText,
  openEdited,
  replaceScalar,
  scalarText,
  valueAt,
  type Edit,
  type EditedYaml,
  type NewElement,
  type YamlNode,
} from '../yaml/edits.ts';
import { nameOf, type JoinedSled } from './join.ts';
import type { EntryChange, ImportPlan } from './plan.ts';

/** What an import writes beside sleds. */
export interface WrittenRack {
  readonly id: string;
  /** The rack's id in the control plane, where it was asked for; null where it is not known. */
  readonly uuid: string | null;
}

interface Writing {
  readonly file: EditedYaml;
  readonly edits: Edit[];
  /** The kinds of the sources, by their labels. */
  readonly kinds: ReadonlyMap<string, string>;
}

const WITHOUT_ADDRESS = '# no address known:';

/**
 * The text of an inventory with a plan carried out. Whatever the plan does not name stays as it was typed. What cannot be
 * written, such as a rack that is an alias, is left out: whoever writes it looks whether all is there.
 */
export function applyPlan(
  text: string,
  plan: ImportPlan,
  racks: readonly WrittenRack[],
  kinds: ReadonlyMap<string, string>,
): string {
  const file = openEdited(text);
  const edits: Edit[] = [];
  const writing: Writing = { file, edits, kinds };
  const nodes = elementsOf(valueAt(file.top, 'racks'));
  const changed = plan.changes.map((change) => change.target.sled.rack);
  const sleds = [...plan.additions, ...plan.withoutAddress];
  const ids = [...new Set([...changed, ...sleds.map(({ rack }) => rack?.value ?? '')].map(sameWord))];
  const added: NewRack[] = [];
  for (const id of ids) {
    const isHere = (rack: string | undefined): boolean => rack !== undefined && sameWord(rack) === id;
    const own = {
      changes: plan.changes.filter(({ target }) => isHere(target.sled.rack)),
      sleds: plan.additions.filter(({ rack }) => isHere(rack?.value)),
      silent: plan.withoutAddress.filter(({ rack }) => isHere(rack?.value)),
    };
    const node = rackNode(nodes, id);
    if (node !== null) writeRack(writing, node, own);
    else
      added.push({
        ...own,
        id: sleds.find(({ rack }) => isHere(rack?.value))?.rack?.value ?? id,
        uuid: racks.find((rack) => isHere(rack.id))?.uuid ?? null,
      });
  }
  for (const { id, uuid } of racks) {
    const node = rackNode(nodes, id);
    if (uuid === null || node === null || valueAt(node, 'rack_uuid') !== null) continue;
    push(writing, addPair(file, node, ['rack_uuid', uuid], 'id'));
  }
  for (const rack of added) push(writing, addRack(writing, rack));
  for (const sled of plan.additions) edits.push(...formerComments(text, sled));
  return applyEdits(text, edits);
}

/** The text of a first inventory that holds what a plan adds. */
export function newInventoryText(
  plan: Pick<ImportPlan, 'additions' | 'withoutAddress'>,
  racks: readonly WrittenRack[],
  kinds: ReadonlyMap<string, string>,
): string {
  const ids = [...new Set(plan.additions.map(({ rack }) => rack?.value ?? ''))];
  const lines = ids.flatMap((id) => {
    const sleds = plan.additions.filter(({ rack }) => rack?.value === id);
    const silent = plan.withoutAddress.filter(({ rack }) => rack?.value === id);
    const uuid = racks.find((rack) => sameWord(rack.id) === sameWord(id))?.uuid ?? null;
    return rackLines({ id, uuid, sleds, silent }, kinds).map((line) => `  ${line}`);
  });
  return [
    '# Made by `cruc-fleet inventory import`. Edit it as you like: an import changes nothing here unless it is told to.',
    'version: 1',
    'racks:',
    ...lines,
    '',
  ].join('\n');
}

interface NewRack extends WrittenRack {
  readonly sleds: readonly JoinedSled[];
  readonly silent: readonly JoinedSled[];
}

function rackLines(
  { id, uuid, sleds, silent }: NewRack,
  kinds: ReadonlyMap<string, string>,
): readonly string[] {
  return [
    `- id: ${id}`,
    ...(uuid === null ? [] : [`  rack_uuid: ${uuid}`]),
    '  sleds:',
    ...sleds.map((sled) => `    ${elementLine(elementOf(sled, kinds))}`),
    ...silent.map((sled) => `    ${silentLine(sled)}`),
  ];
}

function push({ edits }: Writing, edit: Edit | null): void {
  if (edit !== null) edits.push(edit);
}

function rackNode(nodes: readonly YamlNode[], id: string): YamlNode | null {
  return nodes.find((node) => sameWord(scalarText(valueAt(node, 'id')) ?? '') === sameWord(id)) ?? null;
}

function writeRack(
  writing: Writing,
  rack: YamlNode,
  {
    changes,
    sleds,
    silent,
  }: { readonly changes: readonly EntryChange[] } & Pick<NewRack, 'sleds' | 'silent'>,
): void {
  const { file, kinds } = writing;
  const list = valueAt(rack, 'sleds');
  const entryOf = (sled: Sled): YamlNode | null =>
    elementsOf(list).find((node) => isEntryOf(node, sled)) ?? null;
  for (const { target, settings } of changes) {
    const entry = entryOf(target.sled);
    if (entry === null) continue;
    for (const { key, to } of settings) {
      const value = valueAt(entry, key);
      push(writing, value === null ? addPair(file, entry, [key, to]) : replaceScalar(value, to));
    }
  }
  const elements = [
    ...changes.filter(({ target }) => entryOf(target.sled) === null).map(correctionOf),
    ...sleds.map((sled) => elementOf(sled, kinds)),
  ];
  if (elements.length > 0) {
    push(
      writing,
      list === null ? addList(file, rack, 'sleds', elements) : appendElements(file, list, elements),
    );
  }
  const unsaid = silent.filter((sled) => !isSaid(file.text, sled));
  if (unsaid.length > 0) push(writing, appendLines(file, list, unsaid.map(silentLine)));
}

/** What differs from a pattern, in an entry of the sled's own. */
function correctionOf({ target: { sled }, settings }: EntryChange): NewElement {
  const isTold = settings.some(({ key }) => key === 'cubby') || sled.cubby === null;
  const cubby = isTold ? [] : [['cubby', String(sled.cubby)] as const];
  return { pairs: [...cubby, ...settings.map(({ key, to }) => [key, to] as const)], comment: null };
}

function isEntryOf(node: YamlNode, sled: Sled): boolean {
  const text = (key: string): string | null => scalarText(valueAt(node, key));
  if (text('cubby') !== null && sled.cubby !== null) return Number(text('cubby')) === sled.cubby;
  if (text('serial') !== null) return text('serial')?.toLowerCase() === sled.serial?.toLowerCase();
  return text('name')?.toLowerCase() === sled.name.toLowerCase();
}

function addRack({ file, kinds }: Writing, rack: NewRack): Edit | null {
  if (rack.sleds.length === 0) return null;
  const racks = valueAt(file.top, 'racks');
  const lines = appendLines(file, racks, rackLines(rack, kinds));
  if (lines !== null) return lines;
  const sleds = rack.sleds.map((sled) => flowText(elementOf(sled, kinds))).join(', ');
  const uuid = rack.uuid === null ? [] : [['rack_uuid', rack.uuid] as const];
  return appendElements(file, racks, [
    { pairs: [['id', rack.id], ...uuid, ['sleds', `[${sleds}]`]], comment: null },
  ]);
}

function elementOf(sled: JoinedSled, kinds: ReadonlyMap<string, string>): NewElement {
  const from = [...new Set(sled.from.map((label) => kinds.get(label) ?? label))].sort();
  return { pairs: pairsOf(sled), comment: from.join(', ') };
}

function pairsOf({ serial, cubby, host, name, isScrimlet }: JoinedSled): NewElement['pairs'] {
  const isNamed = serial === null && cubby === null && name !== null;
  return [
    ...(cubby === null ? [] : [['cubby', String(cubby.value)] as const]),
    ...(serial === null ? [] : [['serial', serial.value] as const]),
    ...(isNamed ? [['name', name] as const] : []),
    ...(host === null ? [] : [['host', host.value] as const]),
    ...(isScrimlet ? [['labels', '{ role: scrimlet }'] as const] : []),
  ];
}

/** A sled to which nothing leads is said to whoever reads the file; as an entry it would be an error. */
function silentLine(sled: JoinedSled): string {
  return `${WITHOUT_ADDRESS} ${flowText({ pairs: pairsOf(sled) })}`;
}

function isSaid(text: string, sled: JoinedSled): boolean {
  const word = wordOf(sled);
  return text.split('\n').some((line) => line.trim().startsWith('#') && word.test(line));
}

/** The lines that said of a sled that no address is known, when there is one. */
function formerComments(text: string, sled: JoinedSled): readonly Edit[] {
  const word = wordOf(sled);
  const edits: Edit[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    if (line.trim().startsWith(WITHOUT_ADDRESS) && word.test(line)) edits.push(dropLine(text, offset));
    offset += line.length + 1;
  }
  return edits;
}

function wordOf(sled: JoinedSled): RegExp {
  const name = nameOf(sled).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\w.-])${name}(?![\\w.-])`, 'i');
}
