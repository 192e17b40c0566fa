import type { Login } from '../../model/target.ts';
import { createBudget, type Budget } from '../budget.ts';
import { MOST_TRIES, pauseAfter } from '../tries.ts';
import { pause } from '../waiting.ts';
import type { Master, Opening } from './master.ts';

export interface Patience {
  /** Monotonic milliseconds, by which the time to connect is measured. */
  readonly elapsed: () => number;
  /** From 0 up to 1, for the waits between tries. */
  readonly random: () => number;
}

/**
 * Opens a connection, with several tries where the server had too many at once (MaxStartups). Behind a command of the
 * user's it cannot be told whether a server or that command hung up: there is one try. `open` takes the time of a try, and
 * not that of a queue, off the budget. Rejects with a FleetError.
 */
export async function openPatiently(
  login: Login,
  { elapsed, random }: Patience,
  signal: AbortSignal,
  what: string,
  open: (login: Login, budget: Budget) => Promise<Opening>,
): Promise<Master> {
  const budget = createBudget(login.connectTimeoutMs, elapsed);
  for (let tries = 1; ; tries += 1) {
    const limited = { ...login, connectTimeoutMs: Math.round(budget.remainingMs()) };
    const opening = await open(limited, budget);
    if (opening.ok) return opening.master;
    const pauseMs = pauseAfter(tries, random);
    const mayTry = opening.turnedAway && login.proxyCommand === null && tries < MOST_TRIES;
    if (!mayTry || pauseMs >= budget.remainingMs()) throw opening.error;
    await budget.spend(() => pause(pauseMs, signal, what));
  }
}
