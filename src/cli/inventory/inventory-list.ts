import { describeInventory, type SledSummary } from '../../inventory/describe.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { LISTED_LOGIN_KEYS } from '../../inventory/login-keys.ts';
import { wayFacts } from '../../inventory/way-facts.ts';
import { listText, type ListReader } from '../../drawing/list-text.ts';
import type { Column, Row } from '../../model/column.ts';
import type { Target } from '../../model/target.ts';

/** How `inventory list` prints: a table as wide as the terminal, every value of each login, or all for programs. */
export type ListFormat = 'table' | 'wide' | 'json';

const COLUMNS: readonly Column[] = [
  { name: 'rack', heading: 'RACK', kind: 'text', role: 'identity', ofSled: true, help: 'rack' },
  { name: 'cubby', heading: 'CUBBY', kind: 'count', role: 'identity', ofSled: true, help: 'cubby' },
  { name: 'serial', heading: 'SERIAL', kind: 'text', role: 'id', ofSled: true, help: 'serial number' },
  { name: 'name', heading: 'NAME', kind: 'text', role: 'identity', help: 'name in its rack' },
  { name: 'address', heading: 'ADDRESS', kind: 'text', role: 'state', help: 'host and port' },
  ...LISTED_LOGIN_KEYS.map(({ heading }): Column => ({
    name: heading.toLowerCase(),
    heading,
    kind: 'text',
    help: 'of its login',
  })),
  { name: 'gateways', heading: 'GATEWAYS', kind: 'text', rank: 1, help: 'what leads there' },
  { name: 'labels', heading: 'LABELS', kind: 'text', rank: -1, help: 'labels' },
];

const VALUES: readonly Column[] = [
  { name: 'sled', heading: 'SLED', kind: 'text', role: 'identity', help: 'rack/name' },
  { name: 'hop', heading: 'HOP', kind: 'text', role: 'identity', help: 'whose login it is' },
  { name: 'key', heading: 'KEY', kind: 'text', role: 'identity', help: 'key of the inventory' },
  { name: 'value', heading: 'VALUE', kind: 'text', role: 'state', help: 'its value' },
  { name: 'from', heading: 'FROM', kind: 'text', role: 'state', help: 'who said so' },
];

/** The sleds of an inventory as a list. */
export function inventoryList(
  inventory: Inventory,
  format: ListFormat,
  headers: boolean,
  reader: ListReader,
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(describeInventory(inventory).sleds.map(sledJson), null, 2)}\n`;
    case 'wide':
      return listText(VALUES, inventory.targets.flatMap(valueRows), { ...reader, width: null }, headers);
    case 'table':
      return listText(COLUMNS, describeInventory(inventory).sleds.map(sledRow), reader, headers);
  }
}

function sledRow(sled: SledSummary): Row {
  const labels = Object.entries(sled.labels).map(([key, value]) => `${key}=${value}`);
  return {
    sled: idOf(sled),
    rack: sled.rack,
    cubby: sled.cubby,
    serial: sled.serial,
    name: sled.name,
    address: sled.address,
    ...loginOf(sled),
    gateways: sled.gateways.join(','),
    labels: labels.join(','),
  };
}

function sledJson(sled: SledSummary): Record<string, unknown> {
  const { rack, cubby, serial, name, address, gateways, labels } = sled;
  return { sled: idOf(sled), rack, cubby, serial, name, address, ...loginOf(sled), gateways, labels };
}

function idOf({ rack, name }: SledSummary): string {
  return `${rack}/${name}`;
}

function loginOf({ login }: SledSummary): Readonly<Record<string, string>> {
  return Object.fromEntries(
    LISTED_LOGIN_KEYS.map(({ heading }, i) => [heading.toLowerCase(), login[i] ?? '']),
  );
}

/** A line a value: the way, the sled's login, and each gateway's. */
function valueRows(target: Target): readonly Row[] {
  const { id: sled } = target.sled;
  const { way, origin, hops } = wayFacts(target);
  return [
    { sled, hop: 'sled', key: 'way', value: way, from: origin },
    ...hops.flatMap(({ hop, login }) =>
      login.map(({ key, value, origin: from }) => ({ sled, hop, key, value, from })),
    ),
  ];
}
