import type { Inventory } from '../../inventory/inventory.ts';
import type { Selected } from '../../inventory/select.ts';
import { rackTerm } from '../../inventory/selection-term.ts';
import { FleetError } from '../../model/error.ts';
import { hostPort } from '../../model/host-port.ts';
import { sameHost } from '../../model/same-host.ts';
import type { Gateway, Target } from '../../model/target.ts';
import { gatewayName, nameOfSled } from '../../trust/host-name.ts';
import type { ListedHost } from '../../trust/fingerprint-list.ts';

/**
 * The gateways that terms of `--gateway` mean, as targets of their own: those of a rack (`3`, `west`), or one by its
 * address. `configured` are the inventory's targets as OpenSSH's configuration changes the ways there. Throws a
 * FleetError `usage` for a term that means none.
 */
export function chooseGateways(
  inventory: Inventory,
  configured: readonly Target[],
  terms: readonly string[],
): Selected {
  const gateways = gatewaysOf(inventory, configured);
  const names = new Map(inventory.racks.map(({ id, name }) => [id, name]));
  const chosen = new Set(
    terms.flatMap((text) => {
      const term = rackTerm(text);
      const matches = ({ gateway, racks, spelled }: RackGateway): boolean =>
        isAddressOf(text, gateway) ||
        (spelled !== null && isAddressOf(text, spelled)) ||
        (!('wrong' in term) && racks.some((id) => term.matches({ id, name: names.get(id) ?? null })));
      const matched = gateways.filter(matches);
      if (matched.length > 0) return matched;
      const all = gateways.map(({ gateway }) => hostPort(gateway)).join(', ') || 'none';
      throw new FleetError(
        'usage',
        `--gateway ${text}: no rack with gateways and no gateway is called so; there are ${all}`,
      );
    }),
  );
  const targets = gateways.filter((each) => chosen.has(each)).map(targetOf);
  return { targets, description: `gateways of ${terms.join(',')}` };
}

/**
 * Every sled and gateway of an inventory, and what was chosen (OpenSSH's configuration may know more of it), with the
 * words by which a list of fingerprints may name it.
 */
export function listedHosts(inventory: Inventory, { targets }: Selected): readonly ListedHost[] {
  const sleds = inventory.targets.map(({ sled }) => ({
    name: nameOfSled(sled).name,
    words: [sled.id, sled.name, ...(sled.serial === null ? [] : [sled.serial])],
  }));
  const gateways = gatewaysOf(inventory, inventory.targets).map(({ gateway }) => ({
    name: gatewayName(gateway),
    words: [gatewayName(gateway), hostPort(gateway), gateway.host],
  }));
  const known = new Set([...sleds, ...gateways].map(({ name }) => name));
  const others = targets
    .map(({ sled }) => ({ name: nameOfSled(sled).name, words: [sled.id, sled.name, sled.host] }))
    .filter(({ name }) => !known.has(name));
  return [...sleds, ...gateways, ...others];
}

interface RackGateway {
  readonly gateway: Gateway;
  readonly racks: readonly string[];
  /** As the inventory has it; null for a host that only OpenSSH's configuration names. */
  readonly spelled: Gateway | null;
}

/** Each gateway once, and each host before it, with the racks whose sleds go through it. */
function gatewaysOf(inventory: Inventory, configured: readonly Target[]): readonly RackGateway[] {
  const found = new Map<string, RackGateway & { readonly racks: string[] }>();
  const add = (gateway: Gateway, rack: string, spelled: Gateway | null): void => {
    const name = gatewayName(gateway);
    const known = found.get(name) ?? { gateway, racks: [], spelled };
    found.set(name, known);
    if (!known.racks.includes(rack)) known.racks.push(rack);
    if (gateway.behind !== null) add(gateway.behind, rack, null);
  };
  for (const [index, { sled, gateways }] of configured.entries()) {
    for (const [number, gateway] of gateways.entries()) {
      add(gateway, sled.rack, inventory.targets[index]?.gateways[number] ?? null);
    }
  }
  return [...found.values()];
}

function isAddressOf(text: string, gateway: Gateway): boolean {
  const bare = text.replace(/^\[([^\]]*)\]$/, '$1');
  if (sameHost(bare) === sameHost(gateway.host)) return true;
  const [, host = '', port] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  return sameHost(host) === sameHost(gateway.host) && Number(port) === gateway.port;
}

/** A gateway in the place of a sled: its name is its address. */
function targetOf({ gateway, racks }: RackGateway): Target {
  return {
    sled: {
      id: gatewayName(gateway),
      rack: racks[0] ?? '',
      name: hostPort(gateway),
      serial: null,
      cubby: null,
      labels: {},
      host: gateway.host,
    },
    login: gateway,
    gateways: gateway.behind === null ? [] : [gateway.behind],
  };
}
