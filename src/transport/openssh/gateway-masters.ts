import { hostPort } from '../../model/host-port.ts';
import type { Gateway } from '../../model/target.ts';
import type { Master } from './master.ts';

/** A gateway's connection, and room on it for one command that leads to a sled. */
export interface Place {
  readonly master: Master;
  readonly release: () => void;
}

/** The connections to the gateways of a run. */
export interface GatewayMasters {
  /** The first connection, over which any number of sleds is forwarded to. */
  first(gateway: Gateway, signal: AbortSignal): Promise<Place>;
  /** One with room for a command: sshd allows ten on a connection, the master's own among them. */
  place(gateway: Gateway, signal: AbortSignal): Promise<Place>;
  close(): Promise<void>;
}

const COMMANDS_A_MASTER = 8;

interface Pool {
  readonly masters: Promise<Master>[];
  readonly free: number[];
  used: number;
}

/** Opens as many as are needed, one after another: a gateway is logged in to first and alone. */
export function createGatewayMasters(
  open: (gateway: Gateway, signal: AbortSignal) => Promise<Master>,
): GatewayMasters {
  const pools = new Map<string, Pool>();
  const poolOf = (gateway: Gateway): Pool => {
    const key = `${gateway.user}@${hostPort(gateway)}`;
    const pool = pools.get(key) ?? { masters: [], free: [], used: 0 };
    pools.set(key, pool);
    return pool;
  };
  const masterAt = (gateway: Gateway, index: number, signal: AbortSignal): Promise<Master> => {
    const { masters } = poolOf(gateway);
    const known = masters[index];
    if (known !== undefined) return known;
    const before = index === 0 ? Promise.resolve() : masterAt(gateway, index - 1, signal);
    const opening = before.then(() => open(gateway, signal));
    masters[index] = opening;
    // Whoever waits for it hears of it.
    opening.catch(() => {});
    return opening;
  };
  return {
    first: async (gateway, signal) => ({ master: await masterAt(gateway, 0, signal), release: () => {} }),
    async place(gateway, signal) {
      const pool = poolOf(gateway);
      const slot = pool.free.pop() ?? pool.used++;
      const release = (): void => {
        pool.free.push(slot);
      };
      try {
        return { master: await masterAt(gateway, Math.floor(slot / COMMANDS_A_MASTER), signal), release };
      } catch (error) {
        release();
        throw error;
      }
    },
    async close() {
      const opened = await Promise.allSettled([...pools.values()].flatMap(({ masters }) => masters));
      const standing = opened.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
      await Promise.all(standing.map((master) => master.close()));
    },
  };
}
