import { hostPort } from '../model/host-port.ts';
import type { Gateway, RackTool } from '../model/target.ts';
import { NO_HOST } from '../model/sled.ts';
import { foldSleds } from '../model/sled-fold.ts';
import type { Inventory } from './inventory.ts';
import { LISTED_LOGIN_KEYS } from './login-keys.ts';

/** A rack in a few words, for a summary of an inventory. */
export interface RackSummary {
  readonly rack: string;
  readonly name: string | null;
  readonly sleds: number;
  /** `3/[0-14,16-31]` */
  readonly folded: string;
  /** `host:port`, or `pilot on host:port`, in the order in which they are tried; empty where the sleds are reached directly. */
  readonly gateways: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** A sled as a list shows it. */
export interface SledSummary {
  readonly rack: string;
  readonly cubby: number | null;
  readonly serial: string | null;
  readonly name: string;
  /** `host:port` */
  readonly address: string;
  /** Of its login, under `loginHeadings`. */
  readonly login: readonly string[];
  readonly gateways: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** What an inventory holds, for people to check: a line a rack and a line a sled, in its own order. */
export function describeInventory(inventory: Inventory): {
  readonly racks: readonly RackSummary[];
  readonly sleds: readonly SledSummary[];
  readonly loginHeadings: readonly string[];
} {
  return {
    loginHeadings: LISTED_LOGIN_KEYS.map(({ heading }) => heading),
    racks: inventory.racks.map(({ id, name, gateways, labels }) => {
      const sleds = inventory.targets.map(({ sled }) => sled).filter((sled) => sled.rack === id);
      return {
        rack: id,
        name,
        sleds: sleds.length,
        folded: foldSleds(sleds),
        gateways: waysOf(gateways, inventory.targets.find(({ sled }) => sled.rack === id)?.tool),
        labels,
      };
    }),
    sleds: inventory.targets.map(({ sled, login, gateways, tool }) => ({
      rack: sled.rack,
      cubby: sled.cubby,
      serial: sled.serial,
      name: sled.name,
      address: sled.host === NO_HOST ? NO_HOST : hostPort(login),
      login: LISTED_LOGIN_KEYS.map(({ cell }) => cell(login)),
      gateways:
        login.proxyCommand === null || tool !== undefined ? waysOf(gateways, tool) : ['proxy_command'],
      labels: sled.labels,
    })),
  };
}

function waysOf(gateways: readonly Gateway[], tool: RackTool | undefined): readonly string[] {
  if (tool === undefined) return gateways.map(hostPort);
  return gateways.length === 0
    ? [tool.name]
    : gateways.map((gateway) => `${tool.name} on ${hostPort(gateway)}`);
}
