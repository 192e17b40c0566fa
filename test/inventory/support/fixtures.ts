import type { Inventory, InventoryContext, Rack } from '../../../src/inventory/inventory.ts';
import { parseInventory } from '../../../src/inventory/parse.ts';
import { FleetError } from '../../../src/model/error.ts';
import type { Sled } from '../../../src/model/sled.ts';
import { makeTarget } from '../../support/sleds.ts';

const CONTEXT: InventoryContext = {
  home: '/home/ada',
  user: 'ada',
  agentSocket: '/run/agent.sock',
  stateFolder: '/home/ada/.local/state/cruc-fleet',
  baseDir: '/etc/fleet',
};

export function parse(text: string): Inventory {
  return parseInventory(text, 'inventory.yaml', CONTEXT);
}

/** The lines of the error that a text is refused with. */
export function errorsOf(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof FleetError && error.code === 'inventory') return error.message.split('\n');
    throw error;
  }
  throw new Error('the text was taken');
}

/** The example with its section of defaults, which it has as a comment. */
export function withDefaults(example: string): string {
  return example.replace(/^# defaults:\n(?:# .*\n)+/m, (section) => section.replaceAll(/^# /gm, ''));
}

/** An inventory with the lines of one rack under `- id: 3`. */
export function rack3(...lines: readonly string[]): string {
  return ['version: 1', 'racks:', '  - id: 3', ...lines.map((line) => `    ${line}`), ''].join('\n');
}

export function sledWith(fields: Partial<Sled> & { readonly rack: string; readonly name: string }): Sled {
  const id = `${fields.rack}/${fields.name}`;
  return { id, serial: null, cubby: null, labels: {}, host: 'fd00::1', ...fields };
}

export function inventoryOf(sleds: readonly Sled[]): Inventory {
  const racks: Rack[] = [...new Set(sleds.map((sled) => sled.rack))].map((id) => ({
    id,
    name: null,
    labels: {},
    gateways: [],
  }));
  const targets = sleds.map((sled) => ({ ...makeTarget(0), sled }));
  return { file: 'inventory.yaml', racks, targets, check: null };
}
