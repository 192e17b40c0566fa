import { openPool, type ConnectionPool } from '../fleet/connection-pool.ts';
import type { Connections } from './fleet-run.ts';
import type { Surroundings } from './surroundings.ts';

/** What the rounds of one command go over: connections that stay open from each to the next. */
export interface Rounds {
  /** The connections of all rounds; `open` makes them for the first, with so many sleds. */
  over(sleds: number, open: () => Connections): Connections;
  /** Never rejects. */
  close(): Promise<void>;
}

export function openRounds({ elapsed, random }: Pick<Surroundings, 'elapsed' | 'random'>): Rounds {
  let shared: {
    readonly below: Connections;
    readonly pool: ConnectionPool;
    readonly over: Connections;
  } | null = null;
  return {
    over(sleds, open) {
      if (shared !== null) return shared.over;
      const below = open();
      // Where not all may be open at once, a half of them stays so, and the others take turns.
      const most = sleds <= below.concurrency ? sleds : Math.floor(below.concurrency / 2);
      const concurrency = sleds <= below.concurrency ? below.concurrency : below.concurrency - most;
      const pool = openPool(below.transport, { most, elapsed, random });
      shared = { below, pool, over: { ...below, transport: pool, concurrency } };
      return shared.over;
    },
    async close() {
      await shared?.pool.close();
      await shared?.below.transport.close();
    },
  };
}
