import type { Inventory } from '../inventory/inventory.ts';
import type { Selected } from '../inventory/select.ts';
import { rackTerm } from '../inventory/selection-term.ts';
import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import { sameHost } from '../model/same-host.ts';
import type { Gateway, Target } from '../model/target.ts';
import { gatewayName, nameOfSled } from '../trust/host-name.ts';
import type { ListedHost } from '../trust/fingerprint-list.ts';

/**
 * The gateways that terms of `--gateway` mean, as targets of their own: those of a rack (`3`, `west`), or one by its
 * address. Throws a FleetError `usage` for a term that means none.
 */
export function chooseGateways(inventory: Inventory, terms: readonly string[]): Selected {
  const gateways = gatewaysOf(inventory);
  const names = new Map(inventory.racks.map(({ id, name }) => [id, name]));
  const chosen = new Set(
    terms.flatMap((text) => {
      const term = rackTerm(text);
      const matches = ({ gateway, racks }: RackGateway): boolean =>
        isAddressOf(text, gateway) ||
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

/** Every sled and gateway of an inventory, with the words by which a list of fingerprints may name it. */
export function listedHosts(inventory: Inventory): readonly ListedHost[] {
  const sleds = inventory.targets.map(({ sled }) => ({
    name: nameOfSled(sled).name,
    words: [sled.id, sled.name, ...(sled.serial === null ? [] : [sled.serial])],
  }));
  const gateways = gatewaysOf(inventory).map(({ gateway }) => ({
    name: gatewayName(gateway),
    words: [gatewayName(gateway), hostPort(gateway), gateway.host],
  }));
  return [...sleds, ...gateways];
}

interface RackGateway {
  readonly gateway: Gateway;
  readonly racks: readonly string[];
}

/** Each gateway once, with the racks whose sleds go through it. */
function gatewaysOf({ targets }: Inventory): readonly RackGateway[] {
  const found = new Map<string, { readonly gateway: Gateway; readonly racks: string[] }>();
  for (const { sled, gateways } of targets) {
    for (const gateway of gateways) {
      const known = found.get(gatewayName(gateway));
      if (known === undefined) found.set(gatewayName(gateway), { gateway, racks: [sled.rack] });
      else if (!known.racks.includes(sled.rack)) known.racks.push(sled.rack);
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

/** A gateway in the place of a sled: it is reached directly, and its name is its address. */
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
    gateways: [],
  };
}
