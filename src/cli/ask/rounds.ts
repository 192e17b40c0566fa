import { openPool, type ConnectionPool } from '../../fleet/connection-pool.ts';
import type { Connections } from './connections.ts';
import type { Surroundings } from '../surroundings.ts';

/** What the rounds of one command go over: connections that stay open from each to the next. */
export interface Rounds {
  /** The connections of all rounds, which `open` makes for the first. */
  over(open: () => Connections): Connections;
  /** Never rejects. */
  close(): Promise<void>;
}

/** No more are open at once than one round may have: where that is fewer than there are sleds, some take turns. */
export function openRounds({ elapsed, random }: Pick<Surroundings, 'elapsed' | 'random'>): Rounds {
  let shared: {
    readonly below: Connections;
    readonly pool: ConnectionPool;
    readonly over: Connections;
  } | null = null;
  return {
    over(open) {
      if (shared !== null) return shared.over;
      const below = open();
      const pool = openPool(below.transport, { most: below.concurrency, elapsed, random });
      shared = { below, pool, over: { ...below, transport: pool } };
      return shared.over;
    },
    async close() {
      await shared?.pool.close();
      await shared?.below.transport.close();
    },
  };
}
