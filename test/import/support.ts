import { applyPlan, newInventoryText } from '../../src/import/apply-plan.ts';
import { joinSources, type JoinSource } from '../../src/import/join.ts';
import { inventorySource, planImport } from '../../src/import/plan.ts';
import { NOTHING_SEEN, type SeenSled } from '../../src/import/seen-sled.ts';
import { parse } from '../inventory/support/fixtures.ts';

export function seen(fields: Partial<SeenSled>): SeenSled {
  return { ...NOTHING_SEEN, ...fields };
}

export function underlay(text: string): SeenSled['address'] {
  return { text, of: 'sled' };
}

/** Imports sources into a text as the command does; null is no inventory yet. */
export function importInto(
  text: string | null,
  sources: readonly JoinSource[],
  {
    rack = '3',
    choose = {},
  }: { readonly rack?: string | null; readonly choose?: Readonly<Record<string, string>> } = {},
) {
  const inventory = text === null ? null : parse(text);
  const uuids = (inventory?.racks ?? []).flatMap(({ id, uuid }) =>
    uuid === undefined ? [] : [[uuid, id] as const],
  );
  const joined = joinSources(inventory === null ? sources : [inventorySource(inventory), ...sources], {
    rack,
    racksByUuid: new Map(uuids),
    choices: new Map(Object.entries(choose)),
  });
  const plan = planImport(joined.sleds, inventory ?? { file: '', racks: [], targets: [], check: null });
  const made = text === null ? newInventoryText(plan, [], new Map()) : applyPlan(text, plan, [], new Map());
  return { ...joined, plan, text: made };
}
