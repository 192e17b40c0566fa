import type { Gateway } from '../model/target.ts';
import { sameHost } from './address.ts';
import type { InventoryContext } from './inventory.ts';
import { resolveGateway } from './login.ts';
import {
  destination,
  GATEWAY_KEYS,
  host,
  labelKey,
  labelValue,
  SETTING_KEYS,
  settings,
  type Settings,
} from './inventory-schema.ts';
import {
  isText,
  missing,
  read,
  readKnown,
  readList,
  readPairs,
  report,
  shown,
  type Reader,
  type Value,
} from '../yaml/yaml-reader.ts';

/** The settings among the values of a mapping; those that do not fit are reported and left out. */
export function readSettings(reader: Reader, values: ReadonlyMap<string, Value>): Settings {
  const given: Record<string, unknown> = {};
  for (const key of SETTING_KEYS) {
    const found = read<unknown>(reader, values.get(key), settings[key]);
    if (found !== undefined) given[key] = found.value;
  }
  // Each value came from the schema of its own key.
  return given;
}

/** The labels of a mapping, over those of what is around it. */
export function readLabels(
  reader: Reader,
  value: Value | undefined,
  outer: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const pairs = value === undefined ? null : readPairs(reader, value, 'labels such as { role: scrimlet }');
  if (pairs === null) return outer;
  const labels = new Map(Object.entries(outer));
  for (const [key, pair] of pairs) {
    const known = labelKey.safeParse(key);
    const label = read(reader, pair.value, labelValue);
    if (!known.success) {
      const [issue] = known.error.issues;
      report(reader, pair.place, `found the label ${shown(key)}, allowed is ${issue?.message ?? ''}`);
    } else if (label !== undefined) {
      labels.set(key, label.value);
    }
  }
  return Object.fromEntries(labels);
}

/** A list of gateways; undefined where none is given, so that the ones of what is around it hold. */
export function readGateways(
  reader: Reader,
  value: Value | undefined,
  outer: Settings,
  context: InventoryContext,
): readonly Gateway[] | undefined {
  if (value === undefined) return undefined;
  const items = readList(
    reader,
    value,
    'a list of gateways such as [root@switch0, root@switch1], or [] for none',
  );
  const seen = new Map<string, Value>();
  return items?.flatMap((item) => {
    const gateway = readGateway(reader, item, outer, context);
    if (gateway === undefined) return [];
    const key = `${sameHost(gateway.host)} ${gateway.port}`;
    const first = seen.get(key);
    if (first !== undefined) {
      const at = reader.lineAndColumn(first.place.offset);
      report(
        reader,
        item.place,
        `found ${gateway.host} a second time, allowed is once; the first is at ${at}`,
      );
    }
    seen.set(key, item);
    return [gateway];
  });
}

function readGateway(
  reader: Reader,
  value: Value,
  outer: Settings,
  context: InventoryContext,
): Gateway | undefined {
  if (isText(value)) {
    const found = read(reader, value, destination);
    return found && resolveGateway(found.value, {}, outer, context);
  }
  const values = readKnown(reader, value, GATEWAY_KEYS, '[user@]host[:port], or keys and values with a host');
  if (values === null) return undefined;
  const own = readSettings(reader, values);
  const found = read(reader, values.get('host') ?? missing(value, 'host'), host);
  return found && resolveGateway({ host: found.value, port: null, user: null }, own, outer, context);
}
