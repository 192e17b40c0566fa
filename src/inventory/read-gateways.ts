import type { Gateway } from '../model/target.ts';
import { sameHost } from '../model/same-host.ts';
import type { Destination } from './address.ts';
import type { InventoryContext } from './inventory.ts';
import { destination } from './inventory-schema.ts';
import {
  inheritedByGateways,
  loginDefaults,
  readLogin,
  userFor,
  withGiven,
  type GivenLogin,
  type LoginSettings,
} from './login-keys.ts';
import { keysOf, SECTIONS } from './sections.ts';
import {
  isText,
  missing,
  read,
  readKnown,
  readList,
  report,
  type Reader,
  type Value,
} from '../yaml/yaml-reader.ts';

/** A list of gateways; undefined where none is given, so that the ones of what is around it hold. */
export function readGateways(
  reader: Reader,
  value: Value | undefined,
  outer: LoginSettings,
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
  outer: LoginSettings,
  context: InventoryContext,
): Gateway | undefined {
  if (isText(value)) {
    const found = read(reader, value, destination);
    return found && gatewayAt(found.value, {}, {}, outer, context);
  }
  const values = readKnown(
    reader,
    value,
    keysOf('gateway'),
    '[user@]host[:port], or keys and values with a host',
  );
  if (values === null) return undefined;
  const own = readLogin(reader, values, context);
  const found = read(reader, values.get('host') ?? missing(value, 'host'), SECTIONS.gateway.host.schema);
  const via = read(reader, values.get('via'), SECTIONS.gateway.via.schema)?.value;
  const command = read(reader, values.get('command'), SECTIONS.gateway.command.schema);
  if (via === 'forward' && command !== undefined) {
    report(reader, command.place, 'found a command beside via: forward, allowed is via: exec or auto');
  }
  const way = { ...(via === undefined ? {} : { via }), ...(command && { command: command.value }) };
  return found && gatewayAt({ host: found.value, port: null, user: null }, own, way, outer, context);
}

/**
 * A gateway takes what it does not say from the place that lists it, except for the port: the port of a rack is that of
 * its sleds.
 */
function gatewayAt(
  { host, port, user }: Destination,
  own: GivenLogin,
  way: Partial<Pick<Gateway, 'via' | 'command'>>,
  outer: LoginSettings,
  context: InventoryContext,
): Gateway {
  const login = withGiven(inheritedByGateways(loginDefaults(context), outer), {
    ...own,
    ...(user === null ? {} : { user: userFor(user, context) }),
    ...(port === null ? {} : { port }),
  });
  const saysWay = own.proxyCommand !== undefined;
  const origins = saysWay ? { ...login.origins, way: 'inventory' as const } : login.origins;
  return { host, via: 'auto', command: null, behind: null, ...login, origins, ...way };
}
